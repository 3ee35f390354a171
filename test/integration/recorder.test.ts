import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { Command } from 'commander';
import kafkajs from 'kafkajs';
import { incidentCommand } from '../../cli/incident.ts';
import { addSloAdjust } from '../../cli/slo-adjust.ts';
import { INPUTS } from '../../domain/contract/inputs.ts';
import { leafHash } from '../../domain/contract/leaf.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { compileRowReader } from '../../domain/contract/rows.ts';
import { formatUuid } from '../../domain/contract/uuid.ts';
import { appendLeaf, EMPTY_RANGE, rangeRoot } from '../../domain/merkle/compact-range.ts';
import { verifyInclusion } from '../../domain/merkle/verify-proofs.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { startRecorder } from '../../services/recorder/service.ts';
import { encodeEvents, type RecordingStack, startRecordingStack } from '../support/recorder-fixture.ts';
import {
  sampleAccess,
  sampleAdjustment,
  sampleDecision,
  sampleErasureRequest,
  sampleIncident,
  sampleLabel,
  sampleOutcome,
  samplePolicyChange,
  sampleRejection,
  sampleStatement,
  sampleTally,
} from '../support/sample-events.ts';
import { until } from '../support/until.ts';

// Not every export of this CommonJS package can be imported by name.
const { CompressionCodecs, CompressionTypes, ConfigResourceTypes, Kafka, logLevel, Partitioners } = kafkajs;
const registry: SchemaRegistry = loadReleasedSchemas();
let docket: RecordingStack;

before(async () => {
  docket = await startRecordingStack();
});
after(() => docket.stop());

/** Records what the topics hold, then stops: each call is a recorder's whole life. */
async function recordAll(): Promise<void> {
  const recorder = await startRecorder(docket.recorderEnv);
  await docket.untilRecorded();
  await recorder.stop();
}

async function count(table: string): Promise<number> {
  const [row] = await docket.clickhouse.query<{ n: number }>(`SELECT count() AS n FROM ${table}`);
  return row?.n ?? -1;
}

test('every kind of event lands in its own table', async () => {
  await docket.send('decision', [sampleDecision(), sampleDecision({ erasable: erasable('private') })]);
  await docket.send('request-tally', [sampleTally()]);
  await docket.send('policy-change', [samplePolicyChange()]);
  await docket.send('label', [sampleLabel()]);
  await docket.send('access', [sampleAccess()]);
  await docket.send('rejection', [sampleRejection()]);
  await docket.send('statement', [sampleStatement()]);
  await docket.send('erasure-request', [sampleErasureRequest()]);
  await docket.send('enforcement-outcome', [sampleOutcome()]);
  await docket.send('incident', [sampleIncident()]);
  await docket.send('slo-adjustment', [sampleAdjustment()]);
  await recordAll();
  const counts = await Promise.all(INPUTS.map(({ table }) => count(table)));
  assert.deepEqual(counts, [2, ...INPUTS.slice(1).map(() => 1)]);
  assert.deepEqual([await count('quarantine'), await count('duplicates'), await count('lost')], [0, 0, 0]);
});

