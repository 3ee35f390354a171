import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import kafkajs from 'kafkajs';
import { INPUTS } from '../../domain/contract/inputs.ts';
import { frameSingleObject } from '../../domain/contract/wire.ts';
import { appendLeaf, EMPTY_RANGE, rangeRoot } from '../../domain/merkle/compact-range.ts';
import { ensureTopics } from '../../platform/kafka/topics.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { startRecorder } from '../../services/recorder/service.ts';
import { type Engine, startEngine } from '../../stack/clickhouse/engine-process.ts';
import { startLocalService } from '../../stack/local-services.ts';
import { readLogEnds } from '../../stack/log-offsets.ts';
import { freePort } from '../../stack/ports.ts';
import { type ClickHouseProxy, startClickHouseProxy } from '../chaos/clickhouse-proxy.ts';
import type { Interference } from '../chaos/interference.ts';
import { encodeFarTime } from '../support/encode-far-time.ts';
import { type RecordingStack, startRecordingStack, until } from '../support/recorder-fixture.ts';
import { sampleDecision, sampleLabel, sampleTally } from '../support/sample-events.ts';

// Not every export of this CommonJS package can be imported by name.
const { Kafka, logLevel } = kafkajs;
const DAY_US = 24 * 60 * 60 * 1_000_000;
const STOP_DEADLINE_MS = 10_000;
let docket: RecordingStack;
let engine: Engine;
let proxy: ClickHouseProxy;
let recorder: Awaited<ReturnType<typeof startRecorder>> | null = null;

before(async () => {
  docket = await startRecordingStack();
  engine = docket.stack.engine;
  proxy = await startClickHouseProxy(engine.port);
});
after(async () => {
  await recorder?.stop();
  await proxy.stop();
  await engine.stop();
  await docket.stop();
});

/** For a recorder whose way to the store can be disturbed. */
function recorderEnv(): Record<string, string> {
  return {
    ...docket.recorderEnv,
    DOCKET_CLICKHOUSE_URL: proxy.url,
    DOCKET_MAX_INSERT_SECONDS: '1',
    DOCKET_INSERT_LEASE_MS: '800',
    DOCKET_TAKEOVER_MARGIN_MS: '200',
  };
}

/** The recorder that most of these tests share: what one of them does to it, the next one finds mended. */
async function keepRecording(): Promise<void> {
  recorder ??= await startRecorder(recorderEnv());
}

async function stopRecording(): Promise<void> {
  await recorder?.stop();
  recorder = null;
}

async function count(source: string): Promise<number> {
  const [row] = await docket.clickhouse.query<{ n: number }>(`SELECT count() AS n FROM ${source}`);
  return row?.n ?? -1;
}

/** Every offset of every log is in one row of one table; lost ranges, which a test may have made, count as well. */
async function everyOffsetIsThereOnce(): Promise<void> {
  const tables = [...INPUTS.map(({ table }) => table), 'duplicates', 'quarantine'];
  const parts = tables.map((table) => `SELECT topic, partition, offset FROM ${table}`);
  const lost =
    'SELECT topic, partition, arrayJoin(range(toUInt64(first_offset), toUInt64(last_offset + 1))) AS offset FROM lost';
  const found = await docket.clickhouse.query<{ at: string; rows: number; offsets: number }>(
    `SELECT concat(topic, '/', toString(partition)) AS at, count() AS rows, uniqExact(toInt64(offset)) AS offsets
     FROM (${[...parts, lost].join(' UNION ALL ')}) GROUP BY at`,
  );
  const byPartition = new Map(found.map((row) => [row.at, row]));
  for (const [at, end] of await readLogEnds(docket.log)) {
    const row = byPartition.get(at);
    assert.deepEqual([row?.rows ?? 0, row?.offsets ?? 0], [end, end], `${at}: rows and distinct offsets`);
  }
}

function decisions(count: number): object[] {
  return Array.from({ length: count }, (_, sequence) =>
    sampleDecision({ enforcer: { id: `guard-${sequence % 8}`, version: '1', epoch: 1, sequence } }),
  );
}

