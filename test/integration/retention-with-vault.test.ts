import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPruneStore } from '../../cli/retention/clickhouse-prune-store.ts';
import { runRetention } from '../../cli/retention/run-retention.ts';
import { parseRetentionPolicy } from '../../domain/retention/retention-policy.ts';
import { createVaultClient, type VaultClient } from '../../platform/vault/vault-client.ts';
import { startRecorder } from '../../services/recorder/service.ts';
import { clickHouseTime } from '../support/raw-records.ts';
import { type RecordingStack, startRecordingStack } from '../support/recorder-fixture.ts';
import { sampleDecision, sampleLabel } from '../support/sample-events.ts';

const DAYS_AGO = 40;
let docket: RecordingStack;
let recorder: Awaited<ReturnType<typeof startRecorder>>;
let vault: VaultClient;

before(async () => {
  docket = await startRecordingStack();
  recorder = await startRecorder(docket.recorderEnv);
  const file = docket.vault.envOf('operator').DOCKET_VAULT_TOKEN_FILE ?? '';
  vault = createVaultClient({ url: docket.vault.url, token: readFileSync(file, 'utf8').trim() });
});
after(async () => {
  await recorder.stop();
  await docket.stop();
});

/** Lets everything that is recorded be as old as retention needs it, and every minute closed. */
async function age(table: string): Promise<void> {
  const { clickhouse } = docket;
  const aged = `SELECT * REPLACE (append_time - INTERVAL ${DAYS_AGO} DAY AS append_time) FROM ${table}`;
  const today = Number(new Date().toISOString().slice(0, 10).replaceAll('-', ''));
  await clickhouse.command(`INSERT INTO ${table} ${aged}`);
  await clickhouse.command(`ALTER TABLE ${table} DROP PARTITION ${today}`);
  await clickhouse.insertRows('closed_minutes', [
    { append_minute: clickHouseTime(Date.now()), watermark: clickHouseTime(Date.now()), bucket_ms: 60_000 },
  ]);
}

function runWith(days: object) {
  const forever = Object.fromEntries(
    ['records', 'erasable', 'duplicates', 'quarantine', 'accesses'].map((name) => [name, 'forever']),
  );
  const policy = parseRetentionPolicy({ default: { ...forever, ...days } });
  assert.ok('daysOf' in policy);
  return runRetention({
    ...{ policy, vault, dryRun: false, newId: randomUUID, report: () => {} },
    store: createPruneStore(docket.clickhouse, { windowOffsets: 0 }),
    waitForRecorder: async (attempt) => {
      await sleep(100);
      return attempt < 200;
    },
  });
}

async function count(table: string, where = '1'): Promise<number> {
  const [row] = await docket.clickhouse.query<{ n: number }>(
    `SELECT count() AS n FROM ${table} WHERE ${where}`,
  );
  return row?.n ?? -1;
}

test('the vault signs, the recorder records the statement, and only then what is old goes', async () => {
  const about = (subject: string) => ({
    ...{ salt: randomBytes(16), subjects: [subject], principal: null, input: 'private', output: null },
  });
  const decisions = [
    sampleDecision({ erasable: about('held-1') }),
    sampleDecision({ erasable: about('free-1') }),
  ];
  await docket.send('decision', [...decisions, sampleDecision()]);
  await docket.send('label', [sampleLabel(), sampleLabel()]);
  await docket.untilRecorded();
  await age('decisions');
  await age('labels');
  const holdId = await vault.placeHold('acme', 'held-1', 'a dispute');

  const erased = await runWith({ erasable: 30 });
  assert.deepEqual(
    erased.map(({ outcome }) => outcome),
    [{ kind: 'pruned', rows: 1, held: 1, inWindow: 0 }],
  );
  assert.equal(await count('decisions', 'erasable_box IS NOT NULL'), 1);
  const pruned = await runWith({ records: 30 });
  assert.deepEqual(
    pruned.map(({ outcome }) => outcome),
    [{ kind: 'pruned', rows: 4, held: 1, inWindow: 0 }],
  );
  assert.deepEqual([await count('decisions'), await count('labels')], [1, 0]);

  await vault.releaseHold(holdId);
  assert.deepEqual(
    (await runWith({ records: 30 })).map(({ outcome }) => outcome.kind),
    ['pruned'],
  );
  assert.equal(await count('decisions'), 0);
  assert.equal(await count('statements', "kind = 'PRUNE'"), 3);
});

test('what is quarantined of nobody known goes as well, and the keys of its days', async () => {
  await docket.sendRaw('label', [Buffer.from('not avro')]);
  await docket.untilRecorded();
  await age('quarantine');
  const pruned = await runWith({ quarantine: 30 });
  assert.deepEqual(
    pruned
      .filter(({ outcome }) => outcome.kind !== 'kept')
      .map(({ tenantId, outcome }) => ({ tenantId, outcome })),
    [{ tenantId: '_unknown', outcome: { kind: 'pruned', rows: 1, held: 0, inWindow: 0 } }],
  );
  assert.equal(await count('quarantine'), 0);
});

test('whoever takes the partitions over after a prune finds nothing lost, and goes on', async () => {
  await recorder.stop();
  recorder = await startRecorder(docket.recorderEnv);
  await docket.send('decision', [sampleDecision()]);
  await docket.untilRecorded();
  assert.deepEqual([await count('decisions'), await count('lost')], [1, 0]);
});

test('the commands do it with the vault: what is gone is explained, and every root follows', async () => {
  const verified = await cli('statements', 'verify');
  assert.equal(verified.code, 0);
  const { statements, verified: good, pruned, missing, findings } = verified.json;
  assert.deepEqual(
    { statements, good, pruned, missing, findings },
    { statements: 4, good: 4, pruned: 6, missing: 0, findings: [] },
  );
  await age('decisions');
  const dry = await cli('retention', 'run', '--dry-run');
  assert.equal(dry.code, 0);
  assert.deepEqual([dry.json.rows, dry.json.failed], [0, 0], 'by default everything is kept');
});

/** Runs a command as an operator; its exit code and its last line, JSON. */
function cli(...args: string[]): Promise<{ code: number; json: Record<string, unknown> }> {
  const main = resolve(import.meta.dirname, '../../cli/main.ts');
  const env = {
    ...process.env,
    ...docket.vault.envOf('operator'),
    DOCKET_CLICKHOUSE_URL: docket.stack.clickHouseUrl,
  };
  return new Promise((done) => {
    execFile(process.execPath, [main, ...args, '--json'], { env }, (error, stdout) => {
      const last = stdout.trim().split('\n').at(-1) ?? '';
      done({
        code: error === null ? 0 : Number(error.code),
        json: JSON.parse(last) as Record<string, unknown>,
      });
    });
  });
}
