import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { keyIdsOfBox, openErasable } from '../../domain/erasure/erasable-box.ts';
import { createVaultClient } from '../../platform/vault/vault-client.ts';
import { startRecorder } from '../../services/recorder/service.ts';
import { type RecordingStack, startRecordingStack, until } from '../support/recorder-fixture.ts';
import { sampleDecision, sampleLabel } from '../support/sample-events.ts';

let docket: RecordingStack;

before(async () => {
  docket = await startRecordingStack();
});
after(() => docket.stop());

function about(subjects: string[], principal: string | null = null) {
  return { salt: Buffer.alloc(16, 9), subjects, principal, input: '{"question":1}', output: null };
}

function client(role: 'auditor' | 'operator') {
  return createVaultClient({ url: docket.vault.url, token: docket.vault.tokenOf(role) });
}

interface Row {
  readonly partition: number;
  readonly offset: number;
  readonly box: string;
  readonly principal: string | null;
  readonly subjects: readonly string[];
}

async function readBoxes(): Promise<Row[]> {
  return docket.clickhouse.query<Row>(
    `SELECT partition, offset, base64Encode(assumeNotNull(erasable_box)) AS box,
       lower(hex(principal_token)) AS principal, arrayMap(t -> lower(hex(t)), subject_tokens) AS subjects
     FROM decisions WHERE erasable_box IS NOT NULL ORDER BY append_time, partition, offset`,
  );
}

/** Input of the erasable record in a box, as the vault lets it open; null if it does not. */
async function open({ partition, offset, box }: Row): Promise<string | null> {
  const bytes = Buffer.from(box, 'base64');
  const auditor = client('auditor');
  try {
    const keys = await auditor.open('acme', keyIdsOfBox(bytes) ?? []);
    const ring = new Map(keys.map(({ keyId, boxKey }) => [keyId.toString('hex'), boxKey]));
    const place = { tenantId: 'acme', topic: 'docket.decisions.v1', partition, offset };
    const opened = openErasable(ring, place, bytes);
    return opened.ok ? opened.erasable.toString('latin1') : null;
  } catch {
    return null;
  }
}

test('boxes in the store open with the vault’s keys, and their tokens are those that it looks up', async () => {
  await docket.send('decision', [
    sampleDecision({ erasable: about(['jane'], 'jim') }),
    sampleDecision({ erasable: about([]) }),
    sampleDecision(),
  ]);
  const recorder = await startRecorder(docket.recorderEnv);
  await docket.untilRecorded();
  await recorder.stop();
  const rows = await readBoxes();
  assert.equal(rows.length, 2);
  for (const row of rows) assert.match((await open(row)) ?? '', /"question":1/);
  const auditor = client('auditor');
  const tokens = await Promise.all(['jane', 'jim', 'john'].map((who) => auditor.lookUp('acme', who)));
  const [jane, jim, john] = tokens.map((token) => token?.toString('hex') ?? null);
  const named = rows.find(({ principal }) => principal !== null);
  assert.deepEqual([named?.subjects, named?.principal, john], [[jane], jim, null]);
});

test('while the vault is down nothing that needs a key is stored, and then all of it is', async () => {
  const recorder = await startRecorder(docket.recorderEnv);
  await docket.untilRecorded();
  await docket.vault.stop();
  await docket.send('label', [sampleLabel({ reviewer: 'somebody new' })]);
  await docket.sendRaw('label', [Buffer.from('not avro')]);
  const metrics = async () => (await fetch(`${recorder.url}/metrics`)).text();
  await until('the recorder says so', async () =>
    /^docket_recorder_vault_unavailable 1$/m.test(await metrics()),
  );
  assert.match(await metrics(), /^docket_recorder_key_lease_failures_total\{code="unreachable"\} [1-9]/m);
  const stored = async () => {
    const [row] = await docket.clickhouse.query<{ n: number }>(
      'SELECT (SELECT count() FROM labels) + (SELECT count() FROM quarantine) AS n',
    );
    return row?.n;
  };
  assert.equal(await stored(), 0);
  // What needs no key, and keys that are at hand, hold nothing up.
  await docket.send('decision', [sampleDecision()]);
  await until('what needs no key is recorded', async () => {
    const [row] = await docket.clickhouse.query<{ n: number }>('SELECT count() AS n FROM decisions');
    return row?.n === 4;
  });
  await docket.vault.start();
  await docket.untilRecorded();
  assert.equal(await stored(), 2);
  await until('it is over', async () => /^docket_recorder_vault_unavailable 0$/m.test(await metrics()));
  await recorder.stop();
});

test('who is erased opens no more, everybody else does', async () => {
  const [before] = (await readBoxes()).filter(({ principal }) => principal !== null);
  assert.ok(before);
  const operator = client('operator');
  const { erasureId } = await operator.erase('acme', 'jane');
  await until('the key is destroyed', async () => {
    const { state } = await operator.readErasure(erasureId);
    return state === 'DESTROYED' || state === 'COMPLETE';
  });
  assert.equal(await open(before), null);
  const anonymous = (await readBoxes()).filter(({ principal }) => principal === null);
  for (const row of anonymous) assert.match((await open(row)) ?? '', /"question":1/);
  const auditor = client('auditor');
  assert.equal((await auditor.lookUp('acme', 'jim'))?.toString('hex'), before.principal);
});
