import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFrame } from '../domain/contract/wire.ts';
import type { OutgoingRecord } from '../platform/kafka/event-producer.ts';
import { loadReleasedSchemas } from '../schemas/load-released.ts';
import type { DecisionReport } from './decision-report.ts';
import { createEnforcer, type EnforcerOptions, type EnforcerRecorder } from './enforcer.ts';
import { SendQueue } from './send-queue.ts';

const registry = loadReleasedSchemas();

/** A Kafka behind the port: takes everything, until it is told to be away. */
class FakeKafka {
  readonly sent: { topic: string; key: string; event: Record<string, unknown> }[] = [];
  isAway = false;
  closed = false;

  connect = async () => ({
    send: async (topic: string, records: readonly OutgoingRecord[]) => {
      await sleep(1);
      if (this.isAway) throw new Error('away');
      for (const { key, value } of records) this.sent.push({ topic, key, event: decode(value) });
    },
    close: async () => {
      this.closed = true;
    },
  });

  events(topic: string): Record<string, unknown>[] {
    return this.sent.filter((record) => record.topic === topic).map((record) => record.event);
  }
}

function decode(value: Buffer): Record<string, unknown> {
  const frame = readFrame(value, registry);
  assert.ok(frame.ok);
  const decoded = frame.schema.decode(value, frame.bodyOffset);
  assert.ok(decoded.ok);
  return decoded.value;
}

async function start(kafka: FakeKafka, changes: Partial<EnforcerOptions> = {}): Promise<EnforcerRecorder> {
  const options: EnforcerOptions = {
    brokers: ['unused:1'],
    tenant: 'acme',
    enforcer: { id: 'guard-1' },
    service: 'checkout',
    enforcementPoint: 'APPLICATION',
    tallyIntervalMs: 60_000,
    lingerMs: 1,
    ...changes,
  };
  return createEnforcer(options, kafka.connect);
}

const report: DecisionReport = {
  action: 'model.invoke',
  outcome: 'ALLOW',
  policy: { id: 'content-safety', version: '12' },
  latencyUs: 1234.4,
};

function assertAddsUp(enforcer: EnforcerRecorder): void {
  const { emitted, acked, queued, dropped } = enforcer.counts();
  const gone = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  assert.equal(emitted, acked + queued + gone);
}

test('decisions are numbered from 0, keyed by tenant and enforcer, and all sent by close', async () => {
  const kafka = new FakeKafka();
  const enforcer = await start(kafka);
  for (let n = 0; n < 1_000; n++) enforcer.record(report);
  assertAddsUp(enforcer);
  await enforcer.close();
  const decisions = kafka.events('docket.decisions.v1');
  assert.deepEqual(
    decisions.map((decision) => (decision.enforcer as { sequence: number }).sequence),
    Array.from({ length: 1_000 }, (_, n) => n),
  );
  assert.ok(kafka.sent.every((record) => record.key === 'acme|guard-1'));
  assert.deepEqual(enforcer.counts(), {
    emitted: 1_000,
    acked: 1_000,
    queued: 0,
    dropped: { queue_full: 0, invalid: 0, undeliverable: 0 },
  });
  assert.ok(kafka.closed);
});

test('salts differ between events, and erasable data has a salt of its own', async () => {
  const kafka = new FakeKafka();
  const enforcer = await start(kafka);
  const erasable = { subjects: ['customer-17'], input: 'private' };
  enforcer.record({ ...report, erasable });
  enforcer.record({ ...report, erasable });
  await enforcer.close();
  const salts = kafka
    .events('docket.decisions.v1')
    .flatMap((decision) => [decision.salt, (decision.erasable as { salt: Buffer }).salt])
    .map((salt) => (salt as Buffer).toString('hex'));
  assert.equal(new Set(salts).size, 4);
});

test('a tally is sent when idle, and the last one says where the sequence stands', async () => {
  const kafka = new FakeKafka();
  const enforcer = await start(kafka, { tallyIntervalMs: 10 });
  await sleep(60);
  const idle = kafka.events('docket.tallies.v1');
  assert.ok(idle.length >= 2, 'silence would look like health');
  assert.ok(idle.every((tally) => tally.requests_in_scope === 0 && tally.next_sequence === 0));
  enforcer.record(report);
  enforcer.record({ ...report, outcome: 'ERROR' });
  await enforcer.close();
  const tallies = kafka.events('docket.tallies.v1');
  assert.equal(tallies.at(-1)?.next_sequence, 2);
  assert.equal(
    tallies.reduce((sum, tally) => sum + (tally.evaluated as number), 0),
    2,
  );
  assert.equal(
    tallies.reduce((sum, tally) => sum + (tally.failed as number), 0),
    1,
  );
});

