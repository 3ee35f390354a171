import { setTimeout as sleep } from 'node:timers/promises';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';

/** Looks on whether recording moves: the sum over all partitions of what the store says is recorded. */
export interface RecordingWatch {
  /** Recorded offsets when last seen, over all partitions. */
  recorded(): number;
  /** When recording last moved; milliseconds of performance.now(). */
  lastMoveMs(): number;
  /** The oldest of: when each partition last moved, or was last seen with nothing to record. */
  slowestMoveMs(): number;
  /** A disturbance is over: the time from here to the next move counts. */
  disturbanceEnded(): void;
  figures(): RecordingFigures;
  stop(): Promise<void>;
}

interface RecordingFigures {
  /** Longest time from the end of a disturbance until recording moved, even if others were under way. */
  readonly maxRecoveryMs: number;
  /** Longest time in which nothing was recorded at all. */
  readonly maxStallMs: number;
  /** Longest time in which a partition with something to record stood still. */
  readonly maxPartitionStallMs: number;
}

const POLL_MS = 150;

export function watchRecording(
  clickhouse: ClickHouse,
  appended: () => ReadonlyMap<string, number>,
): RecordingWatch {
  let running = true;
  let recorded = 0;
  let lastMoveMs = performance.now();
  let endedSinceMoveMs: number | null = null;
  const figures = { maxRecoveryMs: 0, maxStallMs: 0, maxPartitionStallMs: 0 };
  const partitions = new Map<string, { next: number; sinceMs: number }>();

  const look = async () => {
    const sentBefore = appended();
    const rows = await clickhouse.query<{ at: string; next: number }>(
      "SELECT concat(topic, '/', toString(partition)) AS at, max(next_offset) AS next FROM progress GROUP BY at",
    );
    const nowMs = performance.now();
    const next = new Map(rows.map((row) => [row.at, row.next]));
    for (const [at, end] of sentBefore) {
      const known = partitions.get(at);
      const here = next.get(at) ?? 0;
      if (known === undefined || here > known.next || here >= end)
        partitions.set(at, { next: here, sinceMs: nowMs });
      else figures.maxPartitionStallMs = Math.max(figures.maxPartitionStallMs, nowMs - known.sinceMs);
    }
    const sum = rows.reduce((total, row) => total + row.next, 0);
    if (sum <= recorded) return;
    recorded = sum;
    figures.maxStallMs = Math.max(figures.maxStallMs, nowMs - lastMoveMs);
    if (endedSinceMoveMs !== null)
      figures.maxRecoveryMs = Math.max(figures.maxRecoveryMs, nowMs - endedSinceMoveMs);
    endedSinceMoveMs = null;
    lastMoveMs = nowMs;
  };
  const loop = async () => {
    while (running) {
      // While the engine is down there is nothing to see, and nothing moves.
      await look().catch(() => {});
      await sleep(POLL_MS);
    }
  };
  const finished = loop();
  return {
    recorded: () => recorded,
    lastMoveMs: () => lastMoveMs,
    slowestMoveMs: () => Math.min(...[...partitions.values()].map(({ sinceMs }) => sinceMs)),
    disturbanceEnded: () => {
      endedSinceMoveMs ??= performance.now();
    },
    figures: () => figures,
    stop: () => {
      running = false;
      return finished;
    },
  };
}
