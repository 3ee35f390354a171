import {
  budgetStartMs,
  excludedSlices,
  exclusionsOf,
  periodClosesMs,
  type SloAdjustment,
} from '../../../domain/slo/adjustments.ts';
import { type BudgetPeriod, previousPeriod } from '../../../domain/slo/budget-period.ts';
import type { Slo, TimeslicesSlo } from '../../../domain/slo/definition.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import type { BudgetClock } from '../slo/budget-clock.ts';
import { digestDefinition } from '../slo/digest-definition.ts';
import { judgeBudget, NO_EVENTS, type WindowCounts } from '../slo/judge-window.ts';
import { excludedRows } from './excluded-sql.ts';
import { timeOf } from './minute-sql.ts';
import { judgedSlices, type SliceRow, toCounts } from './read-slice-counts.ts';

/** The budget of the calendar period before this one. */
export interface PastBudget {
  readonly slo: string;
  readonly tenant: string;
  readonly service: string;
  readonly period: BudgetPeriod;
  readonly startMs: number;
  readonly counts: WindowCounts;
  readonly remaining: number | null;
  /** Nothing that is appended from now on changes it, but for a correction. */
  readonly isClosed: boolean;
}

type Past = Omit<BudgetClock, 'bucketMs'> & {
  readonly period: BudgetPeriod & { readonly closesMs: number };
  readonly bucketMs: number;
};
type Totals = Pick<WindowCounts, 'good' | 'bad' | 'total' | 'unknown'>;
type SeriesTotals = Totals & { readonly tenant: string; readonly service: string };

/**
 * The last period of every calendar budget. Counted is what was appended before the period closed: two days after
 * its end, or when a correction was declared.
 */
export async function readPastBudgets(
  clickhouse: ClickHouse,
  slos: readonly Slo[],
  clock: BudgetClock,
): Promise<PastBudget[]> {
  const budgets: PastBudget[] = [];
  for (const slo of slos) {
    const period = previousPeriod(slo.window, clock.endMs, 60_000 / clock.bucketMs);
    if (period === null || period.closesMs === null) continue;
    const whole = {
      fromMs: Math.round(period.fromMs),
      toMs: Math.round(period.toMs),
      closesMs: Math.round(period.closesMs),
    };
    // A reset in the present period says nothing of the one before.
    const adjustments = clock.adjustments.filter(
      ({ kind, fromMs }) => kind !== 'BUDGET_RESET' || fromMs < whole.toMs,
    );
    budgets.push(...(await readPast(clickhouse, slo, { ...clock, adjustments, period: whole })));
  }
  return budgets;
}

async function readPast(clickhouse: ClickHouse, slo: Slo, past: Past): Promise<PastBudget[]> {
  const { period, endMs, adjustments } = past;
  const rows =
    slo.budgeting === 'timeslices'
      ? await readSlices(clickhouse, slo, past)
      : await readEvents(clickhouse, slo, past);
  return rows.map(({ tenant, service, counts }) => {
    const series = { slo: slo.name, tenant, service };
    const closesMs = periodClosesMs(adjustments, series, period);
    const slices = slo.budgeting === 'timeslices' ? slicesOf(slo, series, past, period.fromMs) : 0;
    return {
      ...series,
      period: { ...period, closesMs },
      startMs: budgetStartMs(adjustments, series, period.fromMs, endMs),
      counts,
      remaining: judgeBudget(slo, counts, slices),
      isClosed: endMs >= closesMs,
    };
  });
}

type SeriesCounts = { readonly tenant: string; readonly service: string; readonly counts: WindowCounts };

