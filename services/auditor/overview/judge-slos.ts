import { burnRate, errorBudgetRemaining, TIERS, tierFactor } from '../../../domain/slo/burn-rate.ts';
import { nominalDays, type Slo } from '../../../domain/slo/definition.ts';
import { countBudgetRemaining } from '../../../domain/slo/time-slices.ts';
import type { Status } from './judge-freshness.ts';
import { type Counts, OVERVIEW_WINDOWS, type OverviewData, type OverviewWindow } from './overview-data.ts';

/** A figure with how it looks; null: no data. */
export interface Figure {
  readonly value: number | null;
  readonly status: Status;
}

export interface SloLine {
  readonly slo: string;
  readonly description: string;
  readonly service: string;
  /** As a share; null where the budget is a count. */
  readonly objective: number | null;
  /** Share of good events in the last hour. */
  readonly sli: Figure;
  readonly bad: number;
  readonly total: number;
  readonly burn: Readonly<Record<OverviewWindow, Figure>>;
  /** Share of the 30-day budget that is left; negative when overspent. */
  readonly budget: Figure;
  /** Why there is no figure; empty if there is one. */
  readonly noData: string;
}

/** Below this share of events that can be judged, what is left says nothing. */
const MIN_KNOWN_SHARE = 0.9;
/** What the query of the page reads, whatever the objective's own window. */
const BUDGET_DAYS = 30;
const NOTHING: Counts = { bad: 0, total: 0, unknown: 0 };

/**
 * One line for each objective and each service that it is about, also where nothing was counted, and also where an
 * objective names a service that was never heard of. In the order of the definitions, services by name.
 */
export function judgeSlos(data: OverviewData, slos: readonly Slo[], tenant: string): SloLine[] {
  return slos
    .filter((slo) => slo.tenant === '*' || slo.tenant === tenant)
    .flatMap((slo) =>
      servicesOf(slo, data, tenant).map(({ service, observed }) => judge(slo, service, observed, data)),
    );
}

function servicesOf(slo: Slo, data: OverviewData, tenant: string): OverviewData['services'] {
  if (slo.service === '*') return data.services;
  const seen = data.services.filter(({ service }) => service === slo.service);
  return seen.length === 0 && slo.tenant === tenant ? [{ service: slo.service, observed: false }] : seen;
}

function judge(slo: Slo, service: string, observed: boolean, data: OverviewData): SloLine {
  const counts = data.slos.find((row) => row.slo === slo.name && row.service === service);
  const of = (window: OverviewWindow) => known(counts?.windows[window] ?? NOTHING);
  const hour = of('1h');
  const budget = known(counts?.budget ?? NOTHING);
  const sli = hour.total > 0 ? 1 - hour.bad / hour.total : null;
  const burn = Object.fromEntries(
    OVERVIEW_WINDOWS.map((window) => [window, judgeBurn(slo, window, of(window))]),
  ) as Record<OverviewWindow, Figure>;
  return {
    slo: slo.name,
    description: slo.description,
    service,
    objective: slo.budgeting === 'absolute' ? null : slo.objective,
    sli: { value: sli, status: judgeSli(slo, sli) },
    bad: hour.bad,
    total: hour.total,
    burn,
    budget: judgeBudget(remainingOf(slo, budget)),
    noData: sli === null ? whyNoData(slo, observed, counts?.windows['1h'] ?? NOTHING) : '',
  };
}

function judgeSli(slo: Slo, sli: number | null): Status {
  if (sli === null) return 'none';
  // Slices and counts are judged over their own budgets; here each bad event is one to look at.
  const bound = slo.budgeting === 'occurrences' ? slo.objective : 1;
  return sli >= bound ? 'good' : 'warn';
}

/** Only the budgets that the page reads: of events, over 30 days. The evaluator exports the others. */
function remainingOf(slo: Slo, { bad, total }: Counts): number | null {
  if (slo.window.kind !== 'rolling' || slo.window.days !== BUDGET_DAYS) return null;
  if (slo.budgeting === 'occurrences') return errorBudgetRemaining(bad, total, slo.objective);
  return slo.budgeting === 'absolute' && total > 0 ? countBudgetRemaining(bad, slo.maxCount) : null;
}

/** Counts as they may be judged: none where too much is unknown. */
function known(counts: Counts): Counts {
  const share = counts.total / (counts.total + counts.unknown);
  return share >= MIN_KNOWN_SHARE ? counts : { ...NOTHING, unknown: counts.unknown };
}

function whyNoData(slo: Slo, observed: boolean, counts: Counts): string {
  if (slo.indicator.kind === 'coverage' && !observed) return 'nobody but the enforcer counts its requests';
  if (counts.unknown > 0) {
    const percent = Math.round((100 * counts.total) / (counts.total + counts.unknown));
    return `only ${percent} % can be judged`;
  }
  return 'nothing was counted in the last hour';
}

/** Red where a page's factor is reached, amber above 1. What alerts on a ratio is red below its objective. */
function judgeBurn(slo: Slo, window: OverviewWindow, { bad, total }: Counts): Figure {
  const value = slo.budgeting === 'occurrences' ? burnRate(bad, total, slo.objective) : null;
  if (value === null) return { value, status: 'none' };
  if (slo.alerting === 'ratio-bound') return { value, status: value > 1 ? 'bad' : 'good' };
  const tier = TIERS.find(({ long, short }) => long === window || short === window);
  const pages = tier === undefined ? Number.POSITIVE_INFINITY : tierFactor(tier, nominalDays(slo.window));
  return { value, status: value >= pages ? 'bad' : value > 1 ? 'warn' : 'good' };
}

function judgeBudget(value: number | null): Figure {
  if (value === null) return { value, status: 'none' };
  return { value, status: value <= 0 ? 'bad' : value < 0.25 ? 'warn' : 'good' };
}
