import type { Slo } from '../../../domain/slo/definition.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import type { AdjustmentSource, Levels, ReadingSource } from '../ports.ts';
import type { BudgetClock } from '../slo/budget-clock.ts';
import { listSeries, type SloSeries } from '../slo/list-series.ts';
import type { ServiceReading } from '../slo/service-reading.ts';
import {
  BACKLOG,
  DRIFT_MINUTES,
  INCIDENTS,
  LABELLED_ALLOWS,
  LATENCY,
  REVIEW_QUEUE,
  SESSIONS_BLOCKED,
  STRATA,
} from './level-sql.ts';
import { type MinuteParameters, minuteParameters } from './minute-sql.ts';
import { readCounts } from './read-counts.ts';
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
      const drift = await clickhouse.query<DriftRow>(LATEST_DRIFT, at);
      const review = await clickhouse.query<ReviewRow>(LATEST_REVIEW, at);
      return {
        services: await readServices(clickhouse, at),
        clock,
        counts: await readSloCounts(clickhouse, slos, clock),
        drift: drift.map(toDriftResult),
        review: review.map(toReviewResult),
        missing: await clickhouse.query(MISSING, at),
        quarantined: await clickhouse.query(QUARANTINED, at),
        metricCounts: await readCounts(clickhouse, at),
        levels: await readLevels(clickhouse, at),
      };
    },
  };
}

/** Every service that was heard of before the range ends. */
async function readServices(clickhouse: ClickHouse, at: MinuteParameters): Promise<ServiceReading[]> {
  const services = await clickhouse.query<
    Omit<ServiceReading, 'observed' | 'idle'> & { observed: number; idle: number }
  >(SERVICES, at);
  return services.map((row) => ({ ...row, observed: row.observed === 1, idle: row.idle === 1 }));
}

/** The series of some objectives, as they are exported when `clock.endMs` is the end of the last closed minute. */
export async function readSloSeries(
  clickhouse: ClickHouse,
  slos: readonly Slo[],
  clock: BudgetClock,
): Promise<SloSeries[]> {
  const { endMs, bucketMs } = clock;
  const services = await readServices(
    clickhouse,
    minuteParameters({ fromMs: endMs - bucketMs, toMs: endMs }, bucketMs),
  );
  return listSeries(slos, services, await readSloCounts(clickhouse, slos, clock), clock);
}

async function readLevels(clickhouse: ClickHouse, at: MinuteParameters): Promise<Levels> {
  return {
    latency: await clickhouse.query(LATENCY, at),
    sessionsBlocked: await clickhouse.query(SESSIONS_BLOCKED, at),
    backlog: await clickhouse.query(BACKLOG, at),
    reviewQueue: await clickhouse.query(REVIEW_QUEUE, at),
    driftMinutes: await clickhouse.query(DRIFT_MINUTES, at),
    labelledAllows: await clickhouse.query(LABELLED_ALLOWS, at),
    incidents: await clickhouse.query(INCIDENTS, at),
    strata: await clickhouse.query(STRATA, at),
  };
}
