import { normalQuantile } from './special-functions.ts';

/** A two-sided confidence interval of a share; both ends in [0, 1]. */
export type Interval = { readonly lower: number; readonly upper: number };

/**
 * Wilson score interval (Wilson 1927, without continuity correction) of a share of `successes` in `n`.
 *
 * `confidence` is the two-sided coverage, 0.95 by default. With n = 0 nothing is known, and the answer says so:
 * [0, 1]. Throws RangeError unless 0 ≤ successes ≤ n and 0 < confidence < 1.
 */
export function wilsonInterval(successes: number, n: number, confidence = 0.95): Interval {
  if (!(successes >= 0 && successes <= n && Number.isFinite(n))) {
    throw new RangeError(`successes must lie in 0…n, got ${successes} of ${n}`);
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`confidence must lie between 0 and 1, got ${confidence}`);
  }
  if (n === 0) return { lower: 0, upper: 1 };
  const z = normalQuantile(1 - (1 - confidence) / 2);
  const share = successes / n;
  const denominator = 1 + z ** 2 / n;
  const centre = (share + z ** 2 / (2 * n)) / denominator;
  const halfWidth = (z / denominator) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  // The ends are exactly 0 and 1 there; rounding would leave −1e-18, which reads as an impossible share.
  const lower = successes === 0 ? 0 : Math.max(0, centre - halfWidth);
  const upper = successes === n ? 1 : Math.min(1, centre + halfWidth);
  return { lower, upper };
}