test('a record of an unknown schema, of another topic, torn or without a value is quarantined, and the next one recorded', async () => {
  await keepRecording();
  const registry = loadReleasedSchemas();
  const schema = registry.newest('decision');
  const whole = frameSingleObject(schema, schema.encode(sampleDecision()));
  const tally = registry.newest('request-tally');
  await docket.sendRaw('decision', [
    Buffer.concat([Buffer.from([0xc3, 0x01]), Buffer.alloc(30, 9)]),
    Buffer.concat([Buffer.from([0x00, 0x7f, 0xff, 0xff, 0xff]), Buffer.alloc(30, 9)]),
    frameSingleObject(tally, tally.encode(sampleTally())),
    whole.subarray(0, whole.length - 20),
    Buffer.alloc(0),
    whole,
  ]);
  await docket.untilRecorded();
  const reasons = await docket.clickhouse.query<{ reason: string }>(
    'SELECT reason FROM quarantine ORDER BY offset',
  );
  assert.deepEqual(
    reasons.map(({ reason }) => reason),
    ['unknown_fingerprint', 'unknown_schema_id', 'wrong_schema', 'truncated', 'empty_record'],
  );
  assert.equal(await count('decisions'), 1);
  await everyOffsetIsThereOnce();
});

test('an oversized record is quarantined unread and holds nobody up', async () => {
  await keepRecording();
  const [rows, quarantined] = [await count('decisions'), await count('quarantine')];
  await docket.sendRaw('decision', [Buffer.alloc(1_200_000, 0xc3)]);
  await docket.send('decision', decisions(5));
  await docket.untilRecorded();
  assert.equal(await count('decisions'), rows + 5);
  assert.equal(await count('quarantine'), quarantined + 1);
  assert.equal(await count("quarantine WHERE reason = 'oversized_record' AND bytes = 1200000"), 1);
});

test('times a day off are flagged and kept, one of the year 9999 is quarantined, out of order is no matter', async () => {
  await keepRecording();
  const now = Date.now() * 1000;
  const [before, late] = [await count('decisions'), 'decisions WHERE has(flags, '];
  await docket.send('decision', [
    sampleDecision({ decided_at: now + DAY_US, enforcer: { id: 'e', version: '1', epoch: 1, sequence: 2 } }),
    sampleDecision({ decided_at: now - DAY_US, enforcer: { id: 'e', version: '1', epoch: 1, sequence: 0 } }),
    sampleDecision({ decided_at: now, enforcer: { id: 'e', version: '1', epoch: 1, sequence: 1 } }),
  ]);
  await docket.sendRaw('decision', [encodeFarTime()]);
  await docket.untilRecorded();
  assert.equal(await count('decisions'), before + 3);
  assert.equal(await count(`${late}'decided_in_future')`), 1);
  assert.equal(await count(`${late}'decided_long_before')`), 1);
  assert.equal(
    await count("quarantine WHERE reason IN ('time_out_of_range', 'invalid_number')"),
    1,
    'stored in a column, the year 9999 would become another one',
  );
});

const ERRORS: readonly (readonly [string, Interference])[] = [
  ...[252, 241, 164, 242, 243].flatMap((code): (readonly [string, Interference])[] => [
    [`${code} instead of an insert`, { kind: 'error-before', code }],
    [`${code} after an insert that was carried out`, { kind: 'error-after', code }],
  ]),
  ['an acknowledgement that is lost after the server has committed', { kind: 'cut-answer' }],
  ['a connection that breaks in the middle of a request', { kind: 'cut-request' }],
];

test('whatever the store answers, or does not, every record is stored once', async (t) => {
  await keepRecording();
  for (const [name, interference] of ERRORS) {
    await t.test(name, async () => {
      const armed = proxy.arm(interference, 3, 'inserts');
      await docket.send('decision', decisions(40));
      await docket.untilRecorded();
      armed.disarm();
      assert.ok(armed.hits() > 0, 'nothing was disturbed');
      await everyOffsetIsThereOnce();
    });
  }
});

test('while the engine is down records wait, and when it is back they are recorded without anybody’s help', async () => {
  await keepRecording();
  engine.kill('SIGKILL');
  await engine.exited;
  await docket.send('decision', decisions(200));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  engine = await startEngine({ dataDir: join(docket.stack.dataDir, 'clickhouse'), port: engine.port });
  await docket.untilRecorded();
  await everyOffsetIsThereOnce();
});