test('while Kafka is away decisions wait in order; when it is back each is sent once', async () => {
  const kafka = new FakeKafka();
  let failures = 0;
  const enforcer = await start(kafka, { onFailure: () => failures++ });
  kafka.isAway = true;
  for (let n = 0; n < 700; n++) enforcer.record(report);
  await sleep(30);
  assert.ok(failures > 0);
  assert.equal(enforcer.counts().queued, 700);
  assertAddsUp(enforcer);
  kafka.isAway = false;
  await enforcer.close();
  const sequences = kafka
    .events('docket.decisions.v1')
    .map((event) => (event.enforcer as { sequence: number }).sequence);
  assert.deepEqual(
    sequences,
    Array.from({ length: 700 }, (_, n) => n),
  );
});

test('a full queue drops the newest, counts it, and leaves a gap that the tally gives away', async () => {
  const kafka = new FakeKafka();
  const enforcer = await start(kafka, { maxQueued: 10 });
  kafka.isAway = true;
  for (let n = 0; n < 15; n++) enforcer.record(report);
  assert.equal(enforcer.counts().dropped.queue_full, 5);
  assertAddsUp(enforcer);
  kafka.isAway = false;
  await enforcer.close();
  const tally = kafka.events('docket.tallies.v1').at(-1);
  assert.equal(tally?.next_sequence, 15);
  assert.deepEqual(tally?.dropped, [{ reason: 'not_delivered', count: 5 }]);
});

test('with Kafka away close still ends, and what it could not deliver is counted once, even if it arrives after all', async () => {
  let answer = () => {};
  const stuck = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const queue = new SendQueue({
    maxQueued: 100,
    maxBatchRecords: 10,
    maxBatchBytes: 1_000,
    lingerMs: 1,
    send: () => stuck,
    onFailure: () => {},
  });
  for (let n = 0; n < 5; n++) queue.push({ key: 'k', value: Buffer.alloc(1) });
  await queue.close(30);
  answer();
  await sleep(5);
  assert.deepEqual(queue.counts, {
    emitted: 5,
    acked: 0,
    queued: 0,
    dropped: { queue_full: 0, invalid: 0, undeliverable: 5 },
  });
});

test('a backlog leaves in batches that a Kafka message may hold', async () => {
  const sizes: number[] = [];
  const queue = new SendQueue({
    maxQueued: 100,
    maxBatchRecords: 10,
    maxBatchBytes: 1_000,
    lingerMs: 1,
    send: async (records) => {
      sizes.push(records.reduce((sum, record) => sum + record.value.length, 0));
    },
    onFailure: () => {},
  });
  for (const bytes of [400, 400, 400, 3_000, 10, 10]) queue.push({ key: 'k', value: Buffer.alloc(bytes) });
  await queue.close(1_000);
  assert.deepEqual(sizes, [800, 400, 3_000, 20]);
});

test('a close that is done leaves no timer that would keep the process from ending', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
  const before = timers();
  const queue = new SendQueue({
    maxQueued: 100,
    maxBatchRecords: 10,
    maxBatchBytes: 1_000,
    lingerMs: 1,
    send: async () => {},
    onFailure: () => {},
  });
  queue.push({ key: 'k', value: Buffer.alloc(1) });
  await queue.close(60_000);
  assert.equal(timers(), before);
});

test('what cannot be encoded is counted and leaves a gap; record itself never throws', async () => {
  const kafka = new FakeKafka();
  const failures: unknown[] = [];
  const enforcer = await start(kafka, { onFailure: (error) => failures.push(error) });
  enforcer.record({ ...report, decisionId: 'secret-not-a-uuid' });
  enforcer.record({ ...report, score: Number.NaN });
  enforcer.record({ ...report, traceId: 'abc' });
  enforcer.record(report);
  await enforcer.close();
  assert.equal(enforcer.counts().dropped.invalid, 3);
  assertAddsUp(enforcer);
  assert.equal(failures.length, 3);
  assert.doesNotMatch(failures.map(String).join(), /secret/);
  const [recorded] = kafka.events('docket.decisions.v1');
  assert.ok(recorded);
  assert.equal((recorded.enforcer as { sequence: number }).sequence, 3);
});

