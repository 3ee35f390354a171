/** One minute of unscaled time. */
const MINUTE_MS = 60_000;

/** An event appended this many (scaled) minutes after it was decided is late: it counts in budgets only. */
export const LATE_AFTER_MINUTES = 15;

/** Whole minutes, as Unix milliseconds: `fromMs` is the start of the first, `toMs` the end of the last. */
export interface MinuteRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * How long a "minute" lasts when time runs `timescale` times as fast (60 s at 1, 5 s at 12).
 * Throws RangeError unless that is a whole number of milliseconds, at most a minute.
 */
export function bucketMsOf(timescale: number): number {
  const bucketMs = MINUTE_MS / timescale;
  if (!(Number.isInteger(bucketMs) && bucketMs >= 1 && bucketMs <= MINUTE_MS)) {
    throw new RangeError(`timescale must be at least 1 and divide 60000, got ${timescale}`);
  }
  return bucketMs;
}

/** Start of the minute that a time lies in. Both in Unix milliseconds. */
export function minuteStart(timeMs: number, bucketMs: number): number {
  return Math.floor(timeMs / bucketMs) * bucketMs;
}

/** Starts of all minutes of a range, in order. */
export function minutesOf(range: MinuteRange, bucketMs: number): number[] {
  const minutes: number[] = [];
  for (let minuteMs = range.fromMs; minuteMs < range.toMs; minuteMs += bucketMs) minutes.push(minuteMs);
  return minutes;
}

/**
 * The next minutes to close: from `nextMs` on, only minutes that end at or before the watermark, at most
 * `maxMinutes` of them. Null when not one minute is complete.
 */
export function closableRange(
  nextMs: number,
  watermarkMs: number,
  bucketMs: number,
  maxMinutes: number,
): MinuteRange | null {
  const toMs = Math.min(minuteStart(watermarkMs, bucketMs), nextMs + maxMinutes * bucketMs);
  return toMs > nextMs ? { fromMs: nextMs, toMs } : null;
}
