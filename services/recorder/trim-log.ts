import type { RecorderReport } from './metrics.ts';
import type { Barrier, LogBoundsReader, LogTrimmer, PartitionId, RecordStore } from './ports.ts';

export interface TrimDeps {
  readonly store: Pick<RecordStore, 'readProgress'>;
  readonly logBounds: LogBoundsReader;
  readonly trimmer: LogTrimmer;
  /** How far back erasures need raw topics trimmed. */
  readonly readBarriers: () => Promise<readonly Barrier[]>;
  readonly report: Pick<RecorderReport, 'trimmed' | 'trimFailed' | 'trimEnded'>;
  /** What was appended within it stays readable, for replays. */
  readonly replayWindowMs: number;
}

/**
 * Where a raw log may start: it keeps its replay window, unless an erasure needs more to go, and whatever is not
 * recorded, whoever needs it to go. All three are offsets, as is what comes back.
 * @param savedOffset every offset below it is recorded and sealed, by the progress that the store has
 * @param windowStart first offset within the replay window
 * @param barrier everything below it has to go; 0 for nothing
 */
export function trimTarget(savedOffset: number, windowStart: number, barrier: number): number {
  return Math.min(savedOffset, Math.max(windowStart, barrier));
}

/**
 * Trims the raw logs of partitions behind what is recorded of them. Asks the store for the progress, never a
 * recorder's memory: progress that is put off is not there after a crash. Never rejects: what fails is reported, and
 * tried again the next time. Without the barriers, the replay window is what goes by.
 */
export async function trimLogs(owned: readonly PartitionId[], deps: TrimDeps): Promise<void> {
  const { report } = deps;
  const barriers = await readBarriers(deps);
  let isComplete = barriers !== null;
  for (const topic of new Set(owned.map((at) => at.topic))) {
    const ofTopic = owned.filter((at) => at.topic === topic);
    try {
      await trimTopic(topic, ofTopic, barriers ?? [], deps);
    } catch (error) {
      isComplete = false;
      report.trimFailed(topic, error);
    }
  }
  if (isComplete) report.trimEnded();
}

async function readBarriers(deps: TrimDeps): Promise<readonly Barrier[] | null> {
  try {
    return await deps.readBarriers();
  } catch (error) {
    deps.report.trimFailed(null, error);
    return null;
  }
}

async function trimTopic(
  topic: string,
  partitions: readonly PartitionId[],
  barriers: readonly Barrier[],
  { store, logBounds, trimmer, report, replayWindowMs }: TrimDeps,
): Promise<void> {
  const windowStarts = await trimmer.offsetsAt(topic, Date.now() - replayWindowMs);
  const starts = new Map((await logBounds.read(topic)).map(({ partition, start }) => [partition, start]));
  const targets = new Map<number, number>();
  for (const at of partitions) {
    const saved = (await store.readProgress(at))?.nextOffset ?? 0;
    const barrier = barriers
      .filter((entry) => entry.topic === topic && entry.partition === at.partition)
      .reduce((highest, entry) => Math.max(highest, entry.offset), 0);
    const target = trimTarget(saved, windowStarts.get(at.partition) ?? 0, barrier);
    if (target > (starts.get(at.partition) ?? 0)) targets.set(at.partition, target);
  }
  if (targets.size === 0) return;
  await trimmer.trim(topic, targets);
  for (const [partition, target] of targets)
    report.trimmed({ topic, partition }, target - (starts.get(partition) ?? 0), target);
}
