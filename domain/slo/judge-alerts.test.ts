import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AbsoluteSlo, OccurrencesSlo } from './definition.ts';
import { type JudgedCounts, judgeAlerts } from './judge-alerts.ts';
import type { WindowName } from './windows.ts';

const shared = {
  name: 'x',
  description: 'x',
  service: '*',
  tenant: '*',
  indicator: { kind: 'enforcement-success' },
  window: { kind: 'rolling', days: 30 },
  severity: 'page',
} as const;
const SLO: OccurrencesSlo = {
  ...shared,
  budgeting: 'occurrences',
  objective: 0.999,
  alerting: 'burn-rate',
  pageAtFourTimes: false,
};
const COUNT: AbsoluteSlo = { ...shared, budgeting: 'absolute', maxCount: 10, alerting: 'absolute' };

type Windows = Readonly<Partial<Record<WindowName, readonly [bad: number, total: number]>>>;

function judge(slo: OccurrencesSlo | AbsoluteSlo, windows: Windows, left: number | null = null): string[] {
  const of = (window: WindowName): JudgedCounts => {
    const [bad, total] = windows[window] ?? [0, 0];
    return { bad, total };
  };
  return judgeAlerts(slo, of, left)
    .filter(({ holds }) => holds === true)
    .map(({ severity, window }) => `${severity} ${window}`);
}

// 14.4 × 0.001 = 1.44 % over 1 h and 5 m; 6 over 6 h and 30 m; 4 over 12 h and 1 h; 3 over 1 d and 2 h; 1 over 3 d and 6 h.
const CASES: readonly [string, Windows, readonly string[]][] = [
  ['nothing counted: nothing holds', {}, []],
  ['a fast burn in both windows pages', { '1h': [20, 1000], '5m': [3, 100] }, ['page 1h']],
  ['what is over in the short window is quiet', { '1h': [20, 1000], '5m': [0, 100] }, []],
  ['six failures are no trend', { '1h': [6, 100], '5m': [6, 100] }, []],
  ['seven are', { '1h': [7, 100], '5m': [7, 100] }, ['page 1h']],
  ['exactly at the factor is not above it', { '6h': [60, 10_000], '30m': [60, 10_000] }, []],
  ['a slow burn makes a ticket', { '1d': [40, 10_000], '2h': [40, 10_000] }, ['ticket 1d']],
  ['the slowest tier wants more than chance', { '3d': [12, 10_000], '6h': [12, 10_000] }, []],
  ['and holds when it has that', { '3d': [30, 10_000], '6h': [12, 10_000] }, ['ticket 3d']],
];

for (const [name, windows, expected] of CASES) {
  test(`burn rates: ${name}`, () => assert.deepEqual(judge(SLO, windows), expected));
}

test('an SLO can let the 4× tier page, or have no page at all', () => {
  const windows: Windows = { '12h': [50, 10_000], '1h': [50, 10_000] };
  assert.deepEqual(judge(SLO, windows), ['ticket 12h']);
  assert.deepEqual(judge({ ...SLO, pageAtFourTimes: true }, windows), ['page 12h']);
  assert.deepEqual(judge({ ...SLO, severity: 'ticket' }, { '1h': [20, 1000], '5m': [3, 100] }), [
    'ticket 1h',
  ]);
});

test('an SLO that alerts on its ratio is judged from a hundred events on, where chance does not explain it', () => {
  const coverage: OccurrencesSlo = { ...SLO, objective: 0.95, alerting: 'ratio-bound' };
  assert.deepEqual(judge(coverage, { '30m': [14, 100], '1d': [10, 100] }), ['page 30m']);
  assert.deepEqual(judge(coverage, { '30m': [50, 99], '1d': [11, 100] }), ['ticket 1d']);
});

test('a budget of ten: two in an hour, three in six, five in a day, or all of it', () => {
  assert.deepEqual(judge(COUNT, { '1h': [1, 1], '6h': [2, 2], '1d': [4, 4] }, 0.6), []);
  assert.deepEqual(judge(COUNT, { '1h': [2, 9], '6h': [3, 9], '1d': [5, 9] }, 0.5), [
    'page 1h',
    'page 6h',
    'ticket 1d',
    'ticket budget',
  ]);
  assert.deepEqual(judge(COUNT, {}, 0), ['page budget', 'ticket budget']);
});

test('without events there is no state, which is not quiet', () => {
  const states = judgeAlerts(SLO, () => ({ bad: 0, total: 0 }), null);
  assert.deepEqual(new Set(states.map(({ holds }) => holds)), new Set([null]));
});
