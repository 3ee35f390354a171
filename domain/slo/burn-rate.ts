import { WINDOW_MINUTES, type WindowName } from './windows.ts';

export type Severity = 'page' | 'ticket';

/** One alerting rule of the multi-window, multi-burn-rate scheme (SRE workbook, chapter 5). */
export type Tier = {
  /** Fires when this share of the whole budget would be spent within the long window. */
  readonly budgetShare: number;
  readonly long: WindowName;
  readonly short: WindowName;
  readonly severity: Severity;
  /** `minBad`: failures that the long window must hold. `poisson`: its lower bound must exceed the budget. */
  readonly gate: { readonly kind: 'min-bad'; readonly minBad: number } | { readonly kind: 'poisson' };
};

/** The five tiers, fastest first. Factors are not stored: they follow from the SLO's window (`tierFactor`). */
export const TIERS: readonly Tier[] = [
  { budgetShare: 1 / 50, long: '1h', short: '5m', severity: 'page', gate: { kind: 'min-bad', minBad: 7 } },
  { budgetShare: 1 / 20, long: '6h', short: '30m', severity: 'page', gate: { kind: 'min-bad', minBad: 10 } },
  {
    budgetShare: 1 / 15,
    long: '12h',
    short: '1h',
    severity: 'ticket',
    gate: { kind: 'min-bad', minBad: 15 },
  },
  { budgetShare: 1 / 10, long: '1d', short: '2h', severity: 'ticket', gate: { kind: 'min-bad', minBad: 15 } },
  { budgetShare: 1 / 10, long: '3d', short: '6h', severity: 'ticket', gate: { kind: 'poisson' } },
];

/** The tier that is "4× baseline" in its absolute reading; it pages where an SLO says so. */
export const FOUR_TIMES_TIER_WINDOW: WindowName = '12h';

/** A tier that needs more than this share of everything to fail is refused: it would never fire in time. */
const MAX_TIER_ERROR_SHARE = 0.5;

/** z of the one-sided 97.5 % bound that the slowest tier uses. */
export const POISSON_Z = 1.96;

/** Share of events that may fail, 1 − objective, without the noise of that subtraction (0.999 → 0.001). */
export function allowedBadShare(objective: number): number {
  return Number((1 - objective).toPrecision(12));
}

/**
 * How fast the budget burns: (bad / total) / (1 − objective). 1 spends it exactly within the window. Null when
 * total is 0: no data is neither healthy nor failing. `bad` and `total` are counts over one window.
 */
export function burnRate(bad: number, total: number, objective: number): number | null {
  return total > 0 ? bad / total / allowedBadShare(objective) : null;
}

/**
 * Share of the error budget that is left: 1 − bad / (total · (1 − objective)), over the whole SLO window. 1 when
 * nothing failed, negative when overspent, null when total is 0.
 */
export function errorBudgetRemaining(bad: number, total: number, objective: number): number | null {
  const burn = burnRate(bad, total, objective);
  return burn === null ? null : 1 - burn;
}

/** Burn rate from which a tier fires: budgetShare · window / long window (30 days: 14.4, 6, 4, 3, 1). */
export function tierFactor(tier: Tier, windowDays: number): number {
  const factor = (tier.budgetShare * windowDays * 1440) / WINDOW_MINUTES[tier.long];
  return Number(factor.toPrecision(12));
}

/** Share of everything in the long window that must fail before a tier fires. */
export function tierErrorShare(tier: Tier, objective: number, windowDays: number): number {
  return Number((tierFactor(tier, windowDays) * allowedBadShare(objective)).toPrecision(12));
}

/** The tiers that an objective makes unreachable, as they need more than half of everything to fail. */
export function unreachableTiers(objective: number, windowDays: number): readonly Tier[] {
  return TIERS.filter((tier) => tierErrorShare(tier, objective, windowDays) > MAX_TIER_ERROR_SHARE);
}

/**
 * Lower confidence bound, 97.5 % unless `z` says otherwise, of a Poisson mean after `bad` events: Byar's approximation
 * k·(1 − 1/(9k) − z/(3√k))³ (Breslow & Day 1987, eq. 2.10), chosen because PromQL can compute it too. Never
 * negative; 0 for no events.
 */
export function poissonLowerBound(bad: number, z = POISSON_Z): number {
  if (bad <= 0) return 0;
  return Math.max(0, bad * (1 - 1 / (9 * bad) - z / (3 * Math.sqrt(bad))) ** 3);
}
