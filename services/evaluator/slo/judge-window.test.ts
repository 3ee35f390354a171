import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeBudget, judgeWindow, NO_EVENTS } from './judge-window.ts';

const counts = (good: number, bad: number, unknown: number) => ({
  good,
  bad,
  total: good + bad,
  unknown,
  late: 3,
});

test('a window is judged when at least 90 % of its events are known, and is no data below', () => {
  assert.deepEqual(judgeWindow(counts(80, 10, 10)), counts(80, 10, 10));
  assert.deepEqual(judgeWindow(counts(80, 9, 11)), { ...NO_EVENTS, unknown: 11, late: 3 });
  assert.deepEqual(judgeWindow(NO_EVENTS), NO_EVENTS);
});

test('a budget is what is left of the allowance, and nothing is known without events', () => {
  assert.equal(judgeBudget(counts(999, 1, 0), 0.99), 0.9);
  assert.equal(judgeBudget(counts(0, 0, 0), 0.99), null);
  assert.equal(judgeBudget(counts(1, 0, 99), 0.99), null);
});
