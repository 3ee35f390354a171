import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { RecordQueue } from './record-queue.ts';

function queueOf(maxQueueBytes: number) {
  const calls: string[] = [];
  const queue = new RecordQueue(
    { maxBatchRecords: 10, maxQueueBytes, maxHeadStartMs: 200 },
    {
      resumeAt: (offset) => calls.push(`resumeAt ${offset}`),
      pause: () => calls.push('pause'),
      resume: () => calls.push('resume'),
      commit: async () => {},
    },
  );
  queue.startAt(0);
  return { queue, calls };
}

function records(from: number, to: number): SourceRecord[] {
  return Array.from({ length: to - from }, (_, index) => ({
    topic: 't',
    partition: 0,
    offset: from + index,
    appendMs: 0,
    key: null,
    origin: null,
    value: null,
    bytes: 0,
  }));
}

test('records without a value count too: a million of them must not fit into nothing', () => {
  const { queue, calls } = queueOf(1_000);
  offer(queue, records(0, 5));
  assert.equal(calls.at(-1), 'pause');
  assert.ok(queue.isFull);
});

test('a paused partition stays paused while a hole is looked at again', () => {
  const { queue, calls } = queueOf(1_000);
  offer(queue, records(0, 5));
  offer(queue, records(7, 9));
  assert.deepEqual(calls.slice(-3), ['pause', 'resumeAt 5', 'pause']);
});

test('it flows again when half of it is empty', () => {
  const { queue, calls } = queueOf(1_000);
  offer(queue, records(0, 5));
  queue.take();
  assert.deepEqual([queue.isEmpty, calls.at(-1)], [true, 'resume']);
});

test('offsets that a fetch covered without a record are work too: they get their leaf', () => {
  const { queue } = queueOf(10_000);
  queue.offer(records(0, 2), { firstOffset: 0, lastOffset: 4 });
  assert.deepEqual(queue.take().endOffset, 5);
  assert.ok(queue.isEmpty);
  queue.offer([], { firstOffset: 5, lastOffset: 5 });
  assert.ok(!queue.isEmpty);
  assert.deepEqual(queue.take(), { records: [], endOffset: 6 });
});

/** A fetch that brought exactly these. */
function offer(to: Pick<RecordQueue, 'offer'>, fetched: readonly SourceRecord[]): void {
  const firstOffset = fetched[0]?.offset ?? 0;
  to.offer(fetched, { firstOffset, lastOffset: fetched.at(-1)?.offset ?? 0 });
}

test('what waits has waited since it came, also while others were stored', async () => {
  const { queue } = queueOf(100_000);
  queue.offer(records(0, 2), { firstOffset: 0, lastOffset: 1 });
  const since = queue.waitingSinceMs;
  queue.take();
  await sleep(5);
  queue.offer(records(2, 3), { firstOffset: 2, lastOffset: 2 });
  const laterSince = queue.waitingSinceMs;
  assert.ok(laterSince > since);
  queue.offer(records(3, 4), { firstOffset: 3, lastOffset: 3 });
  assert.equal(queue.waitingSinceMs, laterSince);
});

test('time in the log counts as waiting, but only so much of it: clocks may differ', () => {
  for (const [appendedAgoMs, headStartMs] of [
    [50, 50],
    [60_000, 200],
    [-60_000, 0],
  ] as const) {
    const { queue } = queueOf(100_000);
    const [record] = records(0, 1);
    assert.ok(record);
    const before = performance.now();
    offer(queue, [{ ...record, appendMs: Date.now() - appendedAgoMs }]);
    const waited = before - queue.waitingSinceMs;
    assert.ok(Math.abs(waited - headStartMs) < 20, `${appendedAgoMs}: ${waited}`);
  }
});

test('while the store takes nothing, an eighth of the queue is enough; then it flows again', () => {
  const { queue, calls } = queueOf(8 * 256 * 4);
  offer(queue, records(0, 6));
  assert.deepEqual(calls, ['resumeAt 0']);
  queue.isStuck = true;
  assert.deepEqual(calls, ['resumeAt 0', 'pause']);
  offer(queue, records(6, 8));
  queue.isStuck = false;
  assert.deepEqual(calls, ['resumeAt 0', 'pause', 'resume']);
});

test('a long hole comes before a batch, never inside one: it is closed in steps', () => {
  const { queue } = queueOf(100_000);
  queue.offer([...records(0, 2), ...records(5_000, 5_002)], { firstOffset: 0, lastOffset: 5_001 });
  const first = queue.take();
  assert.deepEqual(
    first.records.map(({ offset }) => offset),
    [0, 1],
  );
  assert.equal(first.endOffset, 2);
  assert.equal(queue.take().records[0]?.offset, 5_000);
});
