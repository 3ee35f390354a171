import { badToAlert, COUNT_LIMITS } from './absolute-alerts.ts';
import {
  allowedBadShare,
  burnRate,
  poissonLowerBound,
  type Severity,
  TIERS,
  type Tier,
  tierErrorShare,
  tierFactor,
} from './burn-rate.ts';
import { type AbsoluteSlo, nominalDays, type RatioSlo, type Slo } from './definition.ts';
import { minBadOf, RATIO_BOUNDS, tierSeverity } from './slo-alerts.ts';
import type { WindowName } from './windows.ts';

/** Events of a window that can be judged. */
export type JudgedCounts = { readonly bad: number; readonly total: number };

/** Whether the condition of one alert of an SLO holds on these counts; null: there is nothing to judge. */
export type AlertState = {
  /** The long window of its tier, or `budget`. */
  readonly window: WindowName | 'budget';
  readonly severity: Severity;
  /** At what it starts, in words. */
  readonly startsAt: string;
  readonly holds: boolean | null;
};

type CountsOf = (window: WindowName) => JudgedCounts;

/**
 * The alerts of an SLO, each with whether its condition holds: what the generated rules ask of Prometheus (`sloAlerts`),
 * asked of the counts themselves. A rule that holds still waits for a minute or some before it fires, and is held while
 * Docket is blind. `budgetRemaining`: share of the budget that is left, null without data.
 */
export function judgeAlerts(
  slo: Slo,
  counts: CountsOf,
  budgetRemaining: number | null,
): readonly AlertState[] {
  if (slo.budgeting === 'absolute') return judgeCounts(slo, counts, budgetRemaining);
  if (slo.alerting === 'burn-rate') return TIERS.map((tier) => judgeTier(slo, tier, counts));
  const { objective, severity: atMost } = slo;
  return RATIO_BOUNDS.map(({ window, minTotal, z, severity }) => {
    const { bad, total } = counts(window);
    const allowed = allowedBadShare(objective);
    const isBeyondChance = poissonLowerBound(bad, z) > allowed * total;
    const isBelow = bad / total > allowed && isBeyondChance && total >= minTotal;
    return {
      window,
      severity: atMost === 'ticket' ? 'ticket' : severity,
      startsAt: `below the objective, from ${minTotal} events on`,
      holds: total > 0 ? isBelow : null,
    };
  });
}

function judgeTier(slo: RatioSlo, tier: Tier, counts: CountsOf): AlertState {
  const days = nominalDays(slo.window);
  const factor = tierFactor(tier, days);
  const { bad, total } = counts(tier.long);
  const burning = (window: WindowName) => {
    const judged = counts(window);
    return (burnRate(judged.bad, judged.total, slo.objective) ?? 0) > factor;
  };
  const gate =
    tier.gate.kind === 'min-bad'
      ? bad >= minBadOf(slo, tier.gate.minBad)
      : poissonLowerBound(bad) > tierErrorShare(tier, slo.objective, days) * total;
  return {
    window: tier.long,
    severity: tierSeverity(slo, tier),
    startsAt: `${factor}× over ${tier.long} and ${tier.short}`,
    holds: total > 0 ? burning(tier.long) && burning(tier.short) && gate : null,
  };
}

function judgeCounts(
  slo: AbsoluteSlo,
  counts: CountsOf,
  budgetRemaining: number | null,
): readonly AlertState[] {
  const atMost = (severity: Severity): Severity => (slo.severity === 'ticket' ? 'ticket' : severity);
  const spent = (share: number, severity: Severity): AlertState => ({
    window: 'budget',
    severity,
    startsAt: `${100 * share} % of the budget spent`,
    holds: budgetRemaining === null ? null : 1 - budgetRemaining >= share,
  });
  return [
    ...COUNT_LIMITS.map((limit): AlertState => {
      const from = badToAlert(limit, slo.maxCount);
      const { bad, total } = counts(limit.window);
      return {
        window: limit.window,
        severity: atMost(limit.severity),
        startsAt: `${from} bad events within ${limit.window}`,
        holds: total > 0 ? bad >= from : null,
      };
    }),
    spent(1, atMost('page')),
    spent(0.5, 'ticket'),
  ];
}
