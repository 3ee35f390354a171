import type { Slo, TimeslicesSlo } from '../../../domain/slo/definition.ts';
import { countSlices, MIN_KNOWN_SHARE } from '../../../domain/slo/time-slices.ts';
import { WINDOW_MINUTES, WINDOW_NAMES } from '../../../domain/slo/windows.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import {
  type BudgetClock,
  exclusionsAt,
  lastSliceEndMs,
  periodOf,
  slicesBetween,
  startOf,
} from '../slo/budget-clock.ts';
import { digestDefinition } from '../slo/digest-definition.ts';
import type { SloCounts, WindowCounts } from '../slo/judge-window.ts';
import { excludedRows } from './excluded-sql.ts';
import { msOf, timeOf } from './minute-sql.ts';

/** How many slices of a series, equally far back, were judged to be what. Empty ones have no row. */
export interface SliceRow {
  readonly tenant: string;
  readonly service: string;
  /** Index in WINDOW_NAMES of the shortest window that these slices lie in. */
  readonly window: number;
  readonly verdict: 'good' | 'bad' | 'unknown';
  readonly slices: number;
}

const SHORTEST_WINDOW = `multiIf(${WINDOW_NAMES.map(
  (window, index) =>
    `slice * {sliceMs:Int64} >= {endMs:Int64} - ${WINDOW_MINUTES[window]} * {bucketMs:Int64}, ${index}, `,
).join('')}${WINDOW_NAMES.length})`;

/**
 * The statement that judges slices as judgeSlice of the domain does. `condition` on rows; parameters: definition,
 * sliceObjective, sliceMs, bucketMs, fromMs and endMs (of `time`), toMs (of append time).
 */
export function judgedSlices(time: 'append_minute' | 'decided_minute', condition: string): string {
  return `
SELECT tenant, service, window, verdict, count() AS slices
FROM (
  SELECT tenant_id AS tenant, service, intDiv(${msOf(time)}, {sliceMs:Int64}) AS slice, ${SHORTEST_WINDOW} AS window,
    sum(good) AS n_good, sum(total) AS n_total, sum(unknown) AS n_unknown,
    multiIf(n_total < ${MIN_KNOWN_SHARE} * (n_total + n_unknown), 'unknown',
      n_good / n_total >= {sliceObjective:Float64}, 'good', 'bad') AS verdict
  FROM slo_minutes FINAL
  WHERE definition = {definition:String}
    AND append_minute >= ${timeOf('{fromMs:Int64}')} AND append_minute < ${timeOf('{toMs:Int64}')}
    AND ${time} >= ${timeOf('{fromMs:Int64}')} AND ${time} < ${timeOf('{endMs:Int64}')}
    AND ${condition}
  GROUP BY tenant_id, service, slice
  HAVING n_total + n_unknown > 0
)
GROUP BY tenant, service, window, verdict
ORDER BY tenant, service, window, verdict`;
}

/** Replaces the counts of events by those of slices where an SLO has a budget of slices. */
export async function readSliceCounts(
  clickhouse: ClickHouse,
  slos: readonly Slo[],
  clock: BudgetClock,
  counts: readonly SloCounts[],
): Promise<SloCounts[]> {
  const read = new Map<string, SlicesOf>();
  for (const slo of slos) {
    if (slo.budgeting === 'timeslices') read.set(slo.name, await readSlices(clickhouse, slo, clock));
  }
  return counts.map((one) => read.get(one.slo)?.(one) ?? one);
}

type SlicesOf = (counts: SloCounts) => SloCounts;

async function readSlices(clickhouse: ClickHouse, slo: TimeslicesSlo, clock: BudgetClock): Promise<SlicesOf> {
  const endMs = lastSliceEndMs(slo, clock);
  const { bucketMs } = clock;
  const excluded = excludedRows([slo], exclusionsAt(clock), ['append_minute', 'decided_minute']);
  const ofBudget = excludedRows([slo], exclusionsAt(clock), ['decided_minute']);
  const shared = {
    ...{ definition: digestDefinition(slo), sliceObjective: slo.sliceObjective, bucketMs, endMs },
    ...{ sliceMs: slo.sliceMinutes * bucketMs, toMs: clock.endMs },
  };
  const windows = await clickhouse.query<SliceRow>(
    judgedSlices('append_minute', `NOT late AND NOT ${excluded.ofWindows}`),
    { ...shared, ...excluded.parameters, fromMs: endMs - WINDOW_MINUTES['30d'] * bucketMs },
  );
  const budget = await clickhouse.query<SliceRow>(
    judgedSlices('decided_minute', `NOT ${ofBudget.ofBudget}`),
    {
      ...shared,
      ...ofBudget.parameters,
      fromMs: periodOf(slo, clock).fromMs,
    },
  );
  return (counts) => {
    const mine = (rows: readonly SliceRow[]) =>
      rows.filter(({ tenant, service }) => tenant === counts.tenant && service === counts.service);
    const fromMs = startOf(slo, counts, clock);
    const elapsed = slicesBetween(slo, counts, { fromMs, toMs: endMs }, clock, 'budget');
    return {
      ...counts,
      windows: counts.windows.map(({ late }, index) => {
        const window = WINDOW_NAMES[index] ?? '5m';
        const range = { fromMs: endMs - WINDOW_MINUTES[window] * bucketMs, toMs: endMs };
        const within = mine(windows).filter((row) => row.window <= index);
        return toCounts(within, slicesBetween(slo, counts, range, clock, 'windows'), late);
      }),
      budget: toCounts(mine(budget), elapsed, 0),
    };
  };
}

/** Counts of a series over so many slices of time, by its rows. */
export function toCounts(rows: readonly SliceRow[], slices: number, late: number): WindowCounts {
  const of = (verdict: SliceRow['verdict']) =>
    rows.reduce((sum, row) => (row.verdict === verdict ? sum + row.slices : sum), 0);
  return { ...countSlices(slices, { good: of('good'), bad: of('bad'), unknown: of('unknown') }), late };
}
