/**
 * Population stability index Σ (p − q)·ln(p / q) between two histograms over the same bins.
 *
 * Both arguments are counts per bin, in the same order. `smoothing` is added to every bin of both sides
 * (default ½, Jeffreys), so that a bin seen on one side only gives a large number and not an infinite one; with
 * `smoothing: 0` such a bin gives Infinity. Without drift the index is about (1/n + 1/m)·χ²(bins − 1): a fixed
 * threshold means nothing unless it is set for n.
 *
 * Throws RangeError on histograms that differ in length, on a negative or non-finite count, and on a side
 * without any observation: "no data" is for the caller to say, and it is not 0.
 */
export function populationStabilityIndex(
  reference: readonly number[],
  current: readonly number[],
  { smoothing = 0.5 }: { readonly smoothing?: number } = {},
): number {
  if (reference.length !== current.length) {
    throw new RangeError(`histograms differ in length: ${reference.length} and ${current.length} bins`);
  }
  const p = shares(current, smoothing);
  const q = shares(reference, smoothing);
  let index = 0;
  for (const [bin, currentShare] of p.entries()) {
    const referenceShare = q[bin] ?? 0;
    // 0·ln(0/0) has the limit 0: a bin that is empty on both sides says nothing.
    if (currentShare !== referenceShare) {
      index += (currentShare - referenceShare) * Math.log(currentShare / referenceShare);
    }
  }
  return index;
}

function shares(counts: readonly number[], smoothing: number): readonly number[] {
  let observed = 0;
  for (const count of counts) {
    if (!Number.isFinite(count) || count < 0) throw new RangeError('a count must be finite and not negative');
    observed += count;
  }
  if (observed === 0) throw new RangeError('a histogram without observations cannot be compared');
  const total = observed + smoothing * counts.length;
  return counts.map((count) => (count + smoothing) / total);
}
