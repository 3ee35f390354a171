import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Kafka, logLevel } from 'kafkajs';
import type { Access, ErasureRequest, Statement } from '../../domain/contract/events.ts';
import { INPUTS } from '../../domain/contract/inputs.ts';
import { parseUuid } from '../../domain/contract/uuid.ts';
import { subjectToken } from '../../domain/erasure/erasable-box.ts';
import { verifyStatement } from '../../domain/statements/sign-statement.ts';
import { readTopic } from '../../platform/kafka/read-topic.ts';
import { ensureTopics } from '../../platform/kafka/topics.ts';
import { VaultFailure } from '../../platform/vault/vault-failure.ts';
import type { VaultBarrier } from '../../platform/vault/vault-types.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { type Broker, startBroker } from '../../stack/kafka/broker.ts';
import { decodeRecord } from '../support/gateway-fixture.ts';
import { until } from '../support/until.ts';
import { startVaultUnderTest, type VaultUnderTest } from '../support/vault/running-vault.ts';
import { startTransitServer } from '../support/vault/transit-server.ts';

const TOPIC = 'docket.decisions.v1';
const SUBJECT = 'jane.roe-4711@subjects.example';
const { PATH, NODE_COMPILE_CACHE } = process.env;

const isRefused = (code: string, status: number) => (error: unknown) => {
  assert.ok(error instanceof VaultFailure);
  assert.deepEqual([error.code, error.status], [code, status]);
  return true;
};

