import { compiled, igamc, ndtri } from 'cephes';

// Compiling takes a few milliseconds, once. Waiting here lets every function of this folder stay synchronous.
await compiled;

/**
 * P(χ²_k > x), the upper tail of the χ² distribution with k degrees of freedom: Q(k/2, x/2) (Abramowitz & Stegun
 * 26.4.19). Accurate in deep tails, where 1 − P would be 0.
 */
export function chiSquaredUpperTail(x: number, degreesOfFreedom: number): number {
  return igamc(degreesOfFreedom / 2, x / 2);
}

/** The z for which a standard normal variable is below it with `probability`, in (0, 1). */
export function normalQuantile(probability: number): number {
  return ndtri(probability);
}
