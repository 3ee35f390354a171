import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EMPTY_RANGE } from '../../domain/merkle/compact-range.ts';
import { KeyNeeds } from '../../domain/recording/key-needs.ts';
import { ServerClock } from '../../domain/recording/protocol/server-clock.ts';
import { QuarantineWatch } from '../../domain/recording/quarantine-watch.ts';
import { ReplayedOrigins } from '../../domain/recording/replayed-origins.ts';
import { SeenEvents } from '../../domain/recording/seen-events.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { createMemoryVault, keysFrom } from '../../test/support/memory-vault.ts';
import type { KeyWaiter } from './lease-keys.ts';
import type { RecorderReport } from './metrics.ts';
import { PartitionRecorder } from './partition-recorder.ts';
import type { InsertOutcome, LostRange, RecordedRow, RecordStore, TableBlock } from './ports.ts';

const at = { topic: 'docket.decisions.v1', partition: 0 };
const DAY_MS = 86_400_000;

const tenure = { memberId: 'member', generation: 1 };
const times = { leaseMs: 5, maxInsertMs: 5, marginMs: 0 };

interface FakeStore {
  readonly progressIntervalMs?: number;
  readonly logStart?: number;
  /** Where the log begins by the time a hole is met. */
  readonly laterLogStart?: number;
  /** Asked at every insert of rows; what it answers becomes of it. */
  readonly onInsert?: (offsets: readonly number[]) => Promise<InsertOutcome | undefined>;
  readonly hasStatements?: () => boolean;
  readonly blocksOf?: (records: readonly SourceRecord[]) => TableBlock[];
  /** What judging waits for, as for keys. */
  readonly beforeJudged?: (waiter: KeyWaiter) => Promise<void>;
}

/** A store and a log behind their ports, and what was asked of them. The store’s clock is ours. */
function fixture(options: FakeStore = {}) {
  const rows: RecordedRow[] = [];
  const lost: LostRange[] = [];
  const calls: string[] = [];
  const batches: number[][] = [];
  const unused = async () => {
    throw new Error('a partition recorder has no business here');
  };
  const store: RecordStore = {
    bindTo: unused,
    readProgress: unused,
    readStored: unused,
    readSeen: unused,
    readReplays: unused,
    readClock: unused,
    hasStatements: async () => options.hasStatements?.() ?? false,
    readAbsent: async (_at, _table, offsets) => {
      calls.push('absent?');
      return new Set(offsets.filter((offset) => !rows.some((row) => row.offset === offset)));
    },
    insertBlock: async (_at, block, absent) => {
      const given = block.rows as readonly RecordedRow[];
      const wanted = given.filter((row) => absent === null || absent.has(row.offset));
      const outcome = await options.onInsert?.(wanted.map((row) => row.offset));
      if (outcome !== undefined && outcome.kind !== 'stored') {
        calls.push(outcome.kind);
        if (outcome.code === 'LOST_ANSWER') rows.push(...given);
        return outcome;
      }
      calls.push('rows');
      batches.push(wanted.map((row) => row.offset));
      rows.push(...wanted);
      return { kind: 'stored' };
    },
    insertLost: async (_at, ranges) => {
      calls.push('lost');
      lost.push(...ranges);
      return { kind: 'stored' };
    },
    saveTiles: async (_at, tiles) => {
      calls.push(`tiles ${tiles.length}`);
    },
    saveProgress: async ([entry]) => {
      calls.push(`progress ${entry?.nextOffset}`);
    },
    readRecords: async () => new Map(),
  };
  const clock = new ServerClock();
  const readClock = async () => {
    const nowMs = performance.now();
    clock.add({ sentAtMs: nowMs, answeredAtMs: nowMs, serverMs: nowMs });
    return nowMs;
  };
  const recorder = new PartitionRecorder({
    at,
    store,
    clock,
    readClock,
    createWatch: () =>
      new QuarantineWatch({
        limits: { windowMs: 1_000, maxRatio: 1, minFailed: 1_000_000, maxFailed: 1_000_000 },
        through: null,
        priorFailures: 0,
      }),
    options: {
      flushIntervalMs: 5,
      progressIntervalMs: options.progressIntervalMs ?? 0,
      maxBatchRecords: 100,
      maxHeadStartMs: 0,
      maxQueueBytes: 1_000,
      times,
    },
    flow: {
      resumeAt: (offset) => calls.push(`resumeAt ${offset}`),
      pause: () => calls.push('pause'),
      resume: () => calls.push('resume'),
      commit: async (offset) => {
        calls.push(`commit ${offset}`);
      },
    },
    report: { ...SILENT_REPORT, leaseRefused: (_at, cause) => calls.push(cause) },
    fatal: () => calls.push('fatal'),
    readBack: async () => ({
      log: { partition: 0, start: options.logStart ?? 0, end: 100 },
      memory: {
        nextOffset: 0,
        range: EMPTY_RANGE,
        watermarkMs: 0,
        seen: new SeenEvents(),
        origins: new ReplayedOrigins(),
        storedAhead: new Map(),
      },
    }),
    readLogStart: async () => options.laterLogStart ?? options.logStart ?? 0,
    createJudge: () => async (records, _history, _read, waiter) => {
      await options.beforeJudged?.(waiter);
      return {
        blocks: options.blocksOf?.(records) ?? (records.length === 0 ? [] : [toBlock(records)]),
        leaves: Buffer.alloc(records.length * 32),
        refused: [],
        leaks: [],
      };
    },
    lostSchema: loadReleasedSchemas().newest('recorded-lost'),
  });
  /** Gets the partition, waits a former owner out, and has a lease. */
  const take = async (leaseUntilMs = Number.POSITIVE_INFINITY) => {
    recorder.assigned(tenure);
    recorder.heartbeat(tenure, leaseUntilMs);
    while (!calls.some((call) => call.startsWith('resumeAt'))) await sleep(1);
    calls.splice(0, calls.indexOf('pause') + 1);
  };
  return { recorder, rows, lost, calls, batches, take };
}

