/** Whether one more is allowed to whom it is about, now. */
export type RateLimit = (whose: string) => boolean;

const MINUTE_MS = 60_000;

/**
 * A bucket for each name that holds what a minute allows and fills up evenly. Names are those of clients that are
 * known: there are only so many.
 */
export function createRateLimit(perMinute: number, nowMs: () => number): RateLimit {
  const buckets = new Map<string, { left: number; atMs: number }>();
  return (whose) => {
    const now = nowMs();
    const bucket = buckets.get(whose) ?? { left: perMinute, atMs: now };
    const filled = bucket.left + ((now - bucket.atMs) / MINUTE_MS) * perMinute;
    const left = Math.min(perMinute, filled);
    const isAllowed = left >= 1;
    buckets.set(whose, { left: isAllowed ? left - 1 : left, atMs: now });
    return isAllowed;
  };
}
