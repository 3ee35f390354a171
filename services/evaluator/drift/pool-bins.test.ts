import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OTHER, poolBins } from './pool-bins.ts';

const mix = (counts: Readonly<Record<string, number>>) => new Map(Object.entries(counts));

test('bins that expect fewer than 5 events in either sample are counted together', () => {
  for (const [reference, current, expected] of [
    [
      { A: 90, D: 10 },
      { A: 80, D: 20 },
      { names: ['A', 'D'], reference: [90, 10], current: [80, 20] },
    ],
    // E and W expect 3 and 2.5 each: together 5.5, enough.
    [
      { A: 94, E: 4, W: 2 },
      { A: 95, E: 2, W: 3 },
      { names: ['A', OTHER], reference: [94, 6], current: [95, 5] },
    ],
    // E alone expects 1: the next smallest, D, joins it.
    [
      { A: 80, D: 19, E: 1 },
      { A: 70, D: 29, E: 1 },
      { names: ['A', OTHER], reference: [80, 20], current: [70, 30] },
    ],
    // A category that the reference never saw stands alone when it is large.
    [{ A: 100 }, { A: 50, D: 50 }, { names: ['A', 'D'], reference: [100, 0], current: [50, 50] }],
    [{ A: 100 }, { A: 300 }, { names: ['A'], reference: [100], current: [300] }],
  ] as const) {
    assert.deepEqual(poolBins(mix(reference), mix(current)), expected);
  }
});

test('an empty sample, or one that would end in a single pool, cannot be compared', () => {
  assert.equal(poolBins(mix({}), mix({ A: 5 })), null);
  assert.equal(poolBins(mix({ A: 5 }), mix({})), null);
  assert.equal(poolBins(mix({ A: 4, D: 3 }), mix({ A: 4, D: 3 })), null);
});

test('pooling keeps every event, whatever the order of the categories', () => {
  const counts = fc.dictionary(fc.constantFrom('A', 'B', 'C', 'D', 'E'), fc.nat(60));
  fc.assert(
    fc.property(counts, counts, (reference, current) => {
      const bins = poolBins(mix(reference), mix(current));
      const reversed = (all: Record<string, number>) =>
        mix(Object.fromEntries(Object.entries(all).reverse()));
      assert.deepEqual(poolBins(reversed(reference), reversed(current)), bins);
      if (bins === null) return;
      const sum = (all: readonly number[]) => all.reduce((total, count) => total + count, 0);
      assert.equal(sum(bins.reference), sum(Object.values(reference)));
      assert.equal(sum(bins.current), sum(Object.values(current)));
    }),
  );
});
