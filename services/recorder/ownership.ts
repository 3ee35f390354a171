import { setTimeout as sleep } from 'node:timers/promises';
import type { ReleasedSchema } from '../../domain/contract/registry.ts';
import { ServerClock } from '../../domain/recording/protocol/server-clock.ts';
import type { QuarantineWatch } from '../../domain/recording/quarantine-watch.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import type { RecordJudge } from './judge-records.ts';
import type { RecorderReport } from './metrics.ts';
import { PartitionRecorder, type PartitionRecorderOptions } from './partition-recorder.ts';
import type { FetchedRange, LogBoundsReader, PartitionFlow, PartitionId, RecordStore } from './ports.ts';
import { readPartition } from './read-partition.ts';

export interface OwnershipDeps {
  readonly store: RecordStore;
  readonly logBounds: LogBoundsReader;
  readonly report: RecorderReport;
  /** A judge of one partition. It keeps the columns of the batch at hand. */
  readonly createJudge: (at: PartitionId) => RecordJudge;
  readonly createWatch: (at: PartitionId) => QuarantineWatch;
  readonly lostSchema: ReleasedSchema;
  readonly options: PartitionRecorderOptions;
  /** How far the broker's clock may be behind ours. */
  readonly clockMarginMs: number;
  readonly fatal: (error: Error) => void;
}

/** A heartbeat that the group's coordinator has answered. */
interface AnsweredHeartbeat {
  readonly memberId: string;
  readonly generation: number;
  /** When it was sent, on the scale of `performance.now()`. */
  readonly sentAtMs: number;
}

/** Which partitions this recorder has, and who records each. */
export interface Ownership {
  /**
   * What this recorder has from now on. What is not in it any more is let go at once; what is counts from the first
   * heartbeat after it, which names the generation: what was ours in the one before just goes on.
   */
  assign(partitions: readonly PartitionId[], flowOf: (at: PartitionId) => PartitionFlow): void;
  heartbeat(heartbeat: AnsweredHeartbeat): void;
  offer(at: PartitionId, records: readonly SourceRecord[], fetched: FetchedRange): void;
  /** Compares our clock with the store's. Throws when the store does not answer. */
  compareClocks(): Promise<void>;
  /** Partitions that are ours and taken: we know what is recorded of them. */
  taken(): readonly PartitionId[];
  /**
   * Saves, for every idle partition, that all that was appended until just now is recorded: while another one puts its
   * progress off, no oftener than that one does.
   */
  moveIdleWatermarks(): Promise<void>;
  /** Records what is queued and ends; lets go of what is not done by then. */
  drain(timeoutMs: number): Promise<void>;
}

interface OwnedPartition {
  readonly at: PartitionId;
  readonly recorder: PartitionRecorder;
}

interface PendingAssignment {
  readonly partitions: readonly PartitionId[];
  readonly flowOf: (at: PartitionId) => PartitionFlow;
  readonly released: number;
}

