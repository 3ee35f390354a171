import {
  budgetStartMs,
  type Exclusion,
  excludedSlices,
  exclusionsOf,
  type SeriesScope,
  type SloAdjustment,
} from '../../../domain/slo/adjustments.ts';
import { type BudgetPeriod, budgetPeriod } from '../../../domain/slo/budget-period.ts';
import type { Slo, TimeslicesSlo } from '../../../domain/slo/definition.ts';

/** When it is, how long minutes last, and what was declared by then. */
export interface BudgetClock {
  /** End of the last closed minute, Unix milliseconds. */
  readonly endMs: number;
  readonly bucketMs: number;
  readonly adjustments: readonly SloAdjustment[];
}

const MINUTE_MS = 60_000;

/** The period of an SLO's budget, in whole milliseconds. That of slices ends with the last whole one. */
export function periodOf(slo: Slo, { endMs, bucketMs }: BudgetClock): BudgetPeriod {
  const atMs = slo.budgeting === 'timeslices' ? lastSliceEndMs(slo, { endMs, bucketMs }) : endMs;
  const { fromMs, toMs, closesMs } = budgetPeriod(slo.window, atMs, MINUTE_MS / bucketMs);
  return {
    fromMs: Math.round(fromMs),
    toMs: Math.round(toMs),
    closesMs: closesMs === null ? null : Math.round(closesMs),
  };
}

/** End of the last whole slice. Slices lie fixed in time, so that a closed one never changes. */
export function lastSliceEndMs(
  slo: TimeslicesSlo,
  at: { readonly endMs: number; readonly bucketMs: number },
) {
  const sliceMs = slo.sliceMinutes * at.bucketMs;
  return Math.floor(at.endMs / sliceMs) * sliceMs;
}

/** What is left out of the counts as of now. */
export function exclusionsAt({ adjustments, endMs }: BudgetClock): readonly Exclusion[] {
  return exclusionsOf(adjustments, endMs);
}

/** When the budget of a series starts. */
export function startOf(slo: Slo, series: SeriesScope, clock: BudgetClock): number {
  return budgetStartMs(clock.adjustments, series, periodOf(slo, clock).fromMs, clock.endMs);
}

/** Slices of the whole period less excluded ones; 0 where no slices are counted. */
export function periodSlicesOf(slo: Slo, series: SeriesScope, clock: BudgetClock): number {
  if (slo.budgeting !== 'timeslices') return 0;
  const { fromMs, toMs } = periodOf(slo, clock);
  return slicesBetween(slo, series, { fromMs, toMs }, clock, 'budget');
}

/** Slices that lie between two times and are not excluded. */
export function slicesBetween(
  slo: TimeslicesSlo,
  series: SeriesScope,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  clock: BudgetClock,
  of: 'budget' | 'windows',
): number {
  const sliceMs = slo.sliceMinutes * clock.bucketMs;
  const all = Math.floor(toMs / sliceMs) - Math.ceil(fromMs / sliceMs);
  const excluded = excludedSlices(exclusionsAt(clock), series, { fromMs, toMs, sliceMs }, of);
  return Math.max(0, all - excluded);
}
