import { INPUTS } from '../../domain/contract/inputs.ts';
import {
  closableRange,
  type MinuteRange,
  minuteStart,
  minutesOf,
} from '../../domain/rollup/append-minutes.ts';
import { lowestWatermark } from '../../domain/rollup/lowest-watermark.ts';
import { followMinutes } from './drift/follow-minutes.ts';
import type { DriftStore, MinuteLedger, ReviewStore, Rollups } from './ports.ts';
import { judgeReview } from './review/judge-review.ts';

/** Catching up goes in steps of this many minutes, so that one statement stays bounded. */
const MAX_MINUTES = 60;

export interface ClosingDependencies {
  readonly bucketMs: number;
  readonly ledger: MinuteLedger;
  readonly rollups: Rollups;
  readonly drift: DriftStore;
  readonly review: ReviewStore;
}

export interface Closing {
  /** End of the last closed minute, Unix milliseconds; null before the first. */
  readonly endMs: number | null;
  /** Minutes closed now. */
  readonly minutes: number;
  /** More minutes can be closed at once. */
  readonly more: boolean;
  /** Partitions of which nothing is recorded yet; while there are any, nothing can be closed. */
  readonly unseen: readonly string[];
}

/** Raised when minutes of this store last differently from what the configuration says. */
export class TimescaleMismatch extends Error {
  readonly code = 'TIMESCALE_MISMATCH';

  constructor(storedBucketMs: number) {
    super(
      `DOCKET_TIMESCALE: this store was rolled up with a timescale of ${60_000 / storedBucketMs}; use that, or another store`,
    );
    this.name = 'TimescaleMismatch';
  }
}

/**
 * Closes the next minutes that lie wholly below the watermark. The order matters: rollups, then what is computed
 * from them, then the mark that they are closed. A crash in between leaves rows that the next attempt writes again.
 * Throws TimescaleMismatch, or what the store throws.
 */
export async function closeMinutes(deps: ClosingDependencies): Promise<Closing> {
  const { bucketMs, ledger } = deps;
  const last = await ledger.readLastClosed();
  if (last !== null && last.bucketMs !== bucketMs) throw new TimescaleMismatch(last.bucketMs);
  const watermark = lowestWatermark(INPUTS, await ledger.readProgress());
  const endMs = last?.endMs ?? null;
  if (watermark.kind === 'blind') return { endMs, minutes: 0, more: false, unseen: watermark.missing };

  const nextMs = endMs ?? (await firstMinute(deps, watermark.watermarkMs));
  const range = closableRange(nextMs, watermark.watermarkMs, bucketMs, MAX_MINUTES);
  if (range === null) return { endMs, minutes: 0, more: false, unseen: [] };
  await deps.rollups.rollUp(range);
  await judgeDriftOf(range, deps);
  await judgeReviewOf(range, deps);
  await ledger.close(range);
  return {
    endMs: range.toMs,
    minutes: minutesOf(range, bucketMs).length,
    more: closableRange(range.toMs, watermark.watermarkMs, bucketMs, 1) !== null,
    unseen: [],
  };
}

// An empty store starts with the newest complete minute: the watermark should show, and earlier ones are empty too.
async function firstMinute({ ledger, bucketMs }: ClosingDependencies, watermarkMs: number): Promise<number> {
  const firstAppendMs = await ledger.readFirstAppend();
  return firstAppendMs === null
    ? minuteStart(watermarkMs, bucketMs) - bucketMs
    : minuteStart(firstAppendMs, bucketMs);
}

async function judgeDriftOf(range: MinuteRange, { drift, bucketMs }: ClosingDependencies): Promise<void> {
  const known = await drift.readReferences();
  const counts = await drift.readOutcomeCounts(range);
  const { references, results } = followMinutes(range, bucketMs, known, counts);
  await drift.saveReferences(references);
  await drift.saveResults(results);
}

async function judgeReviewOf(range: MinuteRange, { review, bucketMs }: ClosingDependencies): Promise<void> {
  const tenants = await review.readTenants();
  const labelled = await review.readLabelledBlocks(range);
  const results = minutesOf(range, bucketMs).flatMap((minuteMs) =>
    judgeReview(
      minuteMs,
      tenants.filter(({ firstMinuteMs }) => firstMinuteMs <= minuteMs).map(({ tenant }) => tenant),
      labelled.filter((row) => row.minuteMs === minuteMs),
    ),
  );
  await review.saveResults(results);
}
