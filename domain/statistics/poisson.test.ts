import assert from 'node:assert/strict';
import { test } from 'node:test';
import { poissonInterval } from './poisson.ts';

// Garwood's exact limits, as tables have them (0 → 3.689, 1 → 0.0253 … 5.572, 10 → 4.795 … 18.39).
const KNOWN: readonly [count: number, lower: number, upper: number][] = [
  [0, 0, 3.6888795],
  [1, 0.0253178, 5.5716434],
  [2, 0.2422093, 7.2246877],
  [5, 1.6234864, 11.6683321],
  [10, 4.7953887, 18.390356],
  [100, 81.3639913, 121.6267938],
];

for (const [count, lower, upper] of KNOWN) {
  test(`of ${count} events the mean lies from ${lower} to ${upper}`, () => {
    const interval = poissonInterval(count);
    assert.ok(Math.abs(interval.lower - lower) < 1e-5, String(interval.lower));
    assert.ok(Math.abs(interval.upper - upper) < 1e-5, String(interval.upper));
  });
}

test('what is no count, and no confidence, is refused', () => {
  for (const count of [-1, 1.5, Number.NaN]) assert.throws(() => poissonInterval(count), RangeError);
  for (const confidence of [0, 1, 2]) assert.throws(() => poissonInterval(1, confidence), RangeError);
});
