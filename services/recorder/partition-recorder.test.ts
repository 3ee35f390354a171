import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EMPTY_RANGE } from '../../domain/merkle/compact-range.ts';
import { ReplayedOrigins } from '../../domain/recording/replayed-origins.ts';
import { SeenEvents } from '../../domain/recording/seen-events.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { PartitionRecorder } from './partition-recorder.ts';
import {
  type LostRange,
  OwnershipLost,
  type RecordedRow,
  type RecordStore,
  type TableBlock,
} from './ports.ts';

const at = { topic: 'docket.decisions.v1', partition: 0 };
const DAY_MS = 86_400_000;

/** A store and a log behind their ports, and what was asked of them. */
function fixture(options: { logStart?: number; storeIsSlow?: () => Promise<void> } = {}) {
  const rows: RecordedRow[] = [];
  const lost: LostRange[] = [];
  const calls: string[] = [];
  const batches: number[][] = [];
  const unused = async () => {
    throw new Error('a partition recorder has no business here');
  };
  const store: RecordStore = {
    bindTo: unused,
    awaitFormerOwner: unused,
    readProgress: unused,
    readStored: unused,
    readSeen: unused,
    readReplays: unused,
    insertBlock: async (_at, block, stillOwner) => {
      const inserted = block.rows as readonly RecordedRow[];
      await options.storeIsSlow?.();
      if (!stillOwner()) throw new OwnershipLost();
      calls.push('rows');
      batches.push(inserted.map((row) => row.offset));
      rows.push(...inserted);
    },
    insertLost: async (_at, ranges) => {
      calls.push('lost');
      lost.push(...ranges);
    },
    saveProgress: async ([entry]) => {
      calls.push(`progress ${entry?.nextOffset}`);
    },
    readRecords: async () => new Map(),
  };
  const recorder = new PartitionRecorder({
    at,
    options: { flushIntervalMs: 5, maxBatchRecords: 100, maxQueueBytes: 1_000 },
    flow: {
      resumeAt: (offset) => calls.push(`resumeAt ${offset}`),
      pause: () => calls.push('pause'),
      resume: () => calls.push('resume'),
      commit: async (offset) => {
        calls.push(`commit ${offset}`);
      },
    },
    events: {
      recorded: () => {},
      taken: () => {},
      failed: () => calls.push('failed'),
      fatal: () => calls.push('fatal'),
    },
    take: async () => ({
      log: { partition: 0, start: options.logStart ?? 0, end: 100 },
      state: {
        nextOffset: 0,
        range: EMPTY_RANGE,
        watermarkMs: 0,
        seen: new SeenEvents(),
        origins: new ReplayedOrigins(),
        storedAhead: new Map(),
      },
    }),
    batch: {
      store,
      judge: async (records) => ({
        blocks: records.length === 0 ? [] : [toBlock(records)],
        leaves: Buffer.alloc(records.length * 32),
        refused: [],
      }),
      lostSchema: loadReleasedSchemas().newest('recorded-lost'),
    },
  });
  return { recorder, rows, lost, calls, batches };
}

function toBlock(records: readonly SourceRecord[]): TableBlock {
  return { table: 'decisions', offsets: records.map(({ offset }) => offset), rows: records.map(toRow) };
}

function toRow({ offset, appendMs }: SourceRecord): RecordedRow {
  return { table: 'decisions', offset, appendMs, record: {}, tokens: {}, leaf: Buffer.alloc(32, offset) };
}

function records(from: number, to: number, changes: Partial<SourceRecord> = {}): SourceRecord[] {
  return Array.from({ length: to - from }, (_, index) => ({
    ...at,
    offset: from + index,
    appendMs: 1_000 + from + index,
    key: null,
    origin: null,
    value: Buffer.alloc(10),
    ...changes,
  }));
}

test('rows come first, then the progress that covers them, then the commit', async () => {
  const { recorder, calls } = fixture();
  await sleep(1);
  offer(recorder, records(0, 3));
  await recorder.drain();
  assert.deepEqual(calls, ['resumeAt 0', 'rows', 'progress 3', 'commit 3']);
});

