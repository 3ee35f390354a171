import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { benjaminiHochberg } from './benjamini-hochberg.ts';

// The example of Benjamini & Hochberg 1995, section 3.2: fifteen tests, of which four are rejected at 5 %.
const paper = [
  0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
  0.759, 1,
];

test('the example of the paper rejects its first four tests at 5 %', () => {
  const adjusted = benjaminiHochberg(paper);
  assert.deepEqual(
    adjusted.map((q) => q <= 0.05),
    paper.map((_, index) => index < 4),
  );
  assert.ok(Math.abs((adjusted[3] ?? 0) - (0.0095 * 15) / 4) < 1e-12);
});

const cases = [
  { pValues: [], expected: [] },
  { pValues: [0.03], expected: [0.03] },
  { pValues: [0.04, 0.01], expected: [0.04, 0.02] },
  { pValues: [0.05, 0.05, 0.05], expected: [0.05, 0.05, 0.05] },
  { pValues: [1, 0], expected: [1, 0] },
];

for (const { pValues, expected } of cases) {
  test(`[${pValues}] is adjusted to [${expected}], in the order given`, () => {
    assert.deepEqual(benjaminiHochberg(pValues), expected);
  });
}

const probability = fc.double({ min: 0, max: 1, noNaN: true });

test('adjusting never lowers a p-value, keeps the order of the tests and stays in [0, 1]', () => {
  fc.assert(
    fc.property(fc.array(probability, { maxLength: 40 }), (pValues) => {
      const adjusted = benjaminiHochberg(pValues);
      for (const [i, p] of pValues.entries()) {
        const q = adjusted[i] ?? Number.NaN;
        assert.ok(q >= p - 1e-15 && q <= 1);
        for (const [j, other] of pValues.entries()) {
          if (p <= other) assert.ok(q <= (adjusted[j] ?? Number.NaN));
        }
      }
    }),
  );
});

test('what is no probability is refused', () => {
  for (const pValue of [-0.1, 1.1, Number.NaN]) {
    assert.throws(() => benjaminiHochberg([0.5, pValue]), RangeError);
  }
});
