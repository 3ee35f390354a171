/**
 * The windows over which the evaluator sums append minutes, by the name they carry as a label. The name stays
 * when time is scaled; only what it lasts changes.
 */
export const WINDOW_MINUTES = {
  '5m': 5,
  '30m': 30,
  '1h': 60,
  '2h': 120,
  '6h': 360,
  '12h': 720,
  '1d': 1440,
  '3d': 4320,
  '30d': 43_200,
} as const;

export type WindowName = keyof typeof WINDOW_MINUTES;

/** Names of all windows, shortest first. */
export const WINDOW_NAMES = Object.keys(WINDOW_MINUTES) as readonly WindowName[];

/** How often the evaluator evaluates, and how long one rollup bucket is, in unscaled seconds. */
export const EVALUATION_INTERVAL_SECONDS = 60;

/**
 * Seconds that a window lasts when time runs `timescale` times as fast. A window always spans
 * `WINDOW_MINUTES[window]` rollup buckets: the buckets shrink with it.
 */
export function windowSeconds(window: WindowName, timescale = 1): number {
  return (WINDOW_MINUTES[window] * 60) / timescale;
}

/**
 * A duration of unscaled `seconds` as Prometheus writes it, divided by `timescale`; at least one millisecond, the
 * finest that Prometheus knows. Throws RangeError unless `timescale` is a finite number above 0.
 */
export function prometheusDuration(seconds: number, timescale = 1): string {
  if (!(Number.isFinite(timescale) && timescale > 0)) {
    throw new RangeError(`timescale must be a number above 0, got ${timescale}`);
  }
  const milliseconds = Math.max(1, Math.round((seconds * 1000) / timescale));
  for (const [unit, length] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const) {
    if (milliseconds % length === 0) return `${milliseconds / length}${unit}`;
  }
  return `${milliseconds}ms`;
}
