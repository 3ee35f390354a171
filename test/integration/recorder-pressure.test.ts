import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRecorder } from '../../services/recorder/service.ts';
import { type RecordingStack, startRecordingStack, until } from '../support/recorder-fixture.ts';
import { sampleDecision } from '../support/sample-events.ts';

let docket: RecordingStack;
let sent = 0;

before(async () => {
  docket = await startRecordingStack();
});
after(() => docket.stop());

async function send(count: number): Promise<void> {
  // From several enforcers, so that every partition has some.
  const events = Array.from({ length: count }, (_, index) => {
    const { enforcer, ...rest } = sampleDecision();
    return { ...rest, enforcer: { ...enforcer, id: `guard-${index % 16}`, sequence: sent + index } };
  });
  await docket.send('decision', events);
  sent += count;
}

/** Sum of a metric over its labels, as the recorder shows it. */
async function metric(url: string, name: string, label = ''): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

async function everyOffsetIsStoredOnce(): Promise<void> {
  const [row] = await docket.clickhouse.query<{ rows: number; offsets: number }>(
    'SELECT count() AS rows, uniqExact(partition, offset) AS offsets FROM decisions',
  );
  assert.deepEqual(row, { rows: sent, offsets: sent });
}

test('while the store stands still, partitions pause and heartbeats go on; afterwards it recovers by itself', async () => {
  const recorder = await startRecorder({ ...docket.recorderEnv, DOCKET_MAX_QUEUE_BYTES: '65536' });
  await send(200);
  await docket.untilRecorded();
  const rebalances = await metric(recorder.url, 'docket_recorder_rebalances_total');
  docket.stack.engine.kill('SIGSTOP');
  try {
    await send(4_000);
    await until(
      'partitions are paused',
      async () => (await metric(recorder.url, 'docket_recorder_pauses_total')) > 0,
    );
    await sleep(12_000);
    const held = await metric(recorder.url, 'docket_recorder_rebalances_total');
    assert.equal(held, rebalances, 'longer than a session, and still in the group');
  } finally {
    docket.stack.engine.kill('SIGCONT');
  }
  await docket.untilRecorded();
  await everyOffsetIsStoredOnce();
  await recorder.stop();
});

test('a recorder stops within ten seconds although the store stands still, and the next one loses nothing', async () => {
  const recorder = await startRecorder(docket.recorderEnv);
  await send(200);
  await docket.untilRecorded();
  docket.stack.engine.kill('SIGSTOP');
  const started = performance.now();
  try {
    await send(200);
    await sleep(500);
    await recorder.stop();
  } finally {
    docket.stack.engine.kill('SIGCONT');
  }
  assert.ok(performance.now() - started < 10_500, 'stopped in time');
  const next = await startRecorder(docket.recorderEnv);
  await docket.untilRecorded();
  await everyOffsetIsStoredOnce();
  await next.stop();
});

test('a second recorder takes some partitions over, the others are kept; when it goes, they come back', async () => {
  const first = await startRecorder(docket.recorderEnv);
  await send(200);
  await docket.untilRecorded();
  const second = await startRecorder(docket.recorderEnv);
  await until(
    'partitions have been kept',
    async () => (await metric(first.url, 'docket_recorder_rebalanced_partitions_total', 'kept')) > 0,
  );
  await send(500);
  await docket.untilRecorded();
  assert.ok((await metric(second.url, 'docket_recorder_rebalanced_partitions_total', 'taken')) > 0);
  await second.stop();
  await send(500);
  await docket.untilRecorded();
  await everyOffsetIsStoredOnce();
  await first.stop();
});
