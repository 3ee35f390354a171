import { allowedBadShare } from './burn-rate.ts';

/** Under this share of known events, a ratio over the known ones says nothing about all of them. */
export const MIN_KNOWN_SHARE = 0.9;

/** Events of a slice: `unknown` ones are in neither good nor total. */
export type SliceEvents = { readonly good: number; readonly total: number; readonly unknown: number };

export type SliceVerdict = 'good' | 'bad' | 'unknown' | 'empty';

/**
 * What a slice counts as: good when at least `sliceObjective` of its events are, unknown when fewer than 90 % of them
 * can be judged, empty when there were none. Empty ones count as good, and are shown beside them.
 */
export function judgeSlice({ good, total, unknown }: SliceEvents, sliceObjective: number): SliceVerdict {
  if (total + unknown === 0) return 'empty';
  if (total < MIN_KNOWN_SHARE * (total + unknown)) return 'unknown';
  return good / total >= sliceObjective ? 'good' : 'bad';
}

/** How many slices were judged to be what; empty ones are not counted, as they follow from the others. */
export type JudgedSlices = { readonly good: number; readonly bad: number; readonly unknown: number };

export type SliceCounts = {
  /** Empty slices included. */
  readonly good: number;
  readonly bad: number;
  readonly total: number;
  readonly unknown: number;
  readonly empty: number;
};

/** Counts over `slices` slices of time, of which those with events were judged. */
export function countSlices(slices: number, { good, bad, unknown }: JudgedSlices): SliceCounts {
  const empty = Math.max(0, slices - good - bad - unknown);
  return { good: good + empty, bad, total: good + empty + bad, unknown, empty };
}

/**
 * Share of a budget of slices that is left: 1 − bad / (slices of the whole period · (1 − objective)). The period is
 * known beforehand, also how long its month is, so the budget does not wait for what is still to come. Null while
 * every slice is empty, or more than 10 % of those with events cannot be judged: neither is health.
 */
export function sliceBudgetRemaining(
  { good, bad, unknown, empty }: SliceCounts,
  periodSlices: number,
  objective: number,
): number | null {
  const judged = good + bad - empty;
  if (judged === 0 || judged < MIN_KNOWN_SHARE * (judged + unknown)) return null;
  return 1 - bad / (periodSlices * allowedBadShare(objective));
}

/** Share of a budget of `maxCount` bad events that is left; negative when overspent. */
export function countBudgetRemaining(bad: number, maxCount: number): number {
  return 1 - bad / maxCount;
}