test('an incident is opened, captured with proofs, mitigated and closed from the command line', async (t) => {
  const directory = join(mkdtempSync(join(tmpdir(), 'docket-incident-')), 'evidence');
  t.after(() => rmSync(dirname(directory), { recursive: true, force: true }));
  const decision = sampleDecision({
    tenant_id: 'globex',
    applied: 'PENDING',
    rationale: 'asked by jane@example.com',
  });
  const { decision_id } = decision;
  await docket.send('decision', [decision, sampleDecision({ tenant_id: 'globex', policy: OTHER_POLICY })]);
  await docket.send('enforcement-outcome', [sampleOutcome({ tenant_id: 'globex', decision_id })]);
  const recorder = await startRecorder(docket.recorderEnv);
  const { brokers, clickHouseUrl } = docket.stack;
  const store = [
    '--clickhouse',
    clickHouseUrl,
    '--brokers',
    brokers,
    '--actor',
    'jane',
    '--actor-tenant',
    'acme',
  ];
  const run = async (...args: string[]): Promise<Record<string, unknown>> => {
    const log = t.mock.method(console, 'log', () => {});
    const [step = '', ...rest] = args;
    const all = [step, ...rest, ...store, '--tenant', 'globex', '--json'];
    await incidentCommand().parseAsync(all, { from: 'user' });
    log.mock.restore();
    return JSON.parse(String(log.mock.calls[0]?.arguments[0])) as Record<string, unknown>;
  };
  try {
    const about = ['--policy', 'content-safety', '--policy-version', '12', '--confidence', '0.8'];
    const said = ['--summary', 'blocks jane@example.com', '--impact-started', '1h', '--severity', 'SEV2'];
    const { incident_id } = await run('open', '--category', 'overblocking', ...about, ...said);
    const id = String(incident_id);
    const captured = await run('capture', id, '--out', directory);
    assert.deepEqual({ ...captured, evidence_digest: null }, CAPTURED);
    await run('mitigate', id, '--safe-fallback', 'the version before it');
    await run('close', id);
    const slo = ['adjust', '--slo', 'decision-latency', '--service', '*', '--kind', 'EXCLUSION'];
    const when = ['--from', '2026-03-01T02:00:00.5Z', '--until', '2h', '--reason', 'for jane@example.com'];
    const by = ['--tenant', 'globex', '--actor', 'jane', '--brokers', brokers, '--json'];
    const log = t.mock.method(console, 'log', () => {});
    await addSloAdjust(new Command()).parseAsync([...slo, ...when, ...by], { from: 'user' });
    log.mock.restore();
    await docket.untilRecorded();
    assert.deepEqual(
      await docket.clickhouse.query(
        `SELECT slo, service, kind, toString(from_time) AS since, reason FROM slo_adjustments
         WHERE tenant_id = 'globex'`,
      ),
      [
        {
          ...{ slo: 'decision-latency', service: null, kind: 'EXCLUSION', reason: 'for [EMAIL]' },
          since: '2026-03-01 02:00:00.500000',
        },
      ],
    );
    assert.equal(captured.evidence_digest, checkEvidence(directory, decision_id));
    const steps = await docket.clickhouse.query(
      `SELECT step, severity, policy_id, summary, safe_fallback, mitigated_at IS NULL AS harmful,
         lower(hex(evidence_digest)) AS digest FROM incidents WHERE tenant_id = 'globex' ORDER BY offset`,
    );
    const known = { severity: 'SEV2', policy_id: 'content-safety', summary: 'blocks [EMAIL]' };
    const digest = captured.evidence_digest;
    const after = { safe_fallback: 'the version before it', harmful: 0, digest };
    assert.deepEqual(steps, [
      { step: 'OPENED', ...known, safe_fallback: null, harmful: 1, digest: null },
      { step: 'UPDATED', ...known, safe_fallback: null, harmful: 1, digest },
      { step: 'MITIGATED', ...known, ...after },
      { step: 'CLOSED', ...known, ...after },
    ]);
    const reads = await docket.clickhouse.query(
      "SELECT rows FROM access_log WHERE action = 'incident.capture'",
    );
    assert.deepEqual(reads, [{ rows: 3 }]);
  } finally {
    await recorder.stop();
  }
});

const OTHER_POLICY = { id: 'consent', version: '5', bundle_digest: null, signed: null };
/** A decision of the policy, its outcome, and the step that opened the incident. */
const CAPTURED = { evidence_digest: null, records: 3, unproven: 0, broken: 0, left_out: 0 };

/** Verifies every line of exported evidence with nothing but the files; gives the digest of the manifest. */
function checkEvidence(directory: string, decisionId: Uint8Array): string {
  const manifest = readFileSync(join(directory, 'manifest.json'));
  const { files } = JSON.parse(manifest.toString()) as { files: { name: string; sha256: string }[] };
  for (const { name, sha256 } of files) {
    const bytes = readFileSync(join(directory, name));
    assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256, name);
    for (const text of bytes.toString().split('\n').filter(Boolean)) {
      const { schema, canonical, leaf, proof } = JSON.parse(text);
      const made = leafHash(Buffer.from(schema.sha256, 'hex'), Buffer.from(canonical, 'base64'));
      assert.equal(made.toString('hex'), leaf);
      const path = proof.path.map((node: string) => Buffer.from(node, 'hex'));
      const root = Buffer.from(proof.root, 'hex');
      assert.ok(verifyInclusion({ leaf: made, index: proof.index, size: proof.size, root, proof: path }));
      assert.doesNotMatch(text, /jane/);
    }
  }
  const decisions = readFileSync(join(directory, 'decisions.jsonl'), 'utf8');
  assert.equal(JSON.parse(decisions).record.decision_id, formatUuid(decisionId));
  return createHash('sha256').update(manifest).digest('hex');
}

test('bad records are quarantined, copies are duplicates, and what was read back goes on where it stopped', async () => {
  const repeated = sampleDecision();
  await docket.send('decision', [repeated]);
  await recordAll();
  await docket.send('decision', [repeated, { ...repeated, outcome: 'DENY' }]);
  await docket.sendRaw('decision', [Buffer.from('not avro'), Buffer.alloc(2 * 1024 * 1024, 1)]);
  await docket.send('decision', [sampleDecision({ tenant_id: '' })]);
  await recordAll();
  const duplicates = await docket.clickhouse.query<{ content: string }>(
    'SELECT content FROM duplicates ORDER BY offset',
  );
  assert.deepEqual(
    duplicates.map((row) => row.content),
    ['SAME', 'CONFLICT'],
  );
  const reasons = await docket.clickhouse.query<{ reason: string }>(
    'SELECT reason FROM quarantine ORDER BY reason',
  );
  assert.deepEqual(
    reasons.map((row) => row.reason),
    ['empty_tenant', 'oversized_record', 'unknown_wire_form'],
  );
});

