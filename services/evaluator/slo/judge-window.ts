import { errorBudgetRemaining } from '../../../domain/slo/burn-rate.ts';

/** Under this share of known events, a ratio over the known ones says nothing about all of them. */
const MIN_KNOWN_SHARE = 0.9;

/** Events of one window. `unknown` ones are in neither good nor bad; total = good + bad. */
export interface WindowCounts {
  readonly good: number;
  readonly bad: number;
  readonly total: number;
  readonly unknown: number;
  /** Appended too late for this window; counted apart from the others. */
  readonly late: number;
}

/** What is stored of one objective for one service. `windows` is in the order of WINDOW_NAMES. */
export interface SloCounts {
  readonly slo: string;
  readonly tenant: string;
  readonly service: string;
  readonly windows: readonly WindowCounts[];
  /** Over the whole SLO window by decided time, late events included; `late` is 0. */
  readonly budget: WindowCounts;
}

export const NO_EVENTS: WindowCounts = { good: 0, bad: 0, total: 0, unknown: 0, late: 0 };

/** A window as it may be judged: no data (all 0, `unknown` kept) where fewer than 90 % of its events are known. */
export function judgeWindow(counts: WindowCounts): WindowCounts {
  const known = counts.total >= MIN_KNOWN_SHARE * (counts.total + counts.unknown);
  return known ? counts : { ...NO_EVENTS, unknown: counts.unknown, late: counts.late };
}

/** Share of the error budget that is left, or null without data (see judgeWindow). */
export function judgeBudget(counts: WindowCounts, objective: number): number | null {
  const { bad, total } = judgeWindow(counts);
  return errorBudgetRemaining(bad, total, objective);
}