describe('the vault before a real Kafka', () => {
  let dataDir = '';
  let broker: Broker;
  let vault: VaultUnderTest;

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'docket-vault-kafka-'));
    broker = await startBroker({ dataDir });
    await ensureTopics(INPUTS, { brokers: [broker.brokers], clientId: 'docket-test' });
    vault = await startVaultUnderTest(broker.brokers);
  });
  after(async () => {
    await vault?.stop();
    await broker?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const at = { topic: TOPIC, partition: 0, offset: 7 };
  const leaseOne = async (subject: string) => {
    const { subjects } = await vault.as('recorder').lease([{ tenant: 'acme', subject, ...at }], []);
    assert.ok(subjects[0]);
    return subjects[0];
  };
  const readEvents = async <Event>(topic: string): Promise<Event[]> => {
    const events: object[] = [];
    await readTopic({ brokers: [broker.brokers], clientId: 'docket-test' }, topic, (value) =>
      events.push(decodeRecord(value).fields),
    );
    return events as Event[];
  };
  const trim = async (barriers: readonly VaultBarrier[]) => {
    const admin = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    for (const { topic, partition, offset } of barriers)
      if (offset > 0) {
        // kafkajs deletes only in topics that it has asked about.
        await admin.fetchTopicOffsets(topic);
        await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
      }
    await admin.disconnect();
  };
  const run = (args: readonly string[], stdin = '') =>
    new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      const child = spawn(process.execPath, ['cli/main.ts', ...args], {
        env: { PATH, NODE_COMPILE_CACHE, DOCKET_VAULT_URL: vault.url, DOCKET_VAULT_TOKEN: 'operator-token' },
      });
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk) => {
        out += chunk;
      });
      child.stderr.on('data', (chunk) => {
        err += chunk;
      });
      child.on('close', (code) => resolve({ code, out, err }));
      child.stdin.end(stdin);
    });

  test('each role may do its own, and nobody anything without a token', async () => {
    const [recorder, auditor, operator] = [vault.as('recorder'), vault.as('auditor'), vault.as('operator')];
    const forbidden: readonly (() => Promise<unknown>)[] = [
      () => auditor.lease([], []),
      () => operator.lease([], []),
      () => recorder.open('acme', [Buffer.alloc(16)]),
      () => recorder.lookUp('acme', 'x'),
      () => operator.lookUp('acme', 'x'),
      () => recorder.erase('acme', 'x'),
      () => auditor.erase('acme', 'x'),
      () => recorder.listHolds('acme'),
      () => auditor.placeHold('acme', 'x', ''),
      () => auditor.barriers(),
      () => recorder.backUp(),
      () => auditor.rotate('acme'),
      () => auditor.destroyDays('acme', 'erasable', '2026-01-01'),
    ];
    for (const attempt of forbidden) await assert.rejects(attempt(), isRefused('role_forbidden', 403));
    const answer = await fetch(`${vault.url}/v1/keys/public`);
    assert.equal(answer.status, 401);
    assert.equal((await recorder.publicKey()).publicKey.length, 32);
  });

  test('what is not as it should be is told by its place, and never repeated', async () => {
    const post = async (body: unknown) => {
      const answer = await fetch(`${vault.url}/v1/leases`, {
        method: 'POST',
        headers: { authorization: 'Bearer recorder-token', 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.status, text: await answer.text() };
    };
    const subject = { tenant: 'acme', subject: SUBJECT, ...at };
    for (const body of [
      [SUBJECT],
      { subjects: [{ ...subject, tenant: SUBJECT }] },
      { subjects: [{ ...subject, offset: -1 }] },
      { subjects: [{ ...subject, [SUBJECT]: 1 }] },
      { days: [{ tenant: 'acme', day: SUBJECT, purpose: 'erasable' }] },
      { days: [{ tenant: 'acme', day: '2026-02-30', purpose: 'erasable' }] },
      {
        days: Array.from({ length: 5_001 }, () => ({ tenant: '', day: '2026-02-03', purpose: 'quarantine' })),
      },
    ]) {
      const { status, text } = await post(body);
      assert.equal(status, 400, text);
      assert.ok(!text.includes('jane') && text.length < 2_000, text);
    }
  });

  test('keys and tokens are handed out when that is recorded, and the record names nobody', async () => {
    const { key } = await leaseOne(SUBJECT);
    assert.ok(key);
    const opened = await vault.as('auditor').open('acme', [key.keyId]);
    assert.deepEqual(opened, [{ keyId: key.keyId, boxKey: key.boxKey }]);
    assert.deepEqual(await vault.as('auditor').lookUp('acme', ` ${SUBJECT} `), subjectToken(key));
    assert.equal(await vault.as('auditor').lookUp('acme', 'somebody else'), null);
    await assert.rejects(vault.as('operator').open('globex', [key.keyId]), isRefused('gone', 410));
    const accesses = await readEvents<Access>('docket.accesses.v1');
    assert.deepEqual(
      accesses.map(({ actor, action, granted, rows, tenant_id }) => [
        actor,
        action,
        granted,
        rows,
        tenant_id,
      ]),
      [
        ['auditor-1', 'vault.open', true, 1, 'acme'],
        ['auditor-1', 'vault.lookup', true, 1, 'acme'],
        ['auditor-1', 'vault.lookup', true, 0, 'acme'],
        ['operator-1', 'vault.open', false, 0, 'globex'],
      ],
    );
    assert.ok(!JSON.stringify(accesses).includes('jane'));
  });

  test('a look-up makes no key, and there may be only so many', async () => {
    const auditor = vault.as('auditor');
    let refused: unknown = null;
    // One is given back each second: even a slow machine asks faster.
    for (let count = 0; count < 600 && refused === null; count++) {
      const asked = auditor.lookUp('acme', `unknown-${count}`);
      await asked.then(
        (token) => assert.equal(token, null),
        (error: unknown) => {
          refused = error;
        },
      );
    }
    assert.ok(isRefused('too_many_lookups', 429)(refused));
    assert.match(await (await fetch(`${vault.url}/metrics`)).text(), /^docket_vault_subject_keys 1$/m);
  });

  test('statements are signed, published, and one whoever asks again with their id', async () => {
    const statement_id = '00112233-4455-4677-8899-aabbccddeeff';
    const draft = {
      statement_id,
      kind: 'PRUNE',
      tenant: 'acme',
      about: null,
      ranges: [{ topic: TOPIC, partition: 0, first_offset: 0, last_offset: 9 }],
      rows: 10,
      details: [{ key: 'class', value: 'records' }],
    } as const;
    const operator = vault.as('operator');
    const issued = await operator.issueStatement(draft);
    assert.deepEqual(await operator.issueStatement(draft), issued);
    const published = (await readEvents<Statement>('docket.statements.v1')).filter(
      ({ kind }) => kind === 'PRUNE',
    );
    assert.equal(published.length, 1);
    const [statement] = published;
    assert.ok(statement);
    assert.deepEqual(Buffer.from(statement.statement_id), parseUuid(statement_id));
    const { publicKey, keyName } = await operator.publicKey();
    assert.equal(statement.key_name, keyName);
    const prefix = Buffer.from('302a300506032b6570032100', 'hex');
    const key = createPublicKey({ key: Buffer.concat([prefix, publicKey]), format: 'der', type: 'spki' });
    assert.ok(verifyStatement(loadReleasedSchemas().newest('statement'), statement, key));
  });

  test('the command line forgets a person, and certifies it when it is done', async () => {
    const { key } = await leaseOne(SUBJECT);
    assert.ok(key);
    const held = await run(['hold', 'place', '--tenant', 'acme', '--reason', 'case-7', '--json'], SUBJECT);
    assert.equal(held.code, 0, held.err);
    const { hold_id } = JSON.parse(held.out);
    const listed = JSON.parse((await run(['hold', 'list', '--tenant', 'acme', '--json'])).out);
    assert.equal(listed.holds[0].subject_token, subjectToken(key).toString('hex'));
    const pending = await run(
      ['erase', '--tenant', 'acme', '--reason', 'asked for it', '--json', '--wait'],
      SUBJECT,
    );
    assert.equal(JSON.parse(pending.out).state, 'HELD_PENDING', pending.err);
    const requests = await readEvents<ErasureRequest>('docket.erasure-requests.v1');
    assert.deepEqual(
      requests.map(({ held: isHeld, requested_by, reason }) => [isHeld, requested_by, reason]),
      [[true, 'operator-1', 'asked for it']],
    );
    assert.equal((await run(['hold', 'release', hold_id])).code, 0);
    const erased = await run(['erase', '--tenant', 'acme', '--json', '--wait'], `${SUBJECT}\n`);
    const { erasure_id, state } = JSON.parse(erased.out);
    assert.equal(state, 'DESTROYED', erased.err);
    await assert.rejects(vault.as('auditor').open('acme', [key.keyId]), isRefused('gone', 410));
    assert.equal((await run(['erase', 'certificate', erasure_id])).code, 1);

    const operator = vault.as('operator');
    vault.aheadMs = 61_000;
    await trim(await vault.as('recorder').barriers());
    await until('it is complete', async () => (await operator.readErasure(erasure_id)).state === 'COMPLETE');
    const certificate = JSON.parse((await run(['erase', 'certificate', erasure_id])).out);
    assert.equal(certificate.about, erasure_id);
    const told =
      [held, pending, erased].map(({ out, err }) => out + err).join('') + JSON.stringify(certificate);
    assert.ok(!told.includes('jane'));
    const list = await run(['erase', 'list', '--tenant', 'acme']);
    assert.match(list.out, new RegExp(`^${erasure_id} {2}COMPLETE`));

    await until('all three statements are published', async () => {
      const statements = await readEvents<Statement>('docket.statements.v1');
      const ours = statements.filter(({ about }) => about !== null && parseUuid(erasure_id)?.equals(about));
      return ours.length === 3;
    });
  });

  test('KEKs under a Transit engine: who is erased is gone, everybody else is there after a restart', async (t) => {
    const engine = await startTransitServer('engine-token');
    t.after(() => engine.stop());
    const tokenFile = join(dataDir, 'engine-token');
    writeFileSync(tokenFile, 'engine-token\n');
    const other = await startVaultUnderTest(broker.brokers, {
      DOCKET_VAULT_KEK: 'transit',
      DOCKET_VAULT_TRANSIT_URL: engine.url,
      DOCKET_VAULT_TRANSIT_TOKEN_FILE: tokenFile,
    });
    t.after(() => other.stop());
    const lease = async () => {
      const asked = ['jane', 'john'].map((subject) => ({ tenant: 'acme', subject, ...at }));
      return (await other.as('recorder').lease(asked, [])).subjects.map(({ key }) => key);
    };
    const [jane, john] = await lease();
    assert.ok(jane);
    const [before] = engine.keysLeft();
    assert.ok(before);
    const { erasureId } = await other.as('operator').erase('acme', 'jane');
    const stateNow = async () => (await other.as('operator').readErasure(erasureId)).state;
    await until('it is destroyed', async () => (await stateNow()) === 'DESTROYED');
    assert.ok(!engine.keysLeft().some((key) => key.equals(before)));
    await other.restart();
    await assert.rejects(other.as('auditor').open('acme', [jane.keyId]), isRefused('gone', 410));
    const [, again] = await lease();
    assert.deepEqual(again, john);
  });

  test('mistakes at the command line are told with what to do', async () => {
    for (const [args, stdin, message] of [
      [['erase'], SUBJECT, /--tenant <id>/],
      [['erase', '--tenant', 'acme'], '', /on standard input/],
      [['erase', '--tenant', 'acme'], 'a\nb\n', /one subject at a time/],
      [['erase', '--tenant', 'acme', '--vault', 'http://127.0.0.1:1'], 'a', /cannot be reached/],
      [['erase', '--tenant', 'a b'], 'a', /is the tenant an id/],
      [['hold', 'release', '00000000-0000-4000-8000-000000000000'], '', /nothing of this id/],
    ] as const) {
      const { code, err } = await run(args, stdin);
      assert.equal(code, 1);
      assert.match(err, message);
      assert.ok(!err.includes('jane'));
    }
  });

  test('a restored vault reads the statements from Kafka before it answers', async () => {
    const before = await leaseOne('kim');
    const john = await leaseOne('john');
    assert.ok(before.key);
    const backup = JSON.parse((await run(['vault', 'backup', '--json'])).out).file as string;
    const { erasureId } = await vault.as('operator').erase('acme', 'kim');
    await vault.end();
    const backups = join(vault.directory, 'backups');
    // The copy beside the backups is lost: the topic alone tells.
    rmSync(join(backups, 'statements.log'));
    const restored = await run(['vault', 'restore', vault.directory, '--backup', join(backups, backup)]);
    const isGone = readdirSync(join(vault.directory, 'keks/subjects.acme')).length === 1;
    if (restored.code !== 0) assert.fail(restored.err);
    // Whether the batch came before the end is chance; what must hold is either answer, and never the key.
    await vault.restart().then(
      async () => {
        await assert.rejects(
          vault.as('auditor').open('acme', [before.key?.keyId ?? Buffer.alloc(16)]),
          isRefused('gone', 410),
        );
        assert.equal((await vault.as('operator').readErasure(erasureId)).state, 'DESTROYED');
        assert.deepEqual((await leaseOne('john')).key, john.key);
      },
      (error: Error) => {
        assert.equal(error.name, 'KeksMissing');
        assert.ok(isGone);
      },
    );
  });
});
