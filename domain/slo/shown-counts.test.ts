import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { burnRate } from './burn-rate.ts';
import { GAUGES } from './metric-names.ts';
import { LEAN_WINDOWS, mostShown, showCounts } from './shown-counts.ts';
import { WINDOW_NAMES } from './windows.ts';

const few = { objective: 0.99, ofSlices: false, lean: false };
const many = { ...few, lean: true };
const calm = { good: 10, bad: 0, total: 10, unknown: 0, late: 0, empty: 0 };

test('of few objectives every count is shown, of very many only what cannot be told without', () => {
  const { good, bad, total, unknown, late } = GAUGES;
  const shown = (counts: typeof calm, how: typeof few) =>
    showCounts('1h', counts, how)
      .map(([gauge]) => gauge)
      .toSorted();
  assert.deepEqual(shown(calm, few), [good, bad, total, unknown, late].toSorted());
  assert.deepEqual(shown(calm, many), [total]);
  assert.deepEqual(shown({ ...calm, good: 9, bad: 1 }, many), [bad, total, GAUGES.burnRate].toSorted());
  assert.deepEqual(shown({ ...calm, good: 11 }, many), [good, total].toSorted());
  assert.deepEqual(shown({ ...calm, unknown: 1, late: 2 }, many), [total, unknown, late].toSorted());
});

test('a burn rate is shown where something failed, whose budget is a share', () => {
  const failed = { ...calm, good: 9, bad: 1 };
  for (const how of [few, many]) {
    assert.equal(new Map(showCounts('5m', failed, how)).get(GAUGES.burnRate), burnRate(1, 10, 0.99));
    assert.equal(new Map(showCounts('5m', { ...failed, bad: -1 }, how)).get(GAUGES.burnRate), undefined);
    const counted = showCounts('5m', failed, { ...how, objective: null });
    assert.equal(new Map(counted).get(GAUGES.burnRate), undefined);
  }
});

const count = fc.integer({ min: -1, max: 3 });
const anyCounts = fc.record({
  ...{ good: count, bad: count, total: count, unknown: count, late: count, empty: count },
});

test('what is not shown of very many objectives follows from what is', () => {
  fc.assert(
    fc.property(anyCounts, fc.constantFrom(...WINDOW_NAMES), fc.boolean(), (counts, window, ofSlices) => {
      const all = new Map(showCounts(window, counts, { ...few, ofSlices }));
      const shown = new Map(showCounts(window, counts, { ...many, ofSlices }));
      const value = (gauge: string) => shown.get(gauge) ?? 0;
      const isLong = LEAN_WINDOWS.includes(window);
      for (const [gauge, whole] of all) {
        if (gauge === GAUGES.good) {
          const good = shown.get(gauge) ?? value(GAUGES.total) - value(GAUGES.bad);
          if (isLong) assert.equal(good, whole);
        } else if (isLong || (gauge !== GAUGES.unknown && gauge !== GAUGES.late)) {
          assert.equal(value(gauge), whole);
        }
      }
    }),
  );
});

test('no objective shows more series than it is said to at most', () => {
  for (const ofSlices of [false, true]) {
    for (const lean of [false, true]) {
      const failing = { good: 5, bad: 1, total: 7, unknown: 1, late: 1, empty: 1 };
      const shown = WINDOW_NAMES.flatMap((window) =>
        showCounts(window, failing, { objective: 0.9, ofSlices, lean }),
      );
      assert.equal(shown.length, mostShown(WINDOW_NAMES, ofSlices, lean));
    }
  }
});
