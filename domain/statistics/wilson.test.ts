import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { wilsonInterval } from './wilson.ts';

const known = [
  { successes: 4, n: 200, lower: 0.0078044264, upper: 0.0502870869 },
  // 0 of n: the upper end is z² / (n + z²), with z² = 3.8414588207.
  { successes: 0, n: 30, lower: 0, upper: 3.8414588207 / 33.8414588207 },
  { successes: 30, n: 30, lower: 30 / 33.8414588207, upper: 1 },
  { successes: 0, n: 0, lower: 0, upper: 1 },
];

for (const { successes, n, lower, upper } of known) {
  test(`${successes} of ${n} gives ${lower} to ${upper} at 95 %`, () => {
    const interval = wilsonInterval(successes, n);
    assert.ok(Math.abs(interval.lower - lower) < 1e-10, `lower ${interval.lower}`);
    assert.ok(Math.abs(interval.upper - upper) < 1e-10, `upper ${interval.upper}`);
  });
}

const samples = fc.nat(10_000).chain((n) => fc.record({ n: fc.constant(n), successes: fc.nat(n) }));

test('the interval holds the observed share, stays in [0, 1] and widens with confidence', () => {
  fc.assert(
    fc.property(samples, ({ n, successes }) => {
      const { lower, upper } = wilsonInterval(successes, n, 0.9);
      const wide = wilsonInterval(successes, n, 0.99);
      assert.ok(0 <= wide.lower && wide.lower <= lower && upper <= wide.upper && wide.upper <= 1);
      if (n > 0) assert.ok(lower <= successes / n && successes / n <= upper);
    }),
  );
});

test('successes and failures mirror each other', () => {
  fc.assert(
    fc.property(samples, ({ n, successes }) => {
      const one = wilsonInterval(successes, n);
      const other = wilsonInterval(n - successes, n);
      assert.ok(Math.abs(one.lower - (1 - other.upper)) < 1e-12);
    }),
  );
});

for (const [successes, n, confidence] of [
  [5, 4, 0.95],
  [-1, 4, 0.95],
  [Number.NaN, 4, 0.95],
  [1, 4, 1],
  [1, 4, 95],
] as const) {
  test(`${successes} of ${n} at ${confidence} is refused`, () => {
    assert.throws(() => wilsonInterval(successes, n, confidence), RangeError);
  });
}
