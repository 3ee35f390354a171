import type { ClickHouse } from '../../platform/clickhouse/client.ts';

/** Up to which offset a partition could be queried at a time. */
interface Sighting {
  readonly atMs: number;
  readonly offset: number;
}

export interface QueryableWatch {
  /** Stops looking. Resolves with the time each record waited, in milliseconds, from append to queryable. */
  finish(): Promise<number[]>;
}

const LOOK_EVERY_MS = 20;
/** Only what is new is looked at, so that looking costs the same however much is stored. */
const NEWEST =
  'SELECT partition, max(offset) AS offset FROM decisions WHERE append_time > now64(3) - INTERVAL 10 SECOND GROUP BY partition';

/**
 * Asks the store every 20 ms up to which offset each partition can be queried, and afterwards compares with the
 * broker's append times. A record counts as queryable from the answer that first covers it: up to 20 ms and one query
 * too late, never too early.
 */
export function watchQueryable(clickhouse: ClickHouse, fromMs: number): QueryableWatch {
  const sightings = new Map<number, Sighting[]>();
  let watching = true;
  const look = async () => {
    while (watching) {
      const rows = await clickhouse.query<{ partition: number; offset: number }>(NEWEST);
      const atMs = Date.now();
      for (const { partition, offset } of rows) {
        const seen = sightings.get(partition) ?? [];
        if (offset > (seen.at(-1)?.offset ?? -1)) seen.push({ atMs, offset });
        sightings.set(partition, seen);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };
  const looking = look();
  looking.catch(() => {}); // told by finish
  return {
    finish: async () => {
      watching = false;
      await looking;
      return waitsOf(clickhouse, sightings, fromMs);
    },
  };
}

async function waitsOf(
  clickhouse: ClickHouse,
  sightings: ReadonlyMap<number, readonly Sighting[]>,
  fromMs: number,
): Promise<number[]> {
  const waits: number[] = [];
  for (const [partition, seen] of sightings) {
    const records = await clickhouse.query<{ offset: number; append_ms: number }>(
      `SELECT offset, toUnixTimestamp64Milli(append_time) AS append_ms FROM decisions
       WHERE partition = {partition: Int32} AND append_time >= fromUnixTimestamp64Milli({from: Int64}) ORDER BY offset`,
      { partition, from: fromMs },
    );
    let next = 0;
    for (const { offset, append_ms: appendMs } of records) {
      while (next < seen.length && (seen[next]?.offset ?? 0) < offset) next++;
      const sighting = seen[next];
      if (sighting !== undefined) waits.push(sighting.atMs - appendMs);
    }
  }
  return waits;
}
