import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chiSquaredUpperTail } from '../statistics/special-functions.ts';
import {
  allowedBadShare,
  burnRate,
  errorBudgetRemaining,
  poissonLowerBound,
  TIERS,
  tierErrorShare,
  tierFactor,
  unreachableTiers,
} from './burn-rate.ts';

for (const { windowDays, factors } of [
  { windowDays: 30, factors: [14.4, 6, 4, 3, 1] },
  { windowDays: 28, factors: [13.44, 5.6, 3.73333333333, 2.8, 0.933333333333] },
]) {
  test(`the factors of a ${windowDays}-day window are ${factors.join(', ')}`, () => {
    assert.deepEqual(
      TIERS.map((tier) => tierFactor(tier, windowDays)),
      factors,
    );
  });
}

for (const { bad, total, objective, burn } of [
  { bad: 0, total: 1000, objective: 0.999, burn: 0 },
  { bad: 1, total: 1000, objective: 0.999, burn: 1 },
  { bad: 144, total: 10_000, objective: 0.999, burn: 14.4 },
  { bad: 5, total: 5, objective: 0.99, burn: 100 },
  { bad: 0, total: 0, objective: 0.99, burn: null },
]) {
  test(`${bad} bad of ${total} at ${objective} burn ${burn ?? 'no data'}`, () => {
    const actual = burnRate(bad, total, objective);
    if (burn === null || actual === null) assert.equal(actual, burn);
    else assert.ok(Math.abs(actual - burn) < 1e-9, `got ${actual}`);
  });
}

const objectives = fc.double({ min: 0.01, max: 0.99999, noNaN: true });
const counts = fc
  .integer({ min: 1, max: 1_000_000 })
  .chain((total) => fc.record({ total: fc.constant(total), bad: fc.nat(total) }));

test('a budget starts at 100 %, falls with every failure, and is gone at the allowance', () => {
  fc.assert(
    fc.property(objectives, counts, (objective, { bad, total }) => {
      assert.equal(errorBudgetRemaining(0, total, objective), 1);
      const left = errorBudgetRemaining(bad, total, objective) ?? Number.NaN;
      assert.ok(left <= 1);
      if (bad > 0) assert.ok(left < (errorBudgetRemaining(bad - 1, total, objective) ?? Number.NaN));
      const atAllowance = errorBudgetRemaining(total * allowedBadShare(objective), total, objective);
      assert.ok(Math.abs(atAllowance ?? Number.NaN) < 1e-9);
    }),
  );
});

test('the burn of a sum lies between the burns of its parts', () => {
  fc.assert(
    fc.property(objectives, counts, counts, (objective, a, b) => {
      const parts = [a, b].map(({ bad, total }) => burnRate(bad, total, objective) ?? Number.NaN);
      const whole = burnRate(a.bad + b.bad, a.total + b.total, objective) ?? Number.NaN;
      assert.ok(whole >= Math.min(...parts) - 1e-9 && whole <= Math.max(...parts) + 1e-9);
    }),
  );
});

test('without events there is no budget figure either', () => {
  assert.equal(errorBudgetRemaining(0, 0, 0.99), null);
});

for (const { objective, unreachable } of [
  { objective: 0.999, unreachable: [] },
  { objective: 0.99, unreachable: [] },
  { objective: 0.95, unreachable: ['1h'] },
  { objective: 0.9, unreachable: ['1h', '6h'] },
]) {
  test(`at ${objective} the tiers over [${unreachable}] need more than half of everything to fail`, () => {
    assert.deepEqual(
      unreachableTiers(objective, 30).map((tier) => tier.long),
      unreachable,
    );
  });
}

test('at 95 % the fastest tier would need 72 % to fail', () => {
  const [fastest] = TIERS;
  assert.equal(fastest && tierErrorShare(fastest, 0.95, 30), 0.72);
});

test('the Poisson bound is the exact one to a hundredth in its coverage, and never above the count', () => {
  for (const bad of [1, 2, 3, 5, 10, 30, 100, 1000]) {
    const bound = poissonLowerBound(bad);
    assert.ok(bound >= 0 && bound < bad);
    // P(X < k | mean) = Q(k, mean): the exact bound is where that is 0.975.
    const coverage = chiSquaredUpperTail(2 * bound, 2 * bad);
    assert.ok(Math.abs(coverage - 0.975) < 0.0125, `${bad} failures: coverage ${coverage}`);
  }
});

test('no failures have the bound 0', () => {
  assert.equal(poissonLowerBound(0), 0);
});
