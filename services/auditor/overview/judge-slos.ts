import { burnRate, TIERS, tierFactor } from '../../../domain/slo/burn-rate.ts';
import { nominalDays, type Slo } from '../../../domain/slo/definition.ts';
import { type AlertState, judgeAlerts } from '../../../domain/slo/judge-alerts.ts';
import type { WindowName } from '../../../domain/slo/windows.ts';
import type { Status } from './judge-freshness.ts';
import {
  type Counts,
  OVERVIEW_WINDOWS,
  type OverviewData,
  type OverviewWindow,
  type PolicyInForce,
  type SloState,
} from './overview-data.ts';

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
  /** Its alerts, the fastest first. */
  readonly alerts: readonly AlertState[];
  /** Share of the budget that is left, of its own window; negative when overspent. */
  readonly budget: Figure;
  /** When the budget started: with its window, its period or its last reset. Unix ms; null before anything is closed. */
  readonly budgetStartMs: number | null;
  /** The newest change of what is in force, of the policies that decide in the service; null if none is on record. */
  readonly since: PolicyInForce | null;
  /** Up to when the figures reach, Unix ms; null: never evaluated. */
  readonly untilMs: number | null;
  /** Why there is no figure; empty if there is one. */
  readonly noData: string;
}

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
  const state = data.slos.find((row) => row.slo === slo.name && row.service === service);
  const of = (window: WindowName) => state?.windows[window] ?? NOTHING;
  const hour = of('1h');
  const sli = hour.total > 0 ? 1 - hour.bad / hour.total : null;
  const burn = Object.fromEntries(
    OVERVIEW_WINDOWS.map((window) => [window, judgeBurn(slo, window, of(window))]),
  ) as Record<OverviewWindow, Figure>;
  const budgetRemaining = state?.budgetRemaining ?? null;
  return {
    slo: slo.name,
    description: slo.description,
    service,
    objective: slo.budgeting === 'absolute' ? null : slo.objective,
    sli: { value: sli, status: judgeSli(slo, sli) },
    bad: hour.bad,
    total: hour.total,
    burn,
    alerts: judgeAlerts(slo, of, budgetRemaining),
    budget: judgeBudget(budgetRemaining),
    budgetStartMs: state?.budgetStartMs ?? null,
    since: newestChange(data.inForce.filter((row) => row.service === service)),
    untilMs: state?.untilMs ?? null,
    noData: sli === null ? whyNoData(slo, observed, state) : '',
  };
}

function newestChange(rows: readonly PolicyInForce[]): PolicyInForce | null {
  return rows.toSorted((a, b) => b.sinceMs - a.sinceMs || (a.policyId < b.policyId ? -1 : 1))[0] ?? null;
}

function judgeSli(slo: Slo, sli: number | null): Status {
  if (sli === null) return 'none';
  // Slices and counts are judged over their own budgets; here each bad event is one to look at.
  const bound = slo.budgeting === 'occurrences' ? slo.objective : 1;
  return sli >= bound ? 'good' : 'warn';
}

function whyNoData(slo: Slo, observed: boolean, state: SloState | undefined): string {
  if (slo.indicator.kind === 'coverage' && !observed) return 'nobody but the enforcer counts its requests';
  if (state === undefined) return 'not evaluated yet';
  const unknown = state.windows['1h'].unknown;
  if (unknown > 0) return `under 90 % can be judged, ${unknown} cannot`;
  return state.expected ? 'nothing was counted in the last hour' : 'there was nothing to decide';
}

/** Red where a page's factor is reached, amber above 1. What alerts on a ratio is red below its objective. */
function judgeBurn(slo: Slo, window: OverviewWindow, { bad, total }: Counts): Figure {
  const value = slo.budgeting === 'absolute' ? null : burnRate(bad, total, slo.objective);
  if (value === null) return { value, status: 'none' };
  if (slo.alerting === 'ratio-bound') return { value, status: value > 1 ? 'bad' : 'good' };
  const tier = TIERS.find(({ long, short }) => long === window || short === window);
  const from = tier === undefined ? Number.POSITIVE_INFINITY : tierFactor(tier, nominalDays(slo.window));
  const isPage = tier?.severity === 'page';
  return { value, status: value > from ? (isPage ? 'bad' : 'warn') : value > 1 ? 'warn' : 'good' };
}

function judgeBudget(value: number | null): Figure {
  if (value === null) return { value, status: 'none' };
  return { value, status: value <= 0 ? 'bad' : value < 0.25 ? 'warn' : 'good' };
}
