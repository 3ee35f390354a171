import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AlertCondition, type JudgedSeries, judgeCondition } from './alert-conditions.ts';
import type { OccurrencesSlo, Slo } from './definition.ts';
import { sloAlerts } from './slo-alerts.ts';

const SLO: OccurrencesSlo = {
  ...{ name: 'latency', description: 'fast', service: '*', tenant: '*', severity: 'page' },
  indicator: { kind: 'decision-latency', thresholdMs: 50 },
  window: { kind: 'rolling', days: 30 },
  ...{ budgeting: 'occurrences', objective: 0.999, alerting: 'burn-rate', pageAtFourTimes: false },
};
const counts = (bad: number, total: number, empty = 0) => ({ good: total - bad, bad, total, empty });
const SERIES: JudgedSeries = {
  windows: new Map([
    ['5m', counts(0, 0)],
    ['1h', counts(148, 10_000)],
    ['6h', counts(6, 6)],
    ['1d', counts(144, 10_000)],
    ['3d', counts(30, 10_000)],
  ]),
  expected: true,
  budgetRemaining: 0.25,
};

test('each condition is judged as the rule does, and says by what', () => {
  const cases: readonly (readonly [AlertCondition, boolean, string])[] = [
    [{ kind: 'burn-above', window: '1h', factor: 14.4 }, true, 'burn rate over 1h: 14.8 > 14.4'],
    // Exactly at the threshold is not above it.
    [{ kind: 'burn-above', window: '1d', factor: 14.4 }, false, 'burn rate over 1d: 14.4 > 14.4'],
    [{ kind: 'burn-above', window: '5m', factor: 14.4 }, false, 'burn rate over 5m: no data > 14.4'],
    [{ kind: 'bad-at-least', window: '6h', least: 6 }, true, 'bad events over 6h: 6 >= 6'],
    [{ kind: 'bad-at-least', window: '6h', least: 7 }, false, 'bad events over 6h: 6 >= 7'],
    // Byar: 30 · (1 − 1/270 − 1.96/(3·√30))³ = 20.24
    [
      { kind: 'poisson-above', window: '3d', allowedShare: 0.001, z: 1.96 },
      true,
      'lower bound of bad events over 3d (30 of 10000): 20.24 > 10',
    ],
    [{ kind: 'bad-percent-above', window: '1h', percent: 1.5 }, false, 'bad events in % over 1h: 1.48 > 1.5'],
    [{ kind: 'total-at-least', window: '1h', least: 100 }, true, 'events over 1h: 10000 >= 100'],
    [
      { kind: 'all-bad', windows: ['6h', '1d'], least: 3 },
      true,
      'bad events: 6h: 6 of 6, 1d: 144 of 10000; at least 3, and all of one window',
    ],
    [{ kind: 'due' }, true, 'data is due: yes'],
    [{ kind: 'none-counted', window: '1h' }, false, 'events over 1h: 10000 = 0'],
    [{ kind: 'none-counted', window: '5m' }, true, 'events over 5m: 0 = 0'],
    [{ kind: 'spent-at-least', percent: 75 }, true, 'spent of the budget in %: 75 >= 75'],
    [{ kind: 'contradiction' }, false, 'windows with good > total or bad < 0: none'],
  ];
  for (const [condition, met, text] of cases) {
    const judged = judgeCondition(SLO, condition, SERIES);
    assert.deepEqual([judged.met, `${judged.what}: ${judged.comparison}`], [met, text]);
  }
});

test('a number just over its threshold does not look equal to it', () => {
  const series = { ...SERIES, windows: new Map([['1h', counts(144_001, 10_000_000)] as const]) };
  const judged = judgeCondition(SLO, { kind: 'burn-above', window: '1h', factor: 14.4 }, series);
  assert.ok(judged.met);
  assert.match(judged.comparison, /^14\.4001 > 14\.4$/);
});

test('the rule and the explanation of an alert compare with the same numbers over the same windows', () => {
  const absolute: Slo = { ...SLO, budgeting: 'absolute', maxCount: 10, alerting: 'absolute' };
  const slices: Slo = {
    ...{ ...SLO, budgeting: 'timeslices', sliceObjective: 0.9, sliceMinutes: 5 },
    alerting: 'burn-rate',
  };
  const ratio: Slo = { ...SLO, objective: 0.95, alerting: 'ratio-bound' };
  for (const slo of [SLO, absolute, slices, ratio]) {
    for (const { name, condition, conditions } of sloAlerts(slo)) {
      assert.ok(conditions.length > 0, name);
      for (const one of conditions) {
        for (const number of Object.values(one).filter((value) => typeof value === 'number')) {
          assert.match(condition, new RegExp(`(?:[>*=]+|-) ${number}\\b`), name);
        }
        if ('window' in one) assert.ok(condition.includes(`window="${one.window}"`), name);
        if ('windows' in one) assert.ok(condition.includes(one.windows.join('|')), name);
      }
    }
  }
});
