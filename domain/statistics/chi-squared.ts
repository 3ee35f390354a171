import { chiSquaredUpperTail } from './special-functions.ts';

export type ChiSquaredTest = {
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  readonly pValue: number;
};

/**
 * Two-sample χ² test of homogeneity (Pearson, on the 2 × bins contingency table) of two histograms.
 *
 * Both samples count as random; treating the reference as exact would overstate every difference. Bins that are
 * empty on both sides are left out and cost no degree of freedom. With a single bin left nothing can differ:
 * statistic 0, p 1. The approximation wants expected counts of 5 and more; pooling rare bins is the caller's.
 *
 * Throws RangeError on histograms that differ in length, on a negative or non-finite count, and on a side
 * without any observation.
 */
export function chiSquaredTwoSample(
  reference: readonly number[],
  current: readonly number[],
): ChiSquaredTest {
  if (reference.length !== current.length) {
    throw new RangeError(`histograms differ in length: ${reference.length} and ${current.length} bins`);
  }
  const referenceTotal = total(reference);
  const currentTotal = total(current);
  const all = referenceTotal + currentTotal;
  let statistic = 0;
  let bins = 0;
  for (const [bin, referenceCount] of reference.entries()) {
    const currentCount = current[bin] ?? 0;
    const both = referenceCount + currentCount;
    if (both === 0) continue;
    bins += 1;
    const expectedReference = (both * referenceTotal) / all;
    const expectedCurrent = (both * currentTotal) / all;
    statistic += (referenceCount - expectedReference) ** 2 / expectedReference;
    statistic += (currentCount - expectedCurrent) ** 2 / expectedCurrent;
  }
  const degreesOfFreedom = bins - 1;
  const pValue = degreesOfFreedom === 0 ? 1 : chiSquaredUpperTail(statistic, degreesOfFreedom);
  return { statistic, degreesOfFreedom, pValue };
}

function total(counts: readonly number[]): number {
  let sum = 0;
  for (const count of counts) {
    if (!Number.isFinite(count) || count < 0) throw new RangeError('a count must be finite and not negative');
    sum += count;
  }
  if (sum === 0) throw new RangeError('a histogram without observations cannot be compared');
  return sum;
}
