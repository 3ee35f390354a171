import type { LabelSource, Outcome, Verdict } from '../../domain/contract/events.ts';
import type { Random } from './random.ts';

/** What a reviewer will say of a decision. */
export interface PlannedLabel {
  readonly source: LabelSource;
  readonly verdict: Verdict;
  readonly reviewer: string;
  readonly note: string;
  /** How long after the decision, as life goes (the timescale shortens it). */
  readonly delayMs: number;
}

const LABELLED_SHARE: Readonly<Partial<Record<Outcome, number>>> = { DENY: 0.4, ALLOW: 0.012 };
/** How often a block hits a legitimate request: usually, and under the version that denies too much. */
const FALSE_POSITIVE_SHARE = { usual: 0.004, overblocking: 0.88 };
const MISSED_SHARE = 0.02;
const UNSURE_SHARE = 0.03;
/** Appeals come from those who feel wronged, and mostly are: they must not enter the estimate. */
const APPEAL_SHARE = 0.15;
const APPEAL_LEGITIMATE_SHARE = 0.7;
const NOTES: Readonly<Record<Verdict, string>> = {
  LEGITIMATE: 'ordinary request',
  VIOLATION: 'the policy is right to act',
  UNSURE: 'cannot tell from what is shown',
};

/** The label that a decision will get; null for the many that nobody looks at. */
export function planLabel(random: Random, outcome: Outcome, overblocking: boolean): PlannedLabel | null {
  if (!random.chance(LABELLED_SHARE[outcome] ?? 0)) return null;
  const source: LabelSource = outcome === 'DENY' && random.chance(APPEAL_SHARE) ? 'APPEAL' : 'RANDOM';
  const verdict = random.chance(UNSURE_SHARE)
    ? 'UNSURE'
    : random.chance(legitimateShare(outcome, source, overblocking))
      ? 'LEGITIMATE'
      : 'VIOLATION';
  return {
    source,
    verdict,
    reviewer: `reviewer-${random.whole(1, 5)}`,
    note: NOTES[verdict],
    delayMs: random.whole(20_000, 180_000),
  };
}

function legitimateShare(outcome: Outcome, source: LabelSource, overblocking: boolean): number {
  if (outcome !== 'DENY') return 1 - MISSED_SHARE;
  if (overblocking) return FALSE_POSITIVE_SHARE.overblocking;
  return source === 'APPEAL' ? APPEAL_LEGITIMATE_SHARE : FALSE_POSITIVE_SHARE.usual;
}