async function readEvents(clickhouse: ClickHouse, slo: Slo, past: Past): Promise<SeriesCounts[]> {
  const { sql, parameters } = countedRows(slo, past);
  const rows = await clickhouse.query<SeriesTotals>(
    `SELECT tenant_id AS tenant, service, sum(slo_minutes.good) AS good, sum(slo_minutes.bad) AS bad,
       sum(slo_minutes.total) AS total, sum(slo_minutes.unknown) AS unknown
     FROM slo_minutes FINAL
     WHERE definition = {definition:String}
       AND append_minute >= ${timeOf('{fromMs:Int64}')} AND append_minute < ${timeOf('{toMs:Int64}')}
       AND decided_minute >= ${timeOf('{fromMs:Int64}')} AND decided_minute < ${timeOf('{endMs:Int64}')} AND ${sql}
     GROUP BY tenant_id, service ORDER BY tenant, service`,
    parameters,
  );
  return rows.map(({ tenant, service, ...totals }) => ({
    tenant,
    service,
    counts: { ...NO_EVENTS, ...totals },
  }));
}

async function readSlices(clickhouse: ClickHouse, slo: TimeslicesSlo, past: Past): Promise<SeriesCounts[]> {
  const { sql, parameters } = countedRows(slo, past);
  const rows = await clickhouse.query<SliceRow>(judgedSlices('decided_minute', sql), {
    ...parameters,
    sliceMs: slo.sliceMinutes * past.bucketMs,
    sliceObjective: slo.sliceObjective,
  });
  const bySeries = Map.groupBy(rows, ({ tenant, service }) => JSON.stringify([tenant, service]));
  return [...bySeries.values()].flatMap((mine) => {
    const [first] = mine;
    if (first === undefined) return [];
    const series = { slo: slo.name, tenant: first.tenant, service: first.service };
    const startMs = budgetStartMs(past.adjustments, series, past.period.fromMs, past.endMs);
    const counts = toCounts(mine, slicesOf(slo, series, past, startMs), 0);
    return [{ tenant: first.tenant, service: first.service, counts }];
  });
}

function slicesOf(
  slo: TimeslicesSlo,
  series: { readonly slo: string; readonly tenant: string; readonly service: string },
  { adjustments, bucketMs, endMs, period }: Past,
  fromMs: number,
): number {
  const range = { fromMs, toMs: period.toMs, sliceMs: slo.sliceMinutes * bucketMs };
  const all = Math.floor(range.toMs / range.sliceMs) - Math.ceil(range.fromMs / range.sliceMs);
  return all - excludedSlices(exclusionsOf(adjustments, endMs), series, range, 'budget');
}

/** Rows of the period that were appended in time and are not excluded; `toMs` bounds what is known by now. */
function countedRows(slo: Slo, { adjustments, bucketMs, endMs, period }: Past) {
  const excluded = excludedRows([slo], exclusionsOf(adjustments, endMs), ['decided_minute']);
  const corrections = adjustments.filter((one) => isCorrectionOf(one, slo, period));
  const corrected =
    corrections.length === 0
      ? ''
      : ` OR arrayExists((t, s, u) -> t = tenant_id AND (s = '*' OR s = service) AND append_minute < ${timeOf('u')},
          {tenants:Array(String)}, {services:Array(String)}, {declared:Array(Int64)})`;
  return {
    sql: `(append_minute < ${timeOf('{closesMs:Int64}')}${corrected}) AND NOT ${excluded.ofBudget}`,
    parameters: {
      ...excluded.parameters,
      ...{ definition: digestDefinition(slo), bucketMs, fromMs: period.fromMs, toMs: endMs },
      ...{ endMs: period.toMs, closesMs: period.closesMs },
      tenants: corrections.map(({ tenant }) => tenant),
      services: corrections.map(({ service }) => service),
      declared: corrections.map(({ declaredAtMs }) => declaredAtMs),
    },
  };
}

function isCorrectionOf(one: SloAdjustment, slo: Slo, period: BudgetPeriod): boolean {
  if (one.kind !== 'CORRECTION' || (one.slo !== '*' && one.slo !== slo.name)) return false;
  return one.fromMs < period.toMs && (one.untilMs ?? Number.MAX_SAFE_INTEGER) > period.fromMs;
}
