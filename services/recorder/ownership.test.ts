import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { QuarantineWatch } from '../../domain/recording/quarantine-watch.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import type { RecorderReport } from './metrics.ts';
import { createOwnership } from './ownership.ts';
import type { PartitionId, Progress, RecordStore } from './ports.ts';

const PARTITIONS: readonly PartitionId[] = [
  { topic: 'docket.decisions.v1', partition: 0 },
  { topic: 'docket.decisions.v1', partition: 1 },
  { topic: 'docket.labels.v1', partition: 0 },
];
const PROGRESS_INTERVAL_MS = 300;
const BUSY_END = 100;

const SILENT = new Proxy({} as RecorderReport, { get: () => () => {} });

/** An owner of three partitions whose logs are empty, but for what a test says; and what it saved. */
async function fixture(
  t: TestContext,
  ends: ReadonlyMap<PartitionId, number>,
  insert: () => Promise<void> = async () => {},
) {
  const saved: (readonly (PartitionId & Progress)[])[] = [];
  const store = {
    readClock: async () => performance.now(),
    hasStatements: async () => false,
    readProgress: async () => null,
    readStored: async () => [],
    readSeen: async () => ({ words: new Uint32Array(0) }),
    readReplays: async () => [],
    insertBlock: async () => {
      await insert();
      return { kind: 'stored' };
    },
    saveTiles: async () => {},
    saveProgress: async (entries: readonly (PartitionId & Progress)[]) => void saved.push(entries),
  } as Partial<RecordStore> as RecordStore;
  const endOf = (at: PartitionId) => ends.get(at) ?? 0;
  const flowing = new Set<PartitionId>();
  const ownership = createOwnership({
    store,
    logBounds: {
      read: async (topic: string) =>
        PARTITIONS.filter((at) => at.topic === topic).map((at) => ({
          ...{ partition: at.partition, start: 0, end: endOf(at) },
        })),
    },
    report: SILENT,
    createJudge: () => async (records) => ({
      blocks: [{ table: 'decisions', offsets: records.map(({ offset }) => offset), rows: [] }],
      ...{ leaves: Buffer.alloc(records.length * 32), refused: [], leaks: [] },
    }),
    createWatch: () =>
      new QuarantineWatch({
        limits: { windowMs: 1_000, maxRatio: 1, minFailed: 1_000_000, maxFailed: 1_000_000 },
        ...{ through: null, priorFailures: 0 },
      }),
    lostSchema: loadReleasedSchemas().newest('recorded-lost'),
    options: {
      ...{ flushIntervalMs: 1, progressIntervalMs: PROGRESS_INTERVAL_MS, maxBatchRecords: 1 },
      ...{
        maxQueueBytes: 1_000_000,
        maxHeadStartMs: 0,
        times: { leaseMs: 200, maxInsertMs: 1, marginMs: 0 },
      },
    },
    clockMarginMs: 0,
    fatal: (error) => assert.fail(error),
  });
  await ownership.compareClocks();
  ownership.assign(PARTITIONS, (at) => ({
    resumeAt: () => void flowing.add(PARTITIONS.find((one) => one === at) as PartitionId),
    ...{ pause: () => {}, resume: () => {}, commit: async () => {} },
  }));
  const beat = () => ownership.heartbeat({ memberId: 'member', generation: 1, sentAtMs: performance.now() });
  beat();
  t.after(() => clearInterval(beating));
  const beating = setInterval(beat, 20);
  while (flowing.size < PARTITIONS.length) await sleep(1);
  return { ownership, saved };
}

function records({ topic, partition }: PartitionId, count: number): SourceRecord[] {
  return Array.from({ length: count }, (_, offset) => ({
    ...{
      topic,
      partition,
      offset,
      appendMs: 1_000,
      key: null,
      origin: null,
      value: Buffer.alloc(9),
      bytes: 9,
    },
  }));
}

test('idle partitions of all topics are moved in one insert', async (t) => {
  const { ownership, saved } = await fixture(t, new Map());
  await ownership.moveIdleWatermarks();
  assert.deepEqual(
    saved.map((entries) => entries.map(({ topic, partition }) => ({ topic, partition }))),
    [PARTITIONS],
  );
  await ownership.drain(1_000);
});

test('while a partition puts its progress off, idle ones are moved no oftener than it is saved', async (t) => {
  const [busy] = PARTITIONS as [PartitionId];
  const { ownership, saved } = await fixture(t, new Map([[busy, BUSY_END]]), () => sleep(10, undefined));
  ownership.offer(busy, records(busy, BUSY_END), { firstOffset: 0, lastOffset: BUSY_END - 1 });
  await sleep(50);
  const idleMoves = () =>
    saved.filter((entries) => entries.some((entry) => entry.topic === 'docket.labels.v1'));
  const until = performance.now() + 2.5 * PROGRESS_INTERVAL_MS;
  while (performance.now() < until) {
    await ownership.moveIdleWatermarks();
    await sleep(10);
  }
  assert.ok(idleMoves().length >= 2 && idleMoves().length <= 4, String(idleMoves().length));
  await ownership.drain(5_000);
  const before = idleMoves().length;
  for (let time = 0; time < 3; time++) {
    await sleep(5);
    await ownership.moveIdleWatermarks();
  }
  // Drained: nothing is ours, so nothing is moved.
  assert.equal(idleMoves().length, before);
});