const personal: DecisionReport = {
  ...report,
  rationale: 'asked by jane@example.com',
  resource: 'card 4111 1111 1111 1111',
  error: { class: 'timeout', message: 'no answer to jane@example.com' },
  attributes: { who: 'jane@example.com' },
  erasable: { subjects: ['customer-17'], principal: 'jane@example.com', input: 'mail jane@example.com' },
};

test('texts are redacted before they are sent, unless the host says otherwise', async () => {
  const send = async (redaction?: EnforcerOptions['redaction']) => {
    const kafka = new FakeKafka();
    const enforcer = await start(kafka, redaction === undefined ? {} : { redaction });
    enforcer.record(personal);
    await enforcer.close();
    const [event] = kafka.events('docket.decisions.v1');
    const { erasable, ...rest } = event ?? {};
    return { rest: JSON.stringify(rest), input: (erasable as { input: string }).input, erasable };
  };
  const byDefault = await send();
  assert.doesNotMatch(byDefault.rest, /jane|4111/);
  assert.match(byDefault.rest, /asked by \[EMAIL\]/);
  assert.equal(byDefault.input, 'mail jane@example.com');
  const all = await send({ erasable: true });
  assert.equal(all.input, 'mail [EMAIL]');
  assert.deepEqual((all.erasable as { subjects: string[] }).subjects, ['customer-17']);
  assert.match((await send({ text: false })).rest, /asked by jane@example.com/);
  const erasableOnly = await send({ text: false, erasable: true });
  assert.match(erasableOnly.rest, /asked by jane/);
  assert.equal(erasableOnly.input, 'mail [EMAIL]');
});

test('a decision that cannot be redacted is dropped, counted and leaves a gap; it is never sent as it is', async () => {
  const kafka = new FakeKafka();
  const failures: unknown[] = [];
  const enforcer = await start(kafka, {
    onFailure: (error) => failures.push(error),
  });
  enforcer.record({ ...report, rationale: `jane@example.com ${'x'.repeat(300 * 1024)}` });
  enforcer.record(report);
  await enforcer.close();
  assert.equal(enforcer.counts().dropped.invalid, 1);
  assertAddsUp(enforcer);
  assert.equal(failures.length, 1);
  assert.doesNotMatch(String(failures[0]), /jane/);
  const sent = kafka.events('docket.decisions.v1');
  assert.deepEqual(
    sent.map((event) => (event.enforcer as { sequence: number }).sequence),
    [1],
  );
});

test('an outcome names the decision and the attempt, has its key, and is the same when it is reported again', async () => {
  const kafka = new FakeKafka();
  const failures: unknown[] = [];
  const enforcer = await start(kafka, { onFailure: (error) => failures.push(error) });
  const decisionId = '123e4567-e89b-42d3-a456-426614174000';
  enforcer.record({ ...report, decisionId, applied: 'PENDING' });
  const failed = { decisionId, attempt: 1, applied: 'FAILED', final: false, errorClass: 'timeout' } as const;
  for (let times = 0; times < 2; times++) enforcer.reportOutcome(failed);
  enforcer.reportOutcome({ decisionId, attempt: 2, applied: 'APPLIED', final: true });
  enforcer.reportOutcome({ decisionId, attempt: 2, applied: 'PENDING', final: true });
  enforcer.reportOutcome({ decisionId: 'jane@example.com', attempt: 1, applied: 'APPLIED', final: true });
  await enforcer.close();
  const sent = kafka.sent.filter(({ topic }) => topic === 'docket.outcomes.v1');
  assert.deepEqual(
    sent.map(({ key, event }) => [key, event.attempt, event.applied, event.final, event.error_class]),
    [
      ['acme|guard-1', 1, 'FAILED', false, 'timeout'],
      ['acme|guard-1', 1, 'FAILED', false, 'timeout'],
      ['acme|guard-1', 2, 'APPLIED', true, null],
    ],
  );
  const [first, again, last] = sent.map(({ event }) => Buffer.from(event.outcome_id as Uint8Array));
  assert.ok(first && again && last);
  assert.ok(first.equals(again) && !first.equals(last));
  const { emitted, acked, dropped } = enforcer.outcomeCounts();
  assert.deepEqual([emitted, acked, dropped.invalid, failures.length], [5, 3, 2, 2]);
  assert.doesNotMatch(String(failures[1]), /jane/);
  assert.equal(enforcer.counts().emitted, 1);
});
