import type { ReleasedSchema } from '../../domain/contract/registry.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import type { RecordJudge } from './judge-records.ts';
import type { RecorderReport } from './metrics.ts';
import { PartitionRecorder, type PartitionRecorderOptions } from './partition-recorder.ts';
import type { FetchedRange, LogBoundsReader, PartitionFlow, PartitionId, RecordStore } from './ports.ts';
import { takePartition } from './take-partition.ts';

export interface OwnershipDeps {
  readonly store: RecordStore;
  readonly logBounds: LogBoundsReader;
  readonly report: RecorderReport;
  /** Each partition has a judge of its own, which keeps the columns of the batch at hand. */
  readonly createJudge: (at: PartitionId) => RecordJudge;
  readonly lostSchema: ReleasedSchema;
  readonly options: PartitionRecorderOptions;
  /** How far the broker's clock may be behind ours. */
  readonly clockMarginMs: number;
  readonly fatal: (error: Error) => void;
}

/** Which partitions this recorder has, and who records each. */
export interface Ownership {
  /** Replaces what this recorder has: every partition is taken anew, after our own work on it has ended. */
  assign(partitions: readonly PartitionId[], flowOf: (at: PartitionId) => PartitionFlow): void;
  offer(
    at: PartitionId,
    records: readonly Omit<SourceRecord, 'topic' | 'partition'>[],
    fetched: FetchedRange,
  ): void;
  /** Saves, for every idle partition, that all that was appended until just now is recorded. */
  moveIdleWatermarks(): Promise<void>;
  /** Records what is queued and ends; lets go of what is not done by then. */
  drain(timeoutMs: number): Promise<void>;
}

export function createOwnership(deps: OwnershipDeps): Ownership {
  let owned = new Map<string, { readonly at: PartitionId; readonly recorder: PartitionRecorder }>();
  const ending = new Map<string, Promise<void>>();

  const startRecorder = (at: PartitionId, flow: PartitionFlow): PartitionRecorder => {
    return new PartitionRecorder({
      at,
      flow,
      options: deps.options,
      events: {
        recorded: (_at, batch, records) =>
          deps.report.batch(at, batch, records.length, records.at(-1)?.appendMs ?? 0),
        taken: deps.report.taken,
        failed: deps.report.failed,
        fatal: deps.fatal,
      },
      take: async () => {
        await ending.get(keyOf(at));
        return takePartition(at, deps.store, () => readBounds(deps.logBounds, at), deps.lostSchema);
      },
      batch: { store: deps.store, judge: deps.createJudge(at), lostSchema: deps.lostSchema },
    });
  };

  return {
    assign: (partitions, flowOf) => {
      deps.report.rebalanced(partitions.length);
      for (const [key, { recorder }] of owned) ending.set(key, recorder.release());
      owned = new Map(partitions.map((at) => [keyOf(at), { at, recorder: startRecorder(at, flowOf(at)) }]));
    },
    offer: (at, records, fetched) => {
      const sources = records.map((record) => ({ ...at, ...record }));
      owned.get(keyOf(at))?.recorder.offer(sources, fetched);
    },
    moveIdleWatermarks: async () => {
      const current = [...owned.values()];
      for (const topic of new Set(current.map(({ at }) => at.topic))) {
        try {
          await moveTopic(
            deps,
            topic,
            current.filter(({ at }) => at.topic === topic),
          );
        } catch (error) {
          deps.report.failed({ topic, partition: -1 }, error);
        }
      }
    },
    drain: async (timeoutMs) => {
      const recorders = [...owned.values()].map(({ recorder }) => recorder);
      const letGo = setTimeout(() => {
        for (const recorder of recorders) recorder.release();
      }, timeoutMs);
      await Promise.all(recorders.map((recorder) => recorder.drain()));
      clearTimeout(letGo);
    },
  };
}

async function moveTopic(
  deps: OwnershipDeps,
  topic: string,
  owned: readonly { readonly at: PartitionId; readonly recorder: PartitionRecorder }[],
): Promise<void> {
  // Before the log's end is read: what is appended after it is not claimed.
  const beforeMs = Date.now() - deps.clockMarginMs;
  const bounds = await deps.logBounds.read(topic);
  const entries = owned.flatMap(({ at, recorder }) => {
    const logEnd = bounds.find((entry) => entry.partition === at.partition)?.end;
    if (logEnd === undefined) return [];
    deps.report.lag(at, Math.max(0, logEnd - recorder.nextOffset));
    return recorder.progressIfIdle(logEnd, beforeMs) ?? [];
  });
  if (entries.length > 0) await deps.store.saveProgress(entries);
}

async function readBounds(logBounds: LogBoundsReader, at: PartitionId) {
  const found = (await logBounds.read(at.topic)).find((entry) => entry.partition === at.partition);
  if (found === undefined) throw new Error(`partition ${at.partition} of ${at.topic} does not exist`);
  return found;
}

function keyOf(at: PartitionId): string {
  return `${at.topic}/${at.partition}`;
}
