import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { DECISIONS_TOPIC } from './phases.ts';

/** Up to which offset a partition could be queried at a time. */
interface Sighting {
  readonly atMs: number;
  readonly offset: number;
}

export interface QueryableWatch {
  /** Up to which offset each partition can be queried by now. Throws what looking failed with. */
  reached(): ReadonlyMap<number, number>;
  /**
   * Stops looking. Resolves with the time that each record appended from `fromMs` on and before `toMs` (milliseconds
   * since 1970) waited until it could be queried, in milliseconds. Throws an Error when one of them never was.
   */
  finish(fromMs: number, toMs: number): Promise<number[]>;
}

const LOOK_EVERY_MS = 40;

/**
 * Asks the store every 40 ms up to which offset each partition can be queried, and afterwards compares with the
 * broker's append times (one machine, one clock). A record counts as queryable from the answer that first covers it:
 * up to 40 ms and one query too late, never too early.
 */
export function watchQueryable(clickhouse: ClickHouse): QueryableWatch {
  const sightings = new Map<number, Sighting[]>();
  const reached = new Map<number, number>();
  let watching = true;
  const look = async () => {
    while (watching) {
      const rows = await clickhouse.query<{ partition: number; newest: number }>(newestSql(reached));
      const atMs = Date.now();
      for (const { partition, newest: offset } of rows) {
        if (offset <= (reached.get(partition) ?? -1)) continue;
        reached.set(partition, offset);
        sightings.set(partition, [...(sightings.get(partition) ?? []), { atMs, offset }]);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };
  const looking = look();
  let failure: unknown = null;
  looking.catch((error: unknown) => {
    failure = error;
  });
  return {
    reached: () => {
      if (failure !== null) throw failure;
      return reached;
    },
    finish: async (fromMs, toMs) => {
      watching = false;
      await looking;
      const waits = [...sightings].map(([partition, seen]) =>
        waitsOf(clickhouse, partition, seen, fromMs, toMs),
      );
      return (await Promise.all(waits)).flat();
    },
  };
}

/** Only what is new is read, by the table's key: looking costs the same however much is stored, and little. */
function newestSql(reached: ReadonlyMap<number, number>): string {
  const known = [...reached.keys()];
  const beyond = [...reached].map(
    ([partition, offset]) => `(partition = ${partition} AND offset > ${offset})`,
  );
  const unseen = known.length === 0 ? '1' : `partition NOT IN (${known.join(', ')})`;
  return `SELECT partition, max(offset) AS newest FROM decisions
    WHERE topic = '${DECISIONS_TOPIC}' AND (${[unseen, ...beyond].join(' OR ')}) GROUP BY partition`;
}

async function waitsOf(
  clickhouse: ClickHouse,
  partition: number,
  seen: readonly Sighting[],
  fromMs: number,
  toMs: number,
): Promise<number[]> {
  const records = await clickhouse.query<{ offset: number; append_ms: number }>(
    `SELECT offset, toUnixTimestamp64Milli(append_time) AS append_ms FROM decisions
     WHERE partition = {partition: Int32} AND append_time >= fromUnixTimestamp64Milli({from: Int64})
       AND append_time < fromUnixTimestamp64Milli({to: Int64}) ORDER BY offset`,
    { partition, from: fromMs, to: toMs },
  );
  let next = 0;
  return records.map(({ offset, append_ms: appendMs }) => {
    while (next < seen.length && (seen[next]?.offset ?? 0) < offset) next++;
    const sighting = seen[next];
    if (sighting === undefined) throw new Error(`offset ${offset} of partition ${partition} was never seen`);
    return sighting.atMs - appendMs;
  });
}