const SILENT_REPORT: RecorderReport = {
  trimmed: () => {},
  trimFailed: () => {},
  trimEnded: () => {},
  batch: () => {},
  taken: () => {},
  leaked: () => {},
  failed: () => {},
  inserted: () => {},
  retried: () => {},
  leaseRefused: () => {},
  paused: () => {},
  rebalanced: () => {},
  lag: () => {},
  watermark: () => {},
  excess: () => {},
  stopped: () => {},
  leaseFailed: () => {},
  vaultUnavailable: () => {},
};

function toBlock(records: readonly SourceRecord[]): TableBlock {
  return { table: 'decisions', offsets: records.map(({ offset }) => offset), rows: records.map(toRow) };
}

function toRow({ offset, appendMs }: SourceRecord): RecordedRow {
  return { table: 'decisions', offset, appendMs, record: {}, leaf: Buffer.alloc(32, offset) };
}

function records(from: number, to: number, changes: Partial<SourceRecord> = {}): SourceRecord[] {
  return Array.from({ length: to - from }, (_, index) => ({
    ...at,
    offset: from + index,
    appendMs: 1_000 + from + index,
    key: null,
    origin: null,
    value: Buffer.alloc(10),
    bytes: 10,
    ...changes,
  }));
}

test('rows come first, then the progress that covers them, then the commit', async () => {
  const { recorder, calls, take } = fixture();
  await take();
  offer(recorder, records(0, 3));
  await recorder.drain();
  assert.deepEqual(calls, ['resumeAt 0', 'rows', 'progress 3', 'commit 3']);
});

test('while more waits, progress is put off, and the commit with it; the last batch saves what covers all', async () => {
  const { recorder, calls, rows, take } = fixture({ progressIntervalMs: 60_000 });
  const written = () => calls.filter((call) => /^(rows|tiles|progress|commit)/.test(call));
  await take();
  offer(recorder, records(0, 3));
  await until(() => calls.includes('commit 3'));
  offer(recorder, records(3, 303));
  await until(() => calls.includes('commit 303'));
  assert.deepEqual(written().slice(3), ['rows', 'rows', 'rows', 'tiles 1', 'progress 303', 'commit 303']);
  assert.equal(rows.length, 303);
  await recorder.drain();
});

test('progress is not put off for longer than its interval', async () => {
  const { recorder, calls, take } = fixture({ progressIntervalMs: 1, onInsert: () => sleep(5, undefined) });
  await take();
  offer(recorder, records(0, 300));
  await until(() => calls.includes('commit 300'));
  assert.deepEqual(
    calls.filter((call) => call.startsWith('progress')),
    ['progress 100', 'progress 200', 'progress 300'],
  );
  await recorder.drain();
});

test('a record is released once it is stored: not before, not twice, and not if it was not stored by us', async () => {
  const released: number[] = [];
  const releasedAtInsert: number[] = [];
  let inserts = 0;
  const { recorder, calls, take } = fixture({
    onInsert: async () => {
      releasedAtInsert.push(released.length);
      // The first is refused and judged again, the third is overtaken by another owner.
      inserts++;
      if (inserts === 1) return { kind: 'refused', code: '241', late: false };
      if (inserts === 3) recorder.revoked();
      return undefined;
    },
  });
  const given = (from: number, to: number) =>
    records(from, to).map((record) => ({ ...record, release: () => released.push(record.offset) }));
  await take();
  offer(recorder, given(0, 3));
  await until(() => calls.includes('commit 3'));
  assert.deepEqual(released, [0, 1, 2]);
  offer(recorder, given(3, 5));
  await until(() => inserts === 3);
  await recorder.drain();
  assert.deepEqual(
    [released, releasedAtInsert],
    [
      [0, 1, 2],
      [0, 0, 3],
    ],
  );
});

