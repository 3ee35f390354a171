import { upperWeeklyRate } from './bound-rate.ts';
import { DAY_MINUTES } from './simulate-day.ts';
import type { KeptWeek } from './week-ledger.ts';

/** What `--json` prints. */
export interface QuietSummary {
  readonly weeks: number;
  readonly seed: number;
  readonly error_rate: number;
  readonly pages: number;
  readonly tickets: number;
  readonly alerts: Readonly<Record<string, number>>;
  readonly pages_per_week_upper_95: number;
  readonly requests: number;
  readonly suspect_share: number;
  readonly evaluated_share: number;
  readonly seconds_per_week: number;
  /** Objectives that are not simulated. */
  readonly left_out: readonly string[];
}

/** Figures over all weeks. */
export function summariseWeeks(
  kept: readonly KeptWeek[],
  run: { readonly seed: number; readonly errorRate: number; readonly leftOut: readonly string[] },
): QuietSummary {
  const sum = (of: (week: KeptWeek) => number): number => kept.reduce((total, week) => total + of(week), 0);
  const alerts: Record<string, number> = {};
  for (const week of kept) {
    for (const [name, count] of Object.entries(week.alerts)) alerts[name] = (alerts[name] ?? 0) + count;
  }
  const minutes = kept.length * 7 * DAY_MINUTES;
  const pages = sum((week) => week.pages);
  return {
    weeks: kept.length,
    seed: run.seed,
    error_rate: run.errorRate,
    pages,
    tickets: sum((week) => week.tickets),
    alerts,
    pages_per_week_upper_95: Number(upperWeeklyRate(pages, kept.length).toFixed(4)),
    requests: sum((week) => week.requests),
    suspect_share: sum((week) => week.suspectMinutes) / minutes,
    evaluated_share: sum((week) => week.evaluatedMinutes) / minutes,
    seconds_per_week: Math.round(sum((week) => week.seconds) / kept.length),
    left_out: run.leftOut,
  };
}
