import type { Slo } from '../../../domain/slo/definition.ts';
import { WINDOW_NAMES } from '../../../domain/slo/windows.ts';
import { type BudgetClock, periodSlicesOf, startOf } from './budget-clock.ts';
import { judgeBudget, judgeWindow, NO_EVENTS, type SloCounts, type WindowCounts } from './judge-window.ts';
import type { ServiceReading } from './service-reading.ts';

/** One objective of one service, ready to be exported. `windows` is in the order of WINDOW_NAMES. */
export interface SloSeries {
  readonly slo: string;
  readonly tenant: string;
  readonly service: string;
  readonly windows: readonly WindowCounts[];
  /** Data is due. */
  readonly expected: boolean;
  /** Only for coverage: nobody but the enforcer counts requests. Null for the other indicators. */
  readonly selfReported: boolean | null;
  readonly budgetRemaining: number | null;
  /** When the budget started, Unix milliseconds; null before the first minute is closed. */
  readonly budgetStartMs: number | null;
  /** The share that must be good; null where the budget is a count. */
  readonly objective: number | null;
  /** Slices are counted, and not events. */
  readonly ofSlices: boolean;
}

/**
 * Every series that must exist: each SLO for each known service in its scope, with zeros where nothing counted, so
 * that no data shows as total 0 and never as an absent series. An SLO that names one tenant and one service has its
 * series before either was ever heard of.
 */
export function listSeries(
  slos: readonly Slo[],
  services: readonly ServiceReading[],
  counts: readonly SloCounts[],
  clock: BudgetClock | null,
): SloSeries[] {
  const bySeries = new Map(counts.map((row) => [keyOf(row.slo, row), row]));
  return slos.flatMap((slo) =>
    servicesOf(slo, services).map((service) => {
      const stored = bySeries.get(keyOf(slo.name, service));
      const windows = stored?.windows ?? WINDOW_NAMES.map(() => NO_EVENTS);
      const series = { slo: slo.name, tenant: service.tenant, service: service.service };
      const selfReported = slo.indicator.kind === 'coverage' ? !service.observed : null;
      return {
        ...series,
        windows: windows.map((window) => judgeWindow(window, slo.budgeting)),
        expected: !service.idle && selfReported !== true,
        selfReported,
        budgetRemaining:
          stored === undefined || clock === null
            ? null
            : judgeBudget(slo, stored.budget, periodSlicesOf(slo, series, clock)),
        budgetStartMs: clock === null ? null : startOf(slo, series, clock),
        objective: slo.budgeting === 'absolute' ? null : slo.objective,
        ofSlices: slo.budgeting === 'timeslices',
      };
    }),
  );
}

function servicesOf(slo: Slo, services: readonly ServiceReading[]): readonly ServiceReading[] {
  const inScope = services.filter(
    ({ tenant, service }) =>
      (slo.tenant === '*' || slo.tenant === tenant) && (slo.service === '*' || slo.service === service),
  );
  if (inScope.length > 0 || slo.tenant === '*' || slo.service === '*') return inScope;
  return [{ tenant: slo.tenant, service: slo.service, observed: true, idle: false }];
}

function keyOf(slo: string, { tenant, service }: { tenant: string; service: string }): string {
  return JSON.stringify([slo, tenant, service]);
}
