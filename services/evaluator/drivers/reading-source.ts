import type { Slo } from '../../../domain/slo/definition.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import type { AdjustmentSource, ReadingSource, ServiceReading } from '../ports.ts';
import { minuteParameters } from './minute-sql.ts';
import { readSloCounts } from './read-slo-counts.ts';
import {
  type DriftRow,
  LATEST_DRIFT,
  LATEST_REVIEW,
  MISSING,
  QUARANTINED,
  type ReviewRow,
  SERVICES,
  toDriftResult,
  toReviewResult,
} from './reading-sql.ts';

/** Reads what `/metrics` shows. Everything is as of the end of a closed minute, whenever it is asked. */
export function createReadingSource(
  clickhouse: ClickHouse,
  slos: readonly Slo[],
  bucketMs: number,
  adjustments: AdjustmentSource,
): ReadingSource {
  return {
    read: async (endMs) => {
      // The last closed minute, as a range: windows end where it ends.
      const at = minuteParameters({ fromMs: endMs - bucketMs, toMs: endMs }, bucketMs);
      const clock = { endMs, bucketMs, adjustments: await adjustments.read(endMs) };
      const services = await clickhouse.query<
        Omit<ServiceReading, 'observed' | 'idle'> & { observed: number; idle: number }
      >(SERVICES, at);
      const drift = await clickhouse.query<DriftRow>(LATEST_DRIFT, at);
      const review = await clickhouse.query<ReviewRow>(LATEST_REVIEW, at);
      return {
        services: services.map((row) => ({ ...row, observed: row.observed === 1, idle: row.idle === 1 })),
        clock,
        counts: await readSloCounts(clickhouse, slos, clock),
        drift: drift.map(toDriftResult),
        review: review.map(toReviewResult),
        missing: await clickhouse.query(MISSING, at),
        quarantined: await clickhouse.query(QUARANTINED, at),
      };
    },
  };
}
