import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  budgetStartMs,
  excludedSlices,
  exclusionsOf,
  isExcluded,
  periodClosesMs,
  type SloAdjustment,
} from './adjustments.ts';

const HOUR = 3_600_000;
const NOW = 1000 * HOUR;
const series = { tenant: 'acme', slo: 'latency', service: 'shop' };
const adjustment: SloAdjustment = {
  ...series,
  kind: 'EXCLUSION',
  fromMs: 900 * HOUR,
  untilMs: 902 * HOUR,
  declaredAtMs: 890 * HOUR,
};

/** Whether an event of hour 901 counts: in the budget, in the windows. */
function counts(change: Partial<SloAdjustment>, decidedMs = 901 * HOUR): readonly [boolean, boolean] {
  const exclusions = exclusionsOf([{ ...adjustment, ...change }], NOW);
  const left = (of: 'budget' | 'windows') => !isExcluded(exclusions, series, decidedMs, of);
  return [left('budget'), left('windows')];
}

for (const { what, change, budget, windows } of [
  { what: 'maintenance that was declared beforehand', change: {}, budget: false, windows: false },
  { what: 'one declared as it began', change: { declaredAtMs: 900 * HOUR }, budget: false, windows: false },
  { what: 'one declared afterwards', change: { declaredAtMs: 900 * HOUR + 1 }, budget: false, windows: true },
  { what: 'one that is not declared yet', change: { declaredAtMs: NOW + 1 }, budget: true, windows: true },
  { what: 'one until further notice', change: { untilMs: null }, budget: false, windows: false },
  { what: 'one that was over', change: { untilMs: 901 * HOUR }, budget: true, windows: true },
  {
    what: 'one without length',
    change: { fromMs: 901 * HOUR, untilMs: 901 * HOUR },
    budget: true,
    windows: true,
  },
  { what: 'one of another tenant', change: { tenant: 'globex' }, budget: true, windows: true },
  { what: 'one of another service', change: { service: 'api' }, budget: true, windows: true },
  {
    what: 'one of all services and objectives',
    change: { service: '*', slo: '*' },
    budget: false,
    windows: false,
  },
  { what: 'a correction', change: { kind: 'CORRECTION' as const }, budget: true, windows: true },
  {
    what: 'a reset later on',
    change: { kind: 'BUDGET_RESET' as const, fromMs: 950 * HOUR },
    budget: false,
    windows: true,
  },
  { what: 'a reset before', change: { kind: 'BUDGET_RESET' as const }, budget: true, windows: true },
  {
    what: 'a reset that is still to come',
    change: { kind: 'BUDGET_RESET' as const, fromMs: NOW + 1 },
    budget: true,
    windows: true,
  },
]) {
  const where = [budget ? '' : 'the budget', windows ? '' : 'the windows'].filter((text) => text !== '');
  test(`${what} leaves ${where.join(' and ') || 'nothing'} out`, () => {
    assert.deepEqual(counts(change), [budget, windows]);
  });
}

test('a budget starts with the last reset of the series in its period', () => {
  const reset = { ...adjustment, kind: 'BUDGET_RESET' as const, untilMs: null };
  const start = (...changes: readonly Partial<SloAdjustment>[]) =>
    budgetStartMs(
      changes.map((change) => ({ ...reset, ...change })),
      series,
      800 * HOUR,
      NOW,
    ) / HOUR;
  assert.equal(start(), 800);
  assert.equal(start({}), 900);
  assert.equal(start({}, { fromMs: 950 * HOUR, service: '*' }), 950);
  assert.equal(start({ fromMs: 700 * HOUR }), 800);
  assert.equal(start({ fromMs: NOW + HOUR }, { declaredAtMs: NOW + HOUR }, { tenant: 'globex' }), 800);
});

test('a period closes two days after its end, and anew with a correction that touches it', () => {
  const period = { fromMs: 800 * HOUR, toMs: 850 * HOUR, closesMs: 898 * HOUR };
  const correction = {
    ...adjustment,
    kind: 'CORRECTION' as const,
    fromMs: 840 * HOUR,
    declaredAtMs: 950 * HOUR,
  };
  assert.equal(periodClosesMs([], series, period), 898 * HOUR);
  assert.equal(periodClosesMs([correction], series, period), 950 * HOUR);
  assert.equal(periodClosesMs([{ ...correction, fromMs: 850 * HOUR }], series, period), 898 * HOUR);
  assert.equal(periodClosesMs([{ ...correction, declaredAtMs: 860 * HOUR }], series, period), 898 * HOUR);
});

const span = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 30 }), fc.boolean())
  .map(([from, length, late]) => ({
    ...adjustment,
    fromMs: from,
    untilMs: from + length,
    declaredAtMs: late ? from + 1 : from,
  }));

test('the slices that exclusions take away are those of which every moment is excluded, each once', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 5 }), fc.constantFrom('budget', 'windows'), (spans, of) => {
      const exclusions = exclusionsOf(spans, NOW);
      const sliceMs = 5;
      const range = { fromMs: 10, toMs: 50, sliceMs };
      let expected = 0;
      for (let slice = range.fromMs; slice < range.toMs; slice += sliceMs) {
        const moments = Array.from({ length: sliceMs }, (_, index) => slice + index);
        if (moments.every((moment) => isExcluded(exclusions, series, moment, of))) expected++;
      }
      assert.equal(excludedSlices(exclusions, series, range, of), expected);
    }),
    { numRuns: 300 },
  );
});

test('a reset takes no slice away: the budget that starts anew is a whole one', () => {
  const reset = exclusionsOf(
    [{ ...adjustment, kind: 'BUDGET_RESET', fromMs: 40, untilMs: null, declaredAtMs: 40 }],
    NOW,
  );
  assert.equal(excludedSlices(reset, series, { fromMs: 0, toMs: 100, sliceMs: 5 }, 'budget'), 0);
});
