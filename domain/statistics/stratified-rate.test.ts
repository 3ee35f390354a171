import assert from 'node:assert/strict';
import { test } from 'node:test';
import { falseNegativeRate, type Stratum } from './stratified-rate.ts';

const passed = (population: number, labelled: number, violating: number): Stratum => ({
  stopped: false,
  population,
  labelled,
  violating,
});
const stopped = (population: number, labelled: number, violating: number): Stratum => ({
  ...passed(population, labelled, violating),
  stopped: true,
});

function near(actual: number | undefined, expected: number): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-4, `${actual}, not ${expected}`);
}

test('violations are weighted by how many decisions a label stands for', () => {
  // A = 10,000 · 2/100 = 200, T = 1,000 · 40/50 = 800. V_A = 24,140, V_T = 3,170: Var = 0.015576, 0.78003 in logits.
  const missed = falseNegativeRate([passed(10_000, 100, 2), stopped(1_000, 50, 40)]);
  assert.equal(missed?.rate, 0.2);
  near(missed?.lower, 0.05141);
  near(missed?.upper, 0.53557);
});

test('where every decision was labelled, nothing is left to chance', () => {
  assert.deepEqual(falseNegativeRate([passed(100, 100, 10), stopped(50, 50, 30)]), {
    rate: 0.25,
    lower: 0.25,
    upper: 0.25,
  });
});

test('several strata of one side add up', () => {
  const missed = falseNegativeRate([passed(1_000, 50, 5), passed(200, 40, 20), stopped(300, 30, 30)]);
  // A = 100 + 100, T = 300.
  assert.equal(missed?.rate, 0.4);
});

test('without a violation found on one side, the interval ends there and is open on the other', () => {
  const none = falseNegativeRate([passed(10_000, 100, 0), stopped(1_000, 50, 40)]);
  assert.deepEqual([none?.rate, none?.lower], [0, 0]);
  assert.ok((none?.upper ?? 0) > 0.05 && (none?.upper ?? 1) < 0.9, String(none?.upper));
  const all = falseNegativeRate([passed(10_000, 100, 5), stopped(1_000, 50, 0)]);
  assert.deepEqual([all?.rate, all?.upper], [1, 1]);
  assert.ok((all?.lower ?? 0) > 0.5 && (all?.lower ?? 1) < 1, String(all?.lower));
});

const UNKNOWN: readonly [string, readonly Stratum[]][] = [
  ['there are no decisions', []],
  ['a stratum with decisions has 29 labels', [passed(1_000, 29, 3), stopped(100, 50, 20)]],
  ['no violation was found at all', [passed(1_000, 100, 0), stopped(100, 50, 0)]],
];

for (const [why, strata] of UNKNOWN) {
  test(`nothing is told when ${why}`, () => assert.equal(falseNegativeRate(strata), null));
}

test('a stratum without decisions asks for no labels', () => {
  assert.equal(falseNegativeRate([passed(0, 0, 0), passed(100, 100, 10), stopped(50, 50, 30)])?.rate, 0.25);
});

test('of a thousand simulated samples about 95 % of the intervals hold the truth', () => {
  // 5,000 that passed, 4 % of them violations; 500 that were stopped, 70 %. Drawn: 300 and 100.
  const truth = 200 / (200 + 350);
  const dice = lcg(7);
  let covered = 0;
  for (let run = 0; run < 1_000; run++) {
    const draw = (population: number, violations: number, labelled: number) => {
      let left = violations;
      let found = 0;
      for (let drawn = 0; drawn < labelled; drawn++) {
        if (dice() * (population - drawn) < left) {
          found++;
          left--;
        }
      }
      return found;
    };
    const missed = falseNegativeRate([
      passed(5_000, 300, draw(5_000, 200, 300)),
      stopped(500, 100, draw(500, 350, 100)),
    ]);
    if (missed !== null && missed.lower <= truth && truth <= missed.upper) covered++;
  }
  assert.ok(covered > 930 && covered < 990, String(covered));
});

/** The same numbers in [0, 1) each time (Numerical Recipes). */
function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