test('what was handed over before is passed by', async () => {
  const { recorder, rows, take } = fixture();
  await take();
  offer(recorder, records(0, 3));
  offer(recorder, records(0, 5));
  await recorder.drain();
  assert.deepEqual(
    rows.map((row) => row.offset),
    [0, 1, 2, 3, 4],
  );
});

test('a hole is not believed when it is seen for the first time: the log is read again from there', async () => {
  const { recorder, rows, lost, calls, take } = fixture();
  await take();
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
  const { recorder, lost, calls, take } = fixture();
  await take();
  offer(recorder, [...records(0, 2), ...records(5, 7)]);
  offer(recorder, records(5, 7));
  await recorder.drain();
  assert.deepEqual(lost, [{ firstOffset: 2, lastOffset: 4, cause: 'NO_RECORD' }]);
  assert.equal(calls.at(-1), 'commit 7');
});

test('offsets that were trimmed from the log before they were recorded are lost, and said to be', async () => {
  const { recorder, lost, calls, take } = fixture({ logStart: 4 });
  await take();
  await until(() => calls.includes('commit 4'));
  assert.deepEqual(lost, [{ firstOffset: 0, lastOffset: 3, cause: 'TRIMMED' }]);
  assert.deepEqual(calls, ['resumeAt 4', 'lost', 'progress 4', 'commit 4']);
  await recorder.drain();
});

test('what was fetched before the log was trimmed is recorded; only the hole in it is a loss', async () => {
  const { recorder, rows, lost, calls, take } = fixture({ laterLogStart: 50 });
  await take();
  recorder.offer([...records(0, 2), ...records(4, 6)], { firstOffset: 0, lastOffset: 5 });
  await until(() => calls.includes('commit 6'));
  offer(recorder, records(6, 8));
  await until(() => calls.includes('commit 8'));
  assert.deepEqual(lost, [{ firstOffset: 2, lastOffset: 3, cause: 'TRIMMED' }]);
  assert.deepEqual(
    rows.map((row) => row.offset),
    [0, 1, 4, 5, 6, 7],
  );
  await recorder.drain();
});

test('a batch never spans two append days', async () => {
  const { recorder, batches, take } = fixture();
  await take();
  offer(recorder, [...records(0, 2, { appendMs: DAY_MS - 1 }), ...records(2, 4, { appendMs: DAY_MS })]);
  await recorder.drain();
  assert.deepEqual(batches, [
    [0, 1],
    [2, 3],
  ]);
});

test('a full queue pauses the partition, and an emptier one lets it flow again', async () => {
  const { promise: slow, resolve: release } = Promise.withResolvers<undefined>();
  const { recorder, calls, take } = fixture({ onInsert: () => slow });
  await take();
  offer(recorder, records(0, 60));
  await sleep(20);
  offer(recorder, records(60, 200));
  assert.equal(calls.at(-1), 'pause');
  release(undefined);
  await recorder.drain();
  assert.ok(calls.includes('resume'));
});

/** A vault that is away, and a batch that needs a key of it. */
function vaultAway() {
  const vault = createMemoryVault();
  vault.isDown = true;
  const keys = keysFrom(vault);
  const needs = new KeyNeeds();
  needs.addPerson('acme', 'jane', 0);
  const beforeJudged = async (waiter: KeyWaiter) => {
    await keys.take(at, needs, waiter);
  };
  return { vault, beforeJudged };
}

test('while the vault is away nothing is stored and the partition pauses; then all of it is, once', async () => {
  const { vault, beforeJudged } = vaultAway();
  const { recorder, rows, calls, take } = fixture({ beforeJudged });
  await take();
  offer(recorder, records(0, 1));
  await sleep(150);
  // An eighth of the queue is all that is fetched meanwhile.
  offer(recorder, records(1, 3));
  await until(() => calls.includes('pause'));
  await sleep(150);
  assert.deepEqual([rows, calls.filter((call) => call.startsWith('progress'))], [[], []]);
  vault.isDown = false;
  await recorder.drain();
  assert.deepEqual(
    rows.map((row) => row.offset),
    [0, 1, 2],
  );
  assert.ok(calls.includes('resume') && calls.includes('commit 3'));
});

test('a partition that is taken away while it waits for the vault is let go of at once', async () => {
  const { beforeJudged } = vaultAway();
  const { recorder, rows, take } = fixture({ beforeJudged });
  await take();
  offer(recorder, records(0, 1));
  await sleep(50);
  recorder.revoked();
  await recorder.drain();
  assert.deepEqual(rows, []);
});

