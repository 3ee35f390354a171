import { INPUTS } from '../../../domain/contract/inputs.ts';
import { minutesOf } from '../../../domain/rollup/append-minutes.ts';
import type { PartitionWatermark } from '../../../domain/rollup/lowest-watermark.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import type { MinuteLedger } from '../ports.ts';
import { msOf, toClickHouseTime } from './minute-sql.ts';

const PROGRESS = `
SELECT topic, partition, ${msOf('max(watermark)')} AS watermarkMs FROM progress GROUP BY topic, partition`;

const LAST_CLOSED = `
SELECT ${msOf('watermark')} AS endMs, bucket_ms AS bucketMs
FROM closed_minutes ORDER BY append_minute DESC LIMIT 1`;

const TABLES = [...INPUTS.map(({ table }) => table), 'duplicates', 'quarantine'];

// A table without rows has the minimum 1970, which is left out.
const FIRST_APPEND = `
SELECT min(${msOf('first')}) AS firstMs, count() AS tables
FROM (${TABLES.map((table) => `SELECT min(append_time) AS first, count() AS rows FROM ${table}`).join(' UNION ALL ')})
WHERE rows > 0`;

/** The ledger of closed minutes, beside the recorder's progress. */
export function createMinuteLedger(clickhouse: ClickHouse, bucketMs: number): MinuteLedger {
  return {
    readProgress: () => clickhouse.query<PartitionWatermark>(PROGRESS),
    readLastClosed: async () =>
      (await clickhouse.query<{ endMs: number; bucketMs: number }>(LAST_CLOSED))[0] ?? null,
    readFirstAppend: async () => {
      const [row] = await clickhouse.query<{ firstMs: number; tables: number }>(FIRST_APPEND);
      return row === undefined || row.tables === 0 ? null : row.firstMs;
    },
    close: async (range) => {
      const rows = minutesOf(range, bucketMs).map((minuteMs) => ({
        append_minute: toClickHouseTime(minuteMs),
        watermark: toClickHouseTime(minuteMs + bucketMs),
        bucket_ms: bucketMs,
      }));
      await clickhouse.insertRows('closed_minutes', rows);
    },
  };
}
