import { normalQuantile } from './special-functions.ts';
import type { Interval } from './wilson.ts';

/** Decisions that were drawn for review with the same probability. */
export interface Stratum {
  /** Whether these decisions stopped what they were about. */
  readonly stopped: boolean;
  /** How many there are. */
  readonly population: number;
  /** How many of them were drawn and labelled, and how many of those are violations. */
  readonly labelled: number;
  readonly violating: number;
}

/** Fewer labels than these say nothing of a stratum. */
const MIN_LABELLED = 30;

/**
 * Which share of all violations was let pass: A / (A + T), where A are the violations among decisions that passed and T
 * those among decisions that stopped something, each estimated as Σ N·k/n over its strata (design-based: a ratio over
 * the labelled ones alone is biased, as strata are drawn with different probabilities).
 *
 * The interval is that of the logit, with Var = [(1−r)²·V_A + r²·V_T] / (A+T)² and V = Σ N²·(1−n/N)·p̃(1−p̃)/(n−1),
 * p̃ = (k+½)/(n+1). Where no violation was found on one side, r is taken from p̃ for it, and the other end is 0 or 1.
 *
 * Null when it cannot be told: a stratum that has decisions has fewer than 30 labels, or no violation was found at all.
 * Strata without decisions count nothing. `confidence` is the two-sided coverage.
 */
export function falseNegativeRate(
  strata: readonly Stratum[],
  confidence = 0.95,
): (Interval & { readonly rate: number }) | null {
  const known = strata.filter(({ population }) => population > 0);
  if (known.length === 0 || known.some(({ labelled }) => labelled < MIN_LABELLED)) return null;
  const passed = estimate(known.filter(({ stopped }) => !stopped));
  const caught = estimate(known.filter(({ stopped }) => stopped));
  if (passed.total + caught.total === 0) return null;
  const rate = passed.total / (passed.total + caught.total);
  const isAtEnd = rate === 0 || rate === 1;
  const a = isAtEnd ? passed.smoothed : passed.total;
  const t = isAtEnd ? caught.smoothed : caught.total;
  const centre = a / (a + t);
  if (centre === 0 || centre === 1) return { rate, lower: rate, upper: rate };
  const variance = ((1 - centre) ** 2 * passed.variance + centre ** 2 * caught.variance) / (a + t) ** 2;
  const z = normalQuantile(1 - (1 - confidence) / 2);
  const halfWidth = (z * Math.sqrt(variance)) / (centre * (1 - centre));
  const logit = Math.log(centre / (1 - centre));
  return {
    rate,
    lower: rate === 0 ? 0 : logistic(logit - halfWidth),
    upper: rate === 1 ? 1 : logistic(logit + halfWidth),
  };
}

/** Violations in some strata: Σ N·k/n, the same of p̃, and the variance of the first. */
function estimate(strata: readonly Stratum[]) {
  let total = 0;
  let smoothed = 0;
  let variance = 0;
  for (const { population, labelled, violating } of strata) {
    const share = (violating + 0.5) / (labelled + 1);
    total += (population * violating) / labelled;
    smoothed += population * share;
    const unseen = Math.max(0, 1 - labelled / population);
    variance += (population ** 2 * unseen * share * (1 - share)) / (labelled - 1);
  }
  return { total, smoothed, variance };
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
