import type { Slo } from '../../../domain/slo/definition.ts';
import { WINDOW_MINUTES, WINDOW_NAMES } from '../../../domain/slo/windows.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import { digestDefinition } from '../slo/digest-definition.ts';
import type { SloCounts, WindowCounts } from '../slo/judge-window.ts';
import { type MinuteParameters, timeOf } from './minute-sql.ts';

/** Sums of one series over the minutes that are equally far back, apart by whether they are late and in the budget. */
interface Row {
  readonly slo: string;
  readonly tenant: string;
  readonly service: string;
  /** Index in WINDOW_NAMES of the shortest window that these minutes lie in. */
  readonly window: number;
  readonly isLate: number;
  readonly inBudget: number;
  readonly good: number;
  readonly bad: number;
  readonly total: number;
  readonly unknown: number;
}

const BUDGET_START = minutesBack(WINDOW_MINUTES['30d']);

function minutesBack(minutes: number): string {
  return timeOf(`{toMs:Int64} - ${minutes} * {bucketMs:Int64}`);
}

const SHORTEST_WINDOW = `multiIf(${WINDOW_NAMES.map(
  (window, index) => `append_minute >= ${minutesBack(WINDOW_MINUTES[window])}, ${index}, `,
).join('')}${WINDOW_NAMES.length})`;

// Each row is read and added once; the windows, which hold each other, are summed from the few rows of the answer.
// What was decided within the budget's window was appended within it too, so one range serves both.
const SUMS = `
SELECT slo, tenant_id AS tenant, service, ${SHORTEST_WINDOW} AS window, toUInt8(late) AS isLate,
  toUInt8(decided_minute >= ${BUDGET_START}) AS inBudget,
  sum(good) AS n_good, sum(bad) AS n_bad, sum(total) AS n_total, sum(unknown) AS n_unknown
FROM slo_minutes FINAL
WHERE append_minute >= ${BUDGET_START} AND append_minute < ${timeOf('{toMs:Int64}')}
  AND definition IN {definitions:Array(String)}
GROUP BY slo, tenant_id, service, window, isLate, inBudget`;

const ROWS = `
SELECT slo, tenant, service, window, isLate, inBudget, n_good AS good, n_bad AS bad, n_total AS total,
  n_unknown AS unknown
FROM (${SUMS})
ORDER BY slo, tenant, service`;

/** Counts of every series of the SLOs as they are defined now; rows of former definitions are left out. */
export async function readSloCounts(
  clickhouse: ClickHouse,
  slos: readonly Slo[],
  at: MinuteParameters,
): Promise<SloCounts[]> {
  const rows = await clickhouse.query<Row>(ROWS, { ...at, definitions: slos.map(digestDefinition) });
  const bySeries = Map.groupBy(rows, ({ slo, tenant, service }) => JSON.stringify([slo, tenant, service]));
  return [...bySeries.values()].flatMap((series) => {
    const [first] = series;
    if (first === undefined) return [];
    const { slo, tenant, service } = first;
    const windows = WINDOW_NAMES.map((_, index) => {
      const within = series.filter(({ window }) => window <= index);
      const late = sumOf(within.filter(({ isLate }) => isLate === 1));
      return { ...sumOf(within.filter(({ isLate }) => isLate === 0)), late: late.total + late.unknown };
    });
    return [
      { slo, tenant, service, windows, budget: sumOf(series.filter(({ inBudget }) => inBudget === 1)) },
    ];
  });
}

function sumOf(rows: readonly Row[]): WindowCounts {
  const sum = { good: 0, bad: 0, total: 0, unknown: 0, late: 0 };
  for (const row of rows) {
    sum.good += row.good;
    sum.bad += row.bad;
    sum.total += row.total;
    sum.unknown += row.unknown;
  }
  return sum;
}
