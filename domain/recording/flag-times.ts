/** How far the enforcer's clock and the broker's may be apart before it is worth a flag. */
export const ALLOWED_SKEW_MS = 15 * 60 * 1000;

/** What is odd about a decided time (microseconds), beside the append time (milliseconds). Sorted. */
export function flagTimes(decidedAtUs: number, appendMs: number): string[] {
  const aheadMs = decidedAtUs / 1000 - appendMs;
  if (aheadMs > ALLOWED_SKEW_MS) return ['decided_in_future'];
  return aheadMs < -ALLOWED_SKEW_MS ? ['decided_long_before'] : [];
}