export function createOwnership(deps: OwnershipDeps): Ownership {
  const known = new Map<string, OwnedPartition>();
  const clock = new ServerClock();
  let pending: PendingAssignment | null = null;
  let draining = false;
  let idleMovedAtMs = Number.NEGATIVE_INFINITY;

  const readClock = async () => {
    const sentAtMs = performance.now();
    const serverMs = await deps.store.readClock();
    clock.add({ sentAtMs, answeredAtMs: performance.now(), serverMs });
    return serverMs;
  };

  const recorderOf = (at: PartitionId, flowOf: PendingAssignment['flowOf']): PartitionRecorder => {
    const existing = known.get(keyOf(at));
    if (existing !== undefined) return existing.recorder;
    const { store, lostSchema, options, report, fatal } = deps;
    const recorder = new PartitionRecorder({
      ...{ at, store, lostSchema, options, report, fatal, clock, readClock },
      createWatch: () => deps.createWatch(at),
      createJudge: () => deps.createJudge(at),
      readLogStart: async () => (await readBounds(deps.logBounds, at)).start,
      flow: flowOf(at),
      readBack: () => readPartition(at, store, () => readBounds(deps.logBounds, at), lostSchema),
    });
    known.set(keyOf(at), { at, recorder });
    return recorder;
  };

  const confirm = ({ partitions, flowOf, released }: PendingAssignment, heartbeat: AnsweredHeartbeat) => {
    const results = partitions.map((at) => recorderOf(at, flowOf).assigned(heartbeat));
    const kept = results.filter((wasKept) => wasKept).length;
    deps.report.rebalanced({ kept, taken: results.length - kept, released });
  };

  const owned = () => [...known.values()].filter(({ recorder }) => recorder.isOwned);

  return {
    assign: (partitions, flowOf) => {
      const given = new Set(partitions.map(keyOf));
      const taken = owned().filter(({ at }) => !given.has(keyOf(at)));
      for (const { recorder } of taken) recorder.revoked();
      pending = { partitions, flowOf, released: taken.length };
    },
    heartbeat: (heartbeat) => {
      // What comes while we stop is for others: whoever is sent it next takes it over.
      if (pending !== null && !draining) confirm(pending, heartbeat);
      pending = null;
      const sentAtServerMs = clock.atLeast(heartbeat.sentAtMs);
      if (sentAtServerMs === null) return;
      const leaseUntilMs = sentAtServerMs + deps.options.times.leaseMs;
      for (const { recorder } of owned()) recorder.heartbeat(heartbeat, leaseUntilMs);
    },
    offer: (at, records, fetched) => known.get(keyOf(at))?.recorder.offer(records, fetched),
    compareClocks: async () => {
      await readClock();
    },
    taken: () =>
      owned()
        .filter(({ recorder }) => recorder.nextOffset > 0)
        .map(({ at }) => at),
    moveIdleWatermarks: async () => {
      // Before the logs' ends are read: what is appended after it is not claimed.
      const beforeMs = Date.now() - deps.clockMarginMs;
      const topics = new Set(owned().map(({ at }) => at.topic));
      const ends = (await Promise.all([...topics].map((topic) => readEnds(deps, topic)))).flat();
      // What is closed by all partitions together waits for the busy ones anyway.
      const isBusy = owned().some(({ recorder }) => recorder.putsProgressOff);
      const isDue = !isBusy || performance.now() - idleMovedAtMs >= deps.options.progressIntervalMs;
      if (isDue) idleMovedAtMs = performance.now();
      const entries = owned().flatMap(({ at, recorder }) => {
        const end = ends.find(
          ({ topic, partition }) => topic === at.topic && partition === at.partition,
        )?.end;
        if (end === undefined) return [];
        deps.report.lag(at, Math.max(0, end - recorder.nextOffset));
        return (isDue ? recorder.progressIfIdle(end, beforeMs) : null) ?? [];
      });
      // All in one insert: one costs the store the same, whatever is in it.
      if (entries.length > 0)
        await deps.store
          .saveProgress(entries)
          .catch((error: unknown) => deps.report.failed(entries[0] as PartitionId, error));
    },
    drain: async (timeoutMs) => {
      draining = true;
      const recorders = [...known.values()].map(({ recorder }) => recorder);
      // A commit may hang as long as the broker does; it is only a hint.
      const giveUp = new AbortController();
      await Promise.race([
        Promise.all(recorders.map((recorder) => recorder.drain())),
        sleep(timeoutMs, undefined, { signal: giveUp.signal }).catch(() => {}),
      ]);
      giveUp.abort();
      for (const recorder of recorders) recorder.revoked();
    },
  };
}

/** Where the logs of a topic end. None if they cannot be read now, which is told: other topics go on. */
async function readEnds({ logBounds, report }: OwnershipDeps, topic: string) {
  try {
    return (await logBounds.read(topic)).map(({ partition, end }) => ({ topic, partition, end }));
  } catch (error) {
    report.failed({ topic, partition: -1 }, error);
    return [];
  }
}

async function readBounds(logBounds: LogBoundsReader, at: PartitionId) {
  const found = (await logBounds.read(at.topic)).find((entry) => entry.partition === at.partition);
  if (found === undefined) throw new Error(`partition ${at.partition} of ${at.topic} does not exist`);
  return found;
}

function keyOf(at: PartitionId): string {
  return `${at.topic}/${at.partition}`;
}
