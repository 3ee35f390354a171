import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { populationStabilityIndex } from './psi.ts';

const known = [
  { reference: [16, 18, 16, 14, 12, 12], current: [16, 16, 16, 16, 16, 8], expected: 0.0372183816 },
  { reference: [50, 30, 15, 5], current: [40, 35, 15, 10], expected: 0.0646792482 },
  { reference: [7, 0, 3], current: [70, 0, 30], expected: 0 },
  { reference: [1, 0], current: [1, 1], expected: Number.POSITIVE_INFINITY },
];

for (const { reference, current, expected } of known) {
  test(`the unsmoothed index of ${reference} and ${current} is ${expected}`, () => {
    const index = populationStabilityIndex(reference, current, { smoothing: 0 });
    assert.ok(index === expected || Math.abs(index - expected) < 5e-11, `got ${index}`);
  });
}

test('a bin seen on one side only gives a finite index by default, from (c + ½) / (n + bins/2)', () => {
  // The shares are 10.5/11 and 0.5/11, swapped: twice (10/11)·ln(10.5/0.5).
  const byHand = 2 * (10 / 11) * Math.log(21);
  assert.ok(Math.abs(populationStabilityIndex([10, 0], [0, 10]) - byHand) < 1e-12);
});

const histograms = fc
  .array(fc.tuple(fc.nat(500), fc.nat(500)), { minLength: 1, maxLength: 12 })
  .map((bins) => ({ reference: bins.map(([a]) => a), current: bins.map(([, b]) => b) }))
  .filter(({ reference, current }) => reference.some((n) => n > 0) && current.some((n) => n > 0));

test('the index is never negative, is symmetric, and is 0 for a histogram against itself', () => {
  fc.assert(
    fc.property(histograms, ({ reference, current }) => {
      const index = populationStabilityIndex(reference, current);
      assert.ok(index >= 0);
      assert.ok(Math.abs(index - populationStabilityIndex(current, reference)) < 1e-9);
      assert.equal(populationStabilityIndex(reference, reference), 0);
    }),
  );
});

const refused = [
  { why: 'different bins', reference: [1, 2], current: [1] },
  { why: 'an empty reference', reference: [0, 0], current: [1, 2] },
  { why: 'an empty current side', reference: [1, 2], current: [0, 0] },
  { why: 'no bins at all', reference: [], current: [] },
  { why: 'a negative count', reference: [1, -1], current: [1, 2] },
  { why: 'a count that is no number', reference: [1, Number.NaN], current: [1, 2] },
];

for (const { why, reference, current } of refused) {
  test(`${why} is refused instead of giving a number`, () => {
    assert.throws(() => populationStabilityIndex(reference, current), RangeError);
  });
}
