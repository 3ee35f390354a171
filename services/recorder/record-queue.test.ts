import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { RecordQueue } from './record-queue.ts';

function queueOf(maxQueueBytes: number) {
  const calls: string[] = [];
  const queue = new RecordQueue(
    { maxBatchRecords: 10, maxQueueBytes },
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
    value: null,
  }));
}

test('records without a value count too: a million of them must not fit into nothing', () => {
  const { queue, calls } = queueOf(1_000);
  queue.offer(records(0, 5));
  assert.equal(calls.at(-1), 'pause');
  assert.ok(queue.isFull);
});

test('a paused partition stays paused while a hole is looked at again', () => {
  const { queue, calls } = queueOf(1_000);
  queue.offer(records(0, 5));
  queue.offer(records(7, 9));
  assert.deepEqual(calls.slice(-3), ['pause', 'resumeAt 5', 'pause']);
});

test('it flows again when half of it is empty', () => {
  const { queue, calls } = queueOf(1_000);
  queue.offer(records(0, 5));
  queue.take();
  assert.deepEqual([queue.length, calls.at(-1)], [0, 'resume']);
});
