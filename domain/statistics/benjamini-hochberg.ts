/**
 * Benjamini–Hochberg adjusted p-values (q-values), in the order of the argument.
 *
 * Rejecting every test whose q-value is ≤ α keeps the expected share of false alarms among the rejected ones at
 * or below α for independent tests (Benjamini & Hochberg 1995, step-up procedure): with m tests and the i-th
 * smallest p-value, q_i = min over j ≥ i of p_j·m/j, and at most 1.
 *
 * Throws RangeError on a p-value outside [0, 1].
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const ranked = pValues.map((pValue, index) => {
    if (!(pValue >= 0 && pValue <= 1)) throw new RangeError(`a p-value must lie in [0, 1], got ${pValue}`);
    return { pValue, index };
  });
  ranked.sort((a, b) => b.pValue - a.pValue);
  const adjusted = new Array<number>(pValues.length);
  let smallest = 1;
  for (const [position, { pValue, index }] of ranked.entries()) {
    const rank = pValues.length - position;
    smallest = Math.min(smallest, pValue * (pValues.length / rank));
    adjusted[index] = smallest;
  }
  return adjusted;
}