test('every row gives back the canonical bytes that its leaf was made of, and the leaves the saved root', async () => {
  const leaves = new Map<string, Map<number, Buffer>>();
  for (const { table, subject } of allTables()) {
    const schema = registry.newest(subject);
    const reader = compileRowReader(schema.type);
    const rows = await docket.clickhouse.query<Record<string, unknown> & { stored: string }>(
      `SELECT ${reader.select}, hex(leaf_hash) AS stored FROM ${table}`,
    );
    for (const row of rows) {
      const record = reader.read(row);
      const leaf = leafHash(schema.sha256, schema.encode(record));
      assert.equal(leaf.toString('hex').toUpperCase(), row.stored, `a row of ${table}`);
      const at = `${record.topic as string}/${record.partition as number}`;
      const partition = leaves.get(at) ?? new Map<number, Buffer>();
      leaves.set(at, partition.set(record.offset as number, leaf));
    }
  }
  assert.ok(leaves.size >= INPUTS.length);
  for (const [at, partition] of leaves) {
    const [topic, number] = at.split('/');
    const [saved] = await docket.clickhouse.query<{ size: number; root: string }>(
      `SELECT next_offset AS size, hex(root) AS root FROM progress FINAL
       WHERE topic = {topic: String} AND partition = {partition: Int32} ORDER BY size DESC LIMIT 1`,
      { topic, partition: Number(number) },
    );
    const ordered = [...partition].sort(([a], [b]) => a - b).map(([, leaf]) => leaf);
    assert.equal(saved?.size, ordered.length, `${at}: one leaf for every offset`);
    const root = rangeRoot(ordered.reduce(appendLeaf, EMPTY_RANGE));
    assert.equal(root.toString('hex').toUpperCase(), saved?.root, at);
  }
});

test('a replay into an empty store gives equal rows and equal roots', async () => {
  const before = await snapshot();
  for (const { table } of [...allTables(), { table: 'progress' }, { table: 'lost' }]) {
    await docket.clickhouse.command(`TRUNCATE TABLE ${table}`);
  }
  await recordAll();
  assert.deepEqual(await snapshot(), before);
});

test('rows that a crash left ahead of the progress stand, and only what is absent is recorded anew', async () => {
  const before = await snapshot();
  await docket.clickhouse.command('TRUNCATE TABLE progress');
  const [victim] = await docket.clickhouse.query<{ partition: number; offset: number }>(
    'SELECT partition, offset FROM decisions ORDER BY partition, offset LIMIT 1',
  );
  assert.ok(victim);
  const rows = await count('decisions');
  await docket.clickhouse.command(
    'ALTER TABLE decisions DELETE WHERE partition = {partition: Int32} AND offset = {offset: Int64}',
    victim,
  );
  await until('the row is gone', async () => (await count('decisions')) < rows);
  await recordAll();
  assert.deepEqual(await snapshot(), before);
});

test('what was trimmed from the log before it was recorded is a lost range with a leaf for each offset, never a gap', async () => {
  const topic = 'docket.labels.v1';
  await docket.send('label', [sampleLabel(), sampleLabel(), sampleLabel()]);
  const [bounds] = await docket.log.read(topic);
  assert.ok(bounds);
  await trimTopic(topic, bounds.end);
  await docket.send('label', [sampleLabel()]);
  await recordAll();
  const lost = await docket.clickhouse.query('SELECT topic, first_offset, last_offset, cause FROM lost');
  assert.deepEqual(lost, [
    { topic, first_offset: bounds.end - 3, last_offset: bounds.end - 1, cause: 'TRIMMED' },
  ]);
  const [progress] = await docket.clickhouse.query<{ size: number }>(
    'SELECT max(next_offset) AS size FROM progress WHERE topic = {topic: String}',
    { topic },
  );
  assert.equal(progress?.size, bounds.end + 1);
});

test('a codec that a producer chose cannot stop a partition: the broker unpacks it', async () => {
  const before = await count('quarantine');
  await producePacked('docket.rejections.v1', 'hello, packed');
  await recordAll();
  assert.equal(await count('quarantine'), before + 1);
});

test('a record of thousands of headers holds nothing up', async () => {
  const before = await count('quarantine');
  const names = Array.from({ length: 20_000 }, (_, index) => [`header-${index}`, '']);
  const headers: Record<string, string> = Object.fromEntries(names);
  const topic = 'docket.rejections.v1';
  await docket.producer.sendTo(topic, [{ partition: 0, key: null, value: Buffer.from('hello'), headers }]);
  await recordAll();
  assert.equal(await count('quarantine'), before + 1);
});

