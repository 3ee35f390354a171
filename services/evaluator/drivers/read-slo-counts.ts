import type { Slo } from '../../../domain/slo/definition.ts';
import { WINDOW_MINUTES, WINDOW_NAMES } from '../../../domain/slo/windows.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import { type BudgetClock, exclusionsAt, periodOf } from '../slo/budget-clock.ts';
import { digestDefinition } from '../slo/digest-definition.ts';
import { NO_EVENTS, type SloCounts, type WindowCounts } from '../slo/judge-window.ts';
import { excludedRows } from './excluded-sql.ts';
import { msOf, timeOf } from './minute-sql.ts';
import { readSliceCounts } from './read-slice-counts.ts';

/** Sums of one series over the minutes that are equally far back, apart by what they belong to. */
interface Row {
  readonly slo: string;
  readonly tenant: string;
  readonly service: string;
  /** Index in WINDOW_NAMES of the shortest window that these minutes lie in; its length for none. */
  readonly window: number;
  readonly isLate: number;
  readonly inBudget: number;
  readonly inWindows: number;
  readonly good: number;
  readonly bad: number;
  readonly total: number;
  readonly unknown: number;
}

function minutesBack(minutes: number): string {
  return timeOf(`{toMs:Int64} - ${minutes} * {bucketMs:Int64}`);
}

const SHORTEST_WINDOW = `multiIf(${WINDOW_NAMES.map(
  (window, index) => `append_minute >= ${minutesBack(WINDOW_MINUTES[window])}, ${index}, `,
).join('')}${WINDOW_NAMES.length})`;

// Each row is read and added once; the windows, which hold each other, are summed from the few rows of the answer.
// What was decided within a budget's period was appended within it or later, so one range serves both.
function sums(excluded: { readonly ofBudget: string; readonly ofWindows: string }): string {
  return `
SELECT slo, tenant_id AS tenant, service, ${SHORTEST_WINDOW} AS window, toUInt8(late) AS isLate,
  toUInt8(${msOf('decided_minute')} >= transform(definition, {definitions:Array(String)}, {budgetFrom:Array(Int64)},
    {toMs:Int64}) AND NOT ${excluded.ofBudget}) AS inBudget,
  toUInt8(NOT ${excluded.ofWindows}) AS inWindows,
  sum(good) AS n_good, sum(bad) AS n_bad, sum(total) AS n_total, sum(unknown) AS n_unknown
FROM slo_minutes FINAL
WHERE append_minute >= ${timeOf('{oldestMs:Int64}')} AND append_minute < ${timeOf('{toMs:Int64}')}
  AND definition IN {definitions:Array(String)}
GROUP BY slo, tenant_id, service, window, isLate, inBudget, inWindows`;
}

/**
 * Counts of every series of the SLOs as they are defined now; rows of former definitions are left out, and so is what
 * adjustments exclude.
 */
export async function readSloCounts(
  clickhouse: ClickHouse,
  slos: readonly Slo[],
  clock: BudgetClock,
): Promise<SloCounts[]> {
  const { endMs: toMs, bucketMs } = clock;
  const budgetFrom = slos.map((slo) => periodOf(slo, clock).fromMs);
  const oldestMs = Math.min(toMs - WINDOW_MINUTES['30d'] * bucketMs, ...budgetFrom);
  const excluded = excludedRows(slos, exclusionsAt(clock), ['decided_minute']);
  const rows = await clickhouse.query<Row>(
    `SELECT slo, tenant, service, window, isLate, inBudget, inWindows, n_good AS good, n_bad AS bad,
       n_total AS total, n_unknown AS unknown
     FROM (${sums(excluded)}) ORDER BY slo, tenant, service`,
    {
      ...{ toMs, bucketMs, oldestMs, budgetFrom, definitions: slos.map(digestDefinition) },
      ...excluded.parameters,
    },
  );
  const bySeries = Map.groupBy(rows, ({ slo, tenant, service }) => JSON.stringify([slo, tenant, service]));
  const counts = [...bySeries.values()].flatMap((series) => {
    const [first] = series;
    if (first === undefined) return [];
    const { slo, tenant, service } = first;
    const budget = sumOf(series.filter(({ inBudget }) => inBudget === 1));
    return [{ slo, tenant, service, windows: windowsOf(series), budget }];
  });
  return readSliceCounts(clickhouse, slos, clock, counts);
}

function windowsOf(series: readonly Row[]): WindowCounts[] {
  return WINDOW_NAMES.map((_, index) => {
    const within = series.filter(({ window, inWindows }) => window <= index && inWindows === 1);
    const late = sumOf(within.filter(({ isLate }) => isLate === 1));
    return { ...sumOf(within.filter(({ isLate }) => isLate === 0)), late: late.total + late.unknown };
  });
}

function sumOf(rows: readonly Row[]): WindowCounts {
  const sum = { ...NO_EVENTS, good: 0, bad: 0, total: 0, unknown: 0 };
  for (const row of rows) {
    sum.good += row.good;
    sum.bad += row.bad;
    sum.total += row.total;
    sum.unknown += row.unknown;
  }
  return sum;
}
