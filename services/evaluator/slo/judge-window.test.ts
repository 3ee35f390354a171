import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeBudget, judgeWindow, NO_EVENTS } from './judge-window.ts';

const counts = (good: number, bad: number, unknown: number) => ({
  good,
  bad,
  total: good + bad,
  unknown,
  late: 3,
  empty: 0,
});

test('a window is judged when at least 90 % of its events are known, and is no data below', () => {
  assert.deepEqual(judgeWindow(counts(80, 10, 10), 'occurrences'), counts(80, 10, 10));
  assert.deepEqual(judgeWindow(counts(80, 9, 11), 'occurrences'), { ...NO_EVENTS, unknown: 11, late: 3 });
  assert.deepEqual(judgeWindow(NO_EVENTS, 'occurrences'), NO_EVENTS);
});

const shared = {
  name: 'success',
  description: 'It works.',
  tenant: '*',
  service: '*',
  indicator: { kind: 'enforcement-success' },
  window: { kind: 'rolling', days: 30 },
  severity: 'page',
} as const;

test('a budget is what is left of the allowance, and nothing is known without events', () => {
  const slo = {
    ...shared,
    budgeting: 'occurrences',
    objective: 0.99,
    alerting: 'burn-rate',
    pageAtFourTimes: false,
  } as const;
  assert.equal(judgeBudget(slo, counts(999, 1, 0), 0), 0.9);
  assert.equal(judgeBudget(slo, counts(0, 0, 0), 0), null);
  assert.equal(judgeBudget(slo, counts(1, 0, 99), 0), null);
});

test('a count is spent by every bad event that is known, however much is not', () => {
  const slo = { ...shared, budgeting: 'absolute', maxCount: 10, alerting: 'absolute' } as const;
  assert.equal(judgeBudget(slo, counts(1_000_000, 4, 0), 0), 0.6);
  assert.equal(judgeBudget(slo, counts(1, 12, 500), 0), 1 - 12 / 10);
  assert.equal(judgeBudget(slo, counts(1, 0, 500), 0), null);
  assert.deepEqual(judgeWindow(counts(1, 2, 500), 'absolute'), {
    ...NO_EVENTS,
    bad: 2,
    total: 2,
    unknown: 500,
    late: 3,
  });
});

test('slices without traffic are good, and are no data by themselves', () => {
  const slices = (good: number, bad: number, empty: number) => ({ ...counts(good, bad, 0), empty });
  assert.deepEqual(judgeWindow(slices(60, 0, 60), 'timeslices'), slices(60, 0, 60));
  const slo = {
    ...shared,
    budgeting: 'timeslices',
    objective: 0.99,
    sliceObjective: 0.95,
    sliceMinutes: 1,
    alerting: 'burn-rate',
    pageAtFourTimes: false,
  } as const;
  // 43,200 minutes allow 432 bad ones: 108 of them leave three quarters.
  assert.equal(judgeBudget(slo, slices(43_092, 108, 40_000), 43_200), 0.75);
  assert.equal(judgeBudget(slo, slices(43_200, 0, 43_200), 43_200), null);
});