test('after the partition was taken away nothing more is stored, saved or committed', async () => {
  const { promise: slow, resolve: release } = Promise.withResolvers<undefined>();
  const { recorder, calls, rows, take } = fixture({ onInsert: () => slow });
  await take();
  offer(recorder, records(0, 3));
  await sleep(20);
  recorder.revoked();
  release(undefined);
  await sleep(20);
  // What was sent before cannot be called back; but nothing follows it.
  assert.deepEqual([rows.length, calls], [3, ['resumeAt 0', 'pause', 'rows']]);
});

test('only an idle partition at the end of its log moves its watermark, and never back', async () => {
  const { recorder, take } = fixture();
  await take();
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

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('waited in vain');
    await sleep(1);
  }
}

test('without a lease nothing is sent: it waits for a heartbeat, which starts it', async () => {
  const { recorder, calls, take } = fixture();
  await take(Number.NEGATIVE_INFINITY);
  offer(recorder, records(0, 3));
  await until(() => calls.includes('expired_before_sending'));
  recorder.heartbeat({ ...tenure, generation: 2 }, Number.POSITIVE_INFINITY);
  await sleep(20);
  assert.ok(!calls.includes('rows'), 'a heartbeat of another generation is none of ours');
  recorder.heartbeat(tenure, Number.POSITIVE_INFINITY);
  await until(() => calls.includes('commit 3'));
});

test('after a refusal, and after an answer that never came, it looks what is absent before it sends again', async () => {
  const outcomes: InsertOutcome[] = [
    { kind: 'refused', code: '252', late: false },
    { kind: 'unanswered', code: 'ECONNRESET' },
  ];
  const { recorder, calls, batches, take } = fixture({ onInsert: async () => outcomes.shift() });
  const leaseUntilMs = performance.now() + 700;
  await take(leaseUntilMs);
  offer(recorder, records(0, 3));
  await until(() => calls.includes('expired_before_sending'));
  assert.ok(performance.now() > leaseUntilMs, 'the statement was over only when its lease was');
  recorder.heartbeat(tenure, Number.POSITIVE_INFINITY);
  await recorder.drain();
  assert.deepEqual(calls, [
    'resumeAt 0',
    'refused',
    'absent?',
    'unanswered',
    'absent?',
    'expired_before_sending',
    'rows',
    'progress 3',
    'commit 3',
  ]);
  assert.deepEqual(batches, [[0, 1, 2]]);
});

test('rows that are stored although their answer was lost are not sent again, and the next table’s all are', async () => {
  const outcomes: InsertOutcome[] = [{ kind: 'refused', code: 'LOST_ANSWER', late: false }];
  const { recorder, calls, batches, rows, take } = fixture({
    onInsert: async () => outcomes.shift(),
    blocksOf: (given) => [{ ...toBlock(given.slice(0, 1)), table: 'quarantine' }, toBlock(given.slice(1))],
  });
  await take();
  offer(recorder, records(0, 3));
  await recorder.drain();
  assert.deepEqual(calls, ['resumeAt 0', 'refused', 'absent?', 'rows', 'progress 3', 'commit 3']);
  assert.deepEqual([batches, rows.length], [[[1, 2]], 3]);
});

test('a partition that is kept through a rebalance goes on where it was, without waiting', async () => {
  const { recorder, calls, take } = fixture();
  await take();
  offer(recorder, records(0, 3));
  const kept = recorder.assigned({ ...tenure, generation: 2 });
  assert.deepEqual([kept, calls], [true, ['resumeAt 0', 'resumeAt 3']]);
  await recorder.drain();
  assert.equal(calls.at(-1), 'commit 3');
});

test('one that was away for a generation is taken anew', async () => {
  const { recorder, calls, take } = fixture();
  await take();
  offer(recorder, records(0, 3));
  assert.equal(recorder.assigned({ ...tenure, generation: 3 }), false);
  await until(() => calls.filter((call) => call === 'resumeAt 0').length === 2);
  assert.ok(!calls.includes('rows'), 'what was queued under the old tenure is forgotten');
});

test('while a statement of a former owner runs, nothing is read back', async () => {
  let running = true;
  const { recorder, calls } = fixture({ hasStatements: () => running });
  recorder.assigned(tenure);
  await sleep(60);
  assert.deepEqual(calls, ['pause']);
  running = false;
  await until(() => calls.includes('resumeAt 0'));
  recorder.revoked();
});

test('draining ends when the store hangs and the partition is let go', async () => {
  const { recorder, take } = fixture({ onInsert: () => new Promise(() => {}) });
  await take();
  offer(recorder, records(0, 3));
  const drained = recorder.drain();
  setTimeout(() => recorder.revoked(), 50);
  await drained;
});