test('what was handed over before is passed by', async () => {
  const { recorder, rows } = fixture();
  await sleep(1);
  offer(recorder, records(0, 3));
  offer(recorder, records(0, 5));
  await recorder.drain();
  assert.deepEqual(
    rows.map((row) => row.offset),
    [0, 1, 2, 3, 4],
  );
});

test('a hole is not believed when it is seen for the first time: the log is read again from there', async () => {
  const { recorder, rows, lost, calls } = fixture();
  await sleep(1);
  offer(recorder, records(0, 2));
  offer(recorder, records(5, 7));
  assert.ok(calls.includes('resumeAt 2'));
  offer(recorder, records(2, 7));
  await recorder.drain();
  assert.deepEqual(
    rows.map((row) => row.offset),
    [0, 1, 2, 3, 4, 5, 6],
  );
  assert.deepEqual(lost, []);
});

test('a hole that is seen again is recorded as such, before the records after it', async () => {
  const { recorder, lost, calls } = fixture();
  await sleep(1);
  offer(recorder, [...records(0, 2), ...records(5, 7)]);
  offer(recorder, records(5, 7));
  await recorder.drain();
  assert.deepEqual(lost, [{ firstOffset: 2, lastOffset: 4, cause: 'NO_RECORD' }]);
  assert.equal(calls.at(-1), 'commit 7');
});

test('offsets that were trimmed from the log before they were recorded are lost, and said to be', async () => {
  const { recorder, lost, calls } = fixture({ logStart: 4 });
  await sleep(5);
  assert.deepEqual(lost, [{ firstOffset: 0, lastOffset: 3, cause: 'TRIMMED' }]);
  assert.deepEqual(calls, ['lost', 'progress 4', 'resumeAt 4']);
  await recorder.drain();
});

test('a batch never spans two append days', async () => {
  const { recorder, batches } = fixture();
  await sleep(1);
  offer(recorder, [...records(0, 2, { appendMs: DAY_MS - 1 }), ...records(2, 4, { appendMs: DAY_MS })]);
  await recorder.drain();
  assert.deepEqual(batches, [
    [0, 1],
    [2, 3],
  ]);
});

test('a full queue pauses the partition, and an emptier one lets it flow again', async () => {
  let release = () => {};
  const slow = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { recorder, calls } = fixture({ storeIsSlow: () => slow });
  await sleep(1);
  offer(recorder, records(0, 60));
  await sleep(20);
  offer(recorder, records(60, 200));
  assert.equal(calls.at(-1), 'pause');
  release();
  await recorder.drain();
  assert.ok(calls.includes('resume'));
});

test('after the partition was taken away nothing more is stored, saved or committed', async () => {
  let release = () => {};
  const slow = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { recorder, calls, rows } = fixture({ storeIsSlow: () => slow });
  await sleep(1);
  offer(recorder, records(0, 3));
  await sleep(20);
  const released = recorder.release();
  release();
  await released;
  assert.deepEqual([rows.length, calls], [0, ['resumeAt 0']]);
});

test('only an idle partition at the end of its log moves its watermark, and never back', async () => {
  const { recorder } = fixture();
  await sleep(1);
  offer(recorder, records(0, 3));
  assert.equal(recorder.progressIfIdle(3, 9_000), null, 'records are waiting');
  await recorder.drain();
  assert.equal(recorder.progressIfIdle(4, 9_000), null, 'the log goes on');
  assert.equal(recorder.progressIfIdle(3, 9_000)?.watermarkMs, 9_000);
  assert.equal(recorder.progressIfIdle(3, 8_000), null);
});

/** A fetch that brought exactly these. */
function offer(to: Pick<PartitionRecorder, 'offer'>, fetched: readonly SourceRecord[]): void {
  const firstOffset = fetched[0]?.offset ?? 0;
  to.offer(fetched, { firstOffset, lastOffset: fetched.at(-1)?.offset ?? 0 });
}