test('markers of transactions, and what was aborted, hold no record and hold nothing back', async () => {
  const topic = 'docket.policy-changes.v1';
  const kafka = new Kafka({ brokers: [docket.stack.brokers], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({
    transactionalId: 'docket-test',
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const before = await count('policy_changes');
  const messages = () => encodeEvents('policy-change', [samplePolicyChange()]);
  const committed = await producer.transaction();
  await committed.send({ topic, messages: messages() });
  await committed.commit();
  const aborted = await producer.transaction();
  await aborted.send({ topic, messages: messages() });
  await aborted.abort();
  await producer.disconnect();
  await recordAll();
  assert.equal(await count('policy_changes'), before + 1);
  const [passed] = await docket.clickhouse.query<{ n: number }>(
    "SELECT sum(last_offset - first_offset + 1) AS n FROM lost WHERE topic = {topic: String} AND cause = 'NO_RECORD'",
    { topic },
  );
  assert.equal(passed?.n, 3, 'one marker for the commit, the aborted record, and its marker');
});

test('a recorder refuses topics that are not as recording needs them, with what to do', async () => {
  const admin = new Kafka({ brokers: [docket.stack.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const alter = (value: string) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: 'docket.labels.v1',
          configEntries: [
            { name: 'message.timestamp.type', value },
            { name: 'compression.type', value: 'uncompressed' },
          ],
        },
      ],
    });
  await alter('CreateTime');
  await assert.rejects(
    startRecorder(docket.recorderEnv),
    /docket\.labels\.v1 must have message\.timestamp\.type=LogAppendTime/,
  );
  await alter('LogAppendTime');
  await admin.disconnect();
});

test('a recorder refuses the brokers of another cluster, and says what to do', async () => {
  await docket.clickhouse.command('TRUNCATE TABLE store_identity');
  await docket.clickhouse.insertRows('store_identity', [{ cluster_id: 'another-cluster' }]);
  await assert.rejects(startRecorder(docket.recorderEnv), /another-cluster.*empty store/s);
  await docket.clickhouse.command('TRUNCATE TABLE store_identity');
});

test('a store that is ahead of the log stops the recorder instead of swallowing new records', async () => {
  await docket.clickhouse.command(
    `INSERT INTO progress SELECT topic, partition, next_offset + 1000, watermark, root, peaks FROM progress FINAL
     WHERE topic = 'docket.labels.v1' ORDER BY next_offset DESC LIMIT 1`,
  );
  const recorder = await startRecorder(docket.recorderEnv);
  const failure = await recorder.failed;
  assert.match(failure?.message ?? '', /docket\.labels\.v1\/0.*another topic under an old name/s);
  await recorder.stop();
});

/** A producer with a codec that the recorder does not have: whoever has to unpack it fails. */
async function producePacked(topic: string, value: string): Promise<void> {
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: async (encoder: { buffer: Buffer }) => zstdCompressSync(encoder.buffer),
    decompress: async () => {
      throw new Error('the broker should have unpacked it');
    },
  });
  const kafka = new Kafka({ brokers: [docket.stack.brokers], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, compression: CompressionTypes.ZSTD, messages: [{ value }] });
  await producer.disconnect();
}

async function trimTopic(topic: string, offset: number): Promise<void> {
  const admin = new Kafka({ brokers: [docket.stack.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.fetchTopicOffsets(topic); // loads the metadata that deleting needs
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
  await admin.disconnect();
}

function allTables(): { table: string; subject: string }[] {
  return [
    ...INPUTS.map(({ table, subject }) => ({ table, subject: `recorded-${subject}` })),
    { table: 'duplicates', subject: 'recorded-duplicate' },
    { table: 'quarantine', subject: 'recorded-quarantine' },
  ];
}

/** All rows in full but for the boxes, whose nonces are random, and the last root of every partition. */
async function snapshot(): Promise<unknown> {
  const tables = await Promise.all(
    allTables().map(({ table }) =>
      docket.clickhouse.query(
        `SELECT cityHash64(* ${table === 'quarantine' ? 'EXCEPT payload_box' : ''}) AS row FROM ${table} ORDER BY topic, partition, offset`,
      ),
    ),
  );
  const roots = await docket.clickhouse.query(
    // An empty partition has progress only if the recorder lived long enough to find it idle.
    `SELECT topic, partition, next_offset, hex(root) AS root FROM progress FINAL WHERE next_offset > 0
     ORDER BY topic, partition, next_offset DESC LIMIT 1 BY topic, partition`,
  );
  return { tables, roots };
}

function erasable(input: string) {
  return { salt: Buffer.alloc(16, 5), subjects: ['customer-17'], principal: null, input, output: null };
}
