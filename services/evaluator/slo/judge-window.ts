import { errorBudgetRemaining } from '../../../domain/slo/burn-rate.ts';
import type { Slo } from '../../../domain/slo/definition.ts';
import {
  countBudgetRemaining,
  MIN_KNOWN_SHARE,
  sliceBudgetRemaining,
} from '../../../domain/slo/time-slices.ts';

/** Events, or slices, of one window. `unknown` ones are in neither good nor bad; total = good + bad. */
export interface WindowCounts {
  readonly good: number;
  readonly bad: number;
  readonly total: number;
  readonly unknown: number;
  /** Events appended too late for this window; counted apart from the others. */
  readonly late: number;
  /** Slices without traffic, which are among the good ones; 0 where events are counted. */
  readonly empty: number;
}

/** What is stored of one objective for one service. `windows` is in the order of WINDOW_NAMES. */
export interface SloCounts {
  readonly slo: string;
  readonly tenant: string;
  readonly service: string;
  readonly windows: readonly WindowCounts[];
  /** Over the budget's period by decided time, late events included; `late` is 0. */
  readonly budget: WindowCounts;
}

export const NO_EVENTS: WindowCounts = { good: 0, bad: 0, total: 0, unknown: 0, late: 0, empty: 0 };

/**
 * A window as it may be judged: no data (all 0, `unknown` kept) where fewer than 90 % of its events are known. Bad
 * events of an absolute budget count whatever else is unknown: each is one of the few that there may be.
 */
export function judgeWindow(counts: WindowCounts, budgeting: Slo['budgeting']): WindowCounts {
  const judged = counts.total - counts.empty;
  if (judged >= MIN_KNOWN_SHARE * (judged + counts.unknown)) return counts;
  const bad = budgeting === 'absolute' ? counts.bad : 0;
  return { ...NO_EVENTS, bad, total: bad, unknown: counts.unknown, late: counts.late };
}

/**
 * Share of the error budget that is left, or null without data (see judgeWindow). `periodSlices`: slices of the whole
 * period, for a budget of slices.
 */
export function judgeBudget(slo: Slo, counts: WindowCounts, periodSlices: number): number | null {
  if (slo.budgeting === 'timeslices') return sliceBudgetRemaining(counts, periodSlices, slo.objective);
  const { bad, total } = judgeWindow(counts, slo.budgeting);
  if (slo.budgeting === 'occurrences') return errorBudgetRemaining(bad, total, slo.objective);
  return total === 0 ? null : countBudgetRemaining(bad, slo.maxCount);
}
