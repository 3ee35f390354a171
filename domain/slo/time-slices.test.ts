import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countBudgetRemaining, countSlices, judgeSlice, sliceBudgetRemaining } from './time-slices.ts';

for (const { good, total, unknown, verdict } of [
  { good: 95, total: 100, unknown: 0, verdict: 'good' },
  { good: 94, total: 100, unknown: 0, verdict: 'bad' },
  { good: 19, total: 20, unknown: 0, verdict: 'good' },
  { good: 0, total: 0, unknown: 0, verdict: 'empty' },
  { good: 0, total: 0, unknown: 3, verdict: 'unknown' },
  { good: 9, total: 9, unknown: 1, verdict: 'good' },
  { good: 17, total: 17, unknown: 2, verdict: 'unknown' },
]) {
  test(`a slice with ${good} good of ${total}, ${unknown} unknown, is ${verdict} at 95 %`, () => {
    assert.equal(judgeSlice({ good, total, unknown }, 0.95), verdict);
  });
}

test('slices without traffic are good, and are told apart', () => {
  assert.deepEqual(countSlices(60, { good: 40, bad: 5, unknown: 3 }), {
    good: 52,
    bad: 5,
    total: 57,
    unknown: 3,
    empty: 12,
  });
});

test('a budget of slices is known for the whole period beforehand', () => {
  // 31 days less one hour, in minutes, at 99.9 %: 44.58 bad minutes are allowed.
  const march = 31 * 1440 - 60;
  const left = sliceBudgetRemaining(countSlices(1440, { good: 1420, bad: 20, unknown: 0 }), march, 0.999);
  assert.ok(left !== null && Math.abs(left - (1 - 20 / 44.58)) < 1e-12);
});

test('a period in which nothing was heard of, or too little is known, has no figure', () => {
  assert.equal(sliceBudgetRemaining(countSlices(1440, { good: 0, bad: 0, unknown: 0 }), 43_200, 0.99), null);
  assert.equal(sliceBudgetRemaining(countSlices(1440, { good: 8, bad: 0, unknown: 1 }), 43_200, 0.99), null);
});

test('10 a month: each bad event is a tenth, and the eleventh overspends', () => {
  assert.deepEqual(
    [0, 1, 5, 10, 11].map((bad) => Math.round(100 * countBudgetRemaining(bad, 10))),
    [100, 90, 50, 0, -10],
  );
});

test('a budget of slices starts at 100 %, falls with every bad slice, and does not care for order', () => {
  const judged = fc.record({ good: fc.nat(500), bad: fc.nat(500), unknown: fc.constant(0) });
  fc.assert(
    fc.property(
      judged,
      fc.nat(1000),
      fc.double({ min: 0.5, max: 0.9999, noNaN: true }),
      (one, idle, objective) => {
        fc.pre(one.good > 0);
        const slices = one.good + one.bad + idle;
        const counts = countSlices(slices, one);
        assert.equal(counts.total, slices);
        assert.equal(counts.empty, idle);
        const left = sliceBudgetRemaining(counts, slices, objective) ?? Number.NaN;
        assert.equal(left === 1, one.bad === 0);
        const worse = countSlices(slices + 1, { ...one, bad: one.bad + 1 });
        assert.ok((sliceBudgetRemaining(worse, slices, objective) ?? Number.NaN) < left);
      },
    ),
    { numRuns: 200 },
  );
});
