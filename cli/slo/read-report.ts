import type { BudgetPeriod } from '../../domain/slo/budget-period.ts';
import { burnRate } from '../../domain/slo/burn-rate.ts';
import type { Slo } from '../../domain/slo/definition.ts';
import { WINDOW_NAMES, type WindowName } from '../../domain/slo/windows.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { createMinuteLedger } from '../../services/evaluator/drivers/minute-ledger.ts';
import { createAdjustmentSource } from '../../services/evaluator/drivers/read-adjustments.ts';
import { readPastBudgets } from '../../services/evaluator/drivers/read-past-budgets.ts';
import { createReadingSource } from '../../services/evaluator/drivers/reading-source.ts';
import { type BudgetClock, periodOf } from '../../services/evaluator/slo/budget-clock.ts';
import { NO_EVENTS, type WindowCounts } from '../../services/evaluator/slo/judge-window.ts';
import { listSeries, type SloSeries } from '../../services/evaluator/slo/list-series.ts';

/** A window, or a budget, of one series. */
export interface BudgetFigure {
  readonly period: BudgetPeriod;
  /** When it started within the period: later than that after a reset. */
  readonly startMs: number;
  readonly counts: WindowCounts;
  /** Share that is left; null: no data. */
  readonly remaining: number | null;
}

export interface SeriesFigures {
  readonly slo: Slo;
  readonly tenant: string;
  readonly service: string;
  /** Data is due. */
  readonly expected: boolean;
  readonly budget: BudgetFigure;
  /** The calendar period before; null for a rolling window. */
  readonly previous: (BudgetFigure & { readonly isClosed: boolean }) | null;
  readonly windows: readonly {
    readonly window: WindowName;
    readonly counts: WindowCounts;
    /** Null without events, and for a count, which does not burn. */
    readonly burnRate: number | null;
  }[];
}

export interface SloReport {
  /** End of the last closed minute, Unix milliseconds; null when none was ever closed. */
  readonly untilMs: number | null;
  readonly series: readonly SeriesFigures[];
}

/** Reads what the evaluator exports, with the counts behind it. `tenant` null: of all tenants. */
export async function readReport(
  clickhouse: ClickHouse,
  slos: readonly Slo[],
  tenant: string | null,
): Promise<SloReport> {
  // How long minutes are is only needed to close them, which nobody does here.
  const last = await createMinuteLedger(clickhouse, 0).readLastClosed();
  if (last === null) return { untilMs: null, series: [] };
  const adjustments = createAdjustmentSource(clickhouse);
  const readings = await createReadingSource(clickhouse, slos, last.bucketMs, adjustments).read(last.endMs);
  const clock = readings.clock ?? { ...last, adjustments: [] };
  const past = await readPastBudgets(clickhouse, slos, clock);
  const series = listSeries(slos, readings.services, readings.counts, clock)
    .filter((one) => tenant === null || one.tenant === tenant)
    .flatMap((one) => {
      const slo = slos.find(({ name }) => name === one.slo);
      if (slo === undefined) return [];
      const stored = readings.counts.find((counts) => isSame(counts, one));
      const previous = past.find((counts) => isSame(counts, one)) ?? null;
      return [{ ...figuresOf(slo, one, stored?.budget ?? NO_EVENTS, clock), previous }];
    });
  return { untilMs: last.endMs, series };
}

function figuresOf(
  slo: Slo,
  series: SloSeries,
  budget: WindowCounts,
  clock: BudgetClock,
): Omit<SeriesFigures, 'previous'> {
  const { tenant, service, expected } = series;
  const period = periodOf(slo, clock);
  const startMs = series.budgetStartMs ?? period.fromMs;
  return {
    ...{ slo, tenant, service, expected },
    budget: { period, startMs, counts: budget, remaining: series.budgetRemaining },
    windows: WINDOW_NAMES.map((window, index) => {
      const counts = series.windows[index] ?? NO_EVENTS;
      return { window, counts, burnRate: burnOf(slo, counts) };
    }),
  };
}

function burnOf(slo: Slo, { bad, total, empty }: WindowCounts): number | null {
  if (slo.budgeting === 'absolute' || total === empty) return null;
  return burnRate(bad, total, slo.objective);
}

type Named = { readonly slo: string; readonly tenant: string; readonly service: string };

function isSame(one: Named, other: Named): boolean {
  return one.slo === other.slo && one.tenant === other.tenant && one.service === other.service;
}
