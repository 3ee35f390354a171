import { judgeCondition } from './alert-conditions.ts';
import type { Severity } from './burn-rate.ts';
import type { Slo } from './definition.ts';
import { ALERTS, type AlertName } from './metric-names.ts';
import { sloAlerts } from './slo-alerts.ts';
import { WINDOW_NAMES, type WindowName } from './windows.ts';

/** Events of a window that can be judged. */
export type JudgedCounts = { readonly bad: number; readonly total: number };

/** Whether the condition of one alert of an SLO holds on these counts; null: there is nothing to judge. */
export type AlertState = {
  /** The long window of its tier, or `budget`. */
  readonly window: WindowName | 'budget';
  readonly severity: Severity;
  readonly holds: boolean | null;
};

/** What an SLO's own counts and budget decide; the others ask what is usual, what is due, or what others do. */
const OF_COUNTS: ReadonlySet<AlertName> = new Set([
  ALERTS.burnRate,
  ALERTS.ratioBound,
  ALERTS.absoluteCount,
  ALERTS.budgetSpent,
  ALERTS.budgetHalfSpent,
]);

/**
 * The alerts of an SLO, each with whether its conditions hold: what the generated rules ask of Prometheus (`sloAlerts`),
 * asked of the counts themselves. A rule that holds still waits for a minute or some before it fires, and is held while
 * Docket is blind. `budgetRemaining`: share of the budget that is left, null without data.
 */
export function judgeAlerts(
  slo: Slo,
  counts: (window: WindowName) => JudgedCounts,
  budgetRemaining: number | null,
): readonly AlertState[] {
  const windows = new Map(
    WINDOW_NAMES.map((window) => {
      const { bad, total } = counts(window);
      return [window, { good: total - bad, bad, total, empty: 0 }] as const;
    }),
  );
  const series = { windows, expected: true, budgetRemaining };
  return sloAlerts(slo)
    .filter(({ name }) => OF_COUNTS.has(name))
    .map(({ window, severity, conditions }) => {
      const isJudged = window === null ? budgetRemaining !== null : counts(window).total > 0;
      const holds = conditions.every((condition) => judgeCondition(slo, condition, series).met);
      return { window: window ?? 'budget', severity, holds: isJudged ? holds : null };
    });
}