test('SIGTERM in the middle of a batch ends a recorder within ten seconds, and the next one goes on where it was', async () => {
  await stopRecording();
  const port = await freePort();
  const service = await startLocalService({
    name: 'recorder',
    entry: 'services/recorder/main.ts',
    port,
    env: { ...recorderEnv(), DOCKET_HTTP_PORT: String(port) },
    dataDir: docket.stack.dataDir,
    readyPath: '/healthz',
  });
  const armed = proxy.arm({ kind: 'delay', ms: 1_200 }, 4, 'inserts');
  await docket.send('decision', decisions(400));
  await until('an insert is under way', async () => armed.hits() > 0);
  const askedMs = performance.now();
  service.child.kill('SIGTERM');
  const exit = await service.child.exited;
  armed.disarm();
  assert.deepEqual(exit, { code: 0, signal: null });
  assert.ok(performance.now() - askedMs < STOP_DEADLINE_MS, 'it took too long');
  await keepRecording();
  await docket.untilRecorded();
  await everyOffsetIsThereOnce();
});

test('a log that was trimmed up to what is recorded loses nothing', async () => {
  await stopRecording();
  const topic = 'docket.decisions.v1';
  const bounds = await docket.log.read(topic);
  const admin = new Kafka({ brokers: [docket.stack.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.fetchTopicOffsets(topic); // loads the metadata that deleting needs
  await admin.deleteTopicRecords({
    topic,
    partitions: bounds.map(({ partition, end }) => ({ partition, offset: String(end) })),
  });
  await admin.disconnect();
  const rows = await count('decisions');
  await docket.send('decision', decisions(20));
  await keepRecording();
  await docket.untilRecorded();
  assert.equal(await count('decisions'), rows + 20);
  assert.equal(await count('lost'), 0);
  await everyOffsetIsThereOnce();
});

test('a new version that meets a half-stored range leaves stored rows as they are, and seals their leaves', async () => {
  await keepRecording();
  const topic = 'docket.labels.v1';
  await docket.send('label', [sampleLabel(), sampleLabel(), sampleLabel()]);
  await docket.untilRecorded();
  await stopRecording();
  const other = Buffer.alloc(32, 0xab).toString('hex');
  // As another version would have left it: a row with another leaf, one that is not stored yet, and no progress.
  await docket.clickhouse.command('ALTER TABLE labels DELETE WHERE offset = 1');
  await docket.clickhouse.command(`ALTER TABLE labels UPDATE leaf_hash = unhex('${other}') WHERE offset = 0`);
  await docket.clickhouse.command(`ALTER TABLE progress DELETE WHERE topic = '${topic}'`);
  const isDone = 'SELECT count() AS n FROM system.mutations WHERE NOT is_done';
  await until(
    'the tables are changed',
    async () => (await docket.clickhouse.query<{ n: number }>(isDone))[0]?.n === 0,
  );
  await keepRecording();
  await docket.untilRecorded();
  const rows = await docket.clickhouse.query<{ leaf: string }>(
    'SELECT lower(hex(leaf_hash)) AS leaf FROM labels ORDER BY offset',
  );
  assert.equal(rows.length, 3);
  assert.equal(rows[0]?.leaf, other);
  const range = rows.map(({ leaf }) => Buffer.from(leaf, 'hex')).reduce(appendLeaf, EMPTY_RANGE);
  const [saved] = await docket.clickhouse.query<{ root: string }>(
    `SELECT lower(hex(root)) AS root FROM progress FINAL WHERE topic = '${topic}' ORDER BY next_offset DESC LIMIT 1`,
  );
  assert.equal(saved?.root, rangeRoot(range).toString('hex'));
});

test('a topic that was deleted and created anew stops the recorder instead of swallowing its records', async () => {
  await stopRecording();
  const topic = 'docket.labels.v1';
  const kafka = { brokers: [docket.stack.brokers], clientId: 'docket-test' };
  const admin = new Kafka({ brokers: [docket.stack.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await until('the topic is gone', async () => !(await admin.listTopics()).includes(topic));
  await admin.disconnect();
  await ensureTopics(INPUTS, kafka);
  await docket.send('label', [sampleLabel()]);
  const started = await startRecorder(recorderEnv());
  const failure = await started.failed;
  await started.stop();
  assert.match(failure?.message ?? '', /docket\.labels\.v1\/0.*another topic under an old name/s);
});
