import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chiSquaredTwoSample } from './chi-squared.ts';

const known = [
  // Both samples random; taking the reference as exact would give p .673.
  {
    reference: [16, 18, 16, 14, 12, 12],
    current: [16, 16, 16, 16, 16, 8],
    expected: { statistic: 1.62240896, degreesOfFreedom: 5, pValue: 0.89852624 },
  },
  // 2 × 2 by hand: N(ad − bc)² / (row and column sums) = 60·(10·10 − 20·20)² / (30·30·30·30) = 6.6667.
  {
    reference: [10, 20],
    current: [20, 10],
    expected: { statistic: 6.66666667, degreesOfFreedom: 1, pValue: 0.00982327 },
  },
  {
    reference: [5, 0, 5],
    current: [5, 0, 5],
    expected: { statistic: 0, degreesOfFreedom: 1, pValue: 1 },
  },
  { reference: [5, 0], current: [9, 0], expected: { statistic: 0, degreesOfFreedom: 0, pValue: 1 } },
];

for (const { reference, current, expected } of known) {
  test(`${reference} against ${current} gives χ² ${expected.statistic}, p ${expected.pValue}`, () => {
    const result = chiSquaredTwoSample(reference, current);
    assert.ok(Math.abs(result.statistic - expected.statistic) < 5e-9, `statistic ${result.statistic}`);
    assert.ok(Math.abs(result.pValue - expected.pValue) < 5e-9, `p ${result.pValue}`);
    assert.equal(result.degreesOfFreedom, expected.degreesOfFreedom);
  });
}

const histograms = fc
  .array(fc.tuple(fc.nat(200), fc.nat(200)), { minLength: 1, maxLength: 10 })
  .map((bins) => ({ reference: bins.map(([a]) => a), current: bins.map(([, b]) => b) }))
  .filter(({ reference, current }) => reference.some((n) => n > 0) && current.some((n) => n > 0));

test('the test is symmetric, its p-value lies in [0, 1], and equal shares give p 1', () => {
  fc.assert(
    fc.property(histograms, fc.integer({ min: 1, max: 9 }), ({ reference, current }, factor) => {
      const result = chiSquaredTwoSample(reference, current);
      assert.ok(result.statistic >= 0 && result.pValue >= 0 && result.pValue <= 1);
      assert.ok(Math.abs(result.pValue - chiSquaredTwoSample(current, reference).pValue) < 1e-9);
      const scaled = reference.map((count) => count * factor);
      assert.ok(chiSquaredTwoSample(reference, scaled).pValue > 1 - 1e-9);
    }),
  );
});

test('an empty side and different bins are refused', () => {
  assert.throws(() => chiSquaredTwoSample([0, 0], [1, 2]), RangeError);
  assert.throws(() => chiSquaredTwoSample([1], [1, 2]), RangeError);
  assert.throws(() => chiSquaredTwoSample([1, -2], [1, 2]), RangeError);
});
