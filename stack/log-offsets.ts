import { INPUTS } from '../domain/contract/inputs.ts';
import type { ClickHouse } from '../platform/clickhouse/client.ts';
import type { LogBoundsReader } from '../platform/kafka/log-bounds.ts';

/** End of every input partition's log, by `topic/partition`. */
export async function readLogEnds(log: LogBoundsReader): Promise<Map<string, number>> {
  const perTopic = await Promise.all(
    INPUTS.map(async ({ topic }) =>
      (await log.read(topic)).map((bounds) => [`${topic}/${bounds.partition}`, bounds.end] as const),
    ),
  );
  return new Map(perTopic.flat());
}

/** Records appended and not recorded yet, over all partitions. */
export async function readLag(log: LogBoundsReader, clickhouse: ClickHouse): Promise<number> {
  return readShortfall(clickhouse, await readLogEnds(log));
}

/**
 * Records below the given log ends that are not recorded yet. Ends that were read once stand still, so this reaches 0
 * while producers go on; `readLag` need not.
 */
export async function readShortfall(
  clickhouse: ClickHouse,
  ends: ReadonlyMap<string, number>,
): Promise<number> {
  const rows = await clickhouse.query<{ at: string; next: number }>(
    "SELECT concat(topic, '/', toString(partition)) AS at, max(next_offset) AS next FROM progress GROUP BY at",
  );
  const recorded = new Map(rows.map((row) => [row.at, row.next]));
  return [...ends].reduce((lag, [at, end]) => lag + Math.max(0, end - (recorded.get(at) ?? 0)), 0);
}

/** How many records were appended since the baseline, by topic. */
export async function readAppended(
  log: LogBoundsReader,
  baseline: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  const appended = new Map<string, number>();
  for (const [at, end] of await readLogEnds(log)) {
    const topic = at.slice(0, at.lastIndexOf('/'));
    appended.set(topic, (appended.get(topic) ?? 0) + end - (baseline.get(at) ?? 0));
  }
  return appended;
}
