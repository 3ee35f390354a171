import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OccurrencesSlo } from '../../../domain/slo/definition.ts';
import { WINDOW_NAMES, type WindowName } from '../../../domain/slo/windows.ts';
import { judgeSlos } from './judge-slos.ts';
import type { Counts, OverviewData, SloState } from './overview-data.ts';
import { renderSlos } from './render-slos.ts';

const SLO: OccurrencesSlo = {
  name: 'enforcement-success',
  description: 'it works',
  service: '*',
  tenant: '*',
  indicator: { kind: 'enforcement-success' },
  window: { kind: 'rolling', days: 30 },
  severity: 'page',
  budgeting: 'occurrences',
  objective: 0.999,
  alerting: 'burn-rate',
  pageAtFourTimes: false,
};
const NOTHING: Counts = { bad: 0, total: 0, unknown: 0 };
const AT_MS = Date.UTC(2026, 0, 5, 10);

function stateOf(counts: Partial<Record<WindowName, Counts>>, changes: Partial<SloState> = {}): SloState {
  const windows = Object.fromEntries(WINDOW_NAMES.map((name) => [name, counts[name] ?? NOTHING]));
  return {
    slo: SLO.name,
    service: 'shop',
    untilMs: AT_MS,
    windows: windows as Record<WindowName, Counts>,
    expected: true,
    budgetRemaining: null,
    budgetStartMs: null,
    ...changes,
  };
}

function lineOf(slos: readonly SloState[], inForce: OverviewData['inForce'] = []) {
  const data: OverviewData = {
    nowMs: AT_MS,
    closed: { untilMs: AT_MS, bucketMs: 60_000 },
    outcomes: [],
    minutes: [],
    services: [{ service: 'shop', observed: true }],
    slos,
    inForce,
    drift: [],
    reviews: [],
    quarantine: [],
    unattributed: 0,
    duplicates: [],
    enforcers: [],
    deploys: [],
  };
  const [line] = judgeSlos(data, [SLO], 'acme');
  assert.ok(line);
  return line;
}

const burning = stateOf(
  { '5m': { bad: 3, total: 100, unknown: 0 }, '1h': { bad: 20, total: 1000, unknown: 0 } },
  { budgetRemaining: -0.25, budgetStartMs: Date.UTC(2026, 0, 1) },
);

test('what burns shows its rate, its alert, what is left, and which policy came last', () => {
  const line = lineOf(
    [burning],
    [
      { service: 'shop', policyId: 'p1', policyVersion: '2', step: 'ACTIVATED', sinceMs: AT_MS - 60_000 },
      { service: 'shop', policyId: 'p0', policyVersion: '9', step: 'ACTIVATED', sinceMs: AT_MS - 90_000 },
      { service: 'api', policyId: 'p7', policyVersion: '1', step: 'ACTIVATED', sinceMs: AT_MS },
    ],
  );
  assert.deepEqual(line.burn['1h'], { value: 20, status: 'bad' });
  assert.deepEqual(line.burn['3d'], { value: null, status: 'none' });
  assert.deepEqual(line.budget, { value: -0.25, status: 'bad' });
  assert.equal(line.since?.policyId, 'p1');
  const page = renderSlos([line], 'acme');
  assert.match(page, /page 1h/);
  assert.match(page, /-25\.0 %/);
  assert.match(page, /p1 <b>2<\/b>, active since 5 Jan 09:59/);
  assert.match(page, /since 1 Jan 00:00/);
  const href = /href="([^"]+)"/.exec(page)?.[1]?.replaceAll('&#38;', '&').replaceAll('&#61;', '=');
  assert.equal(href, '/go?slo=enforcement-success&tenant=acme&service=shop&at=1767607200');
});

test('silence is never quiet', () => {
  for (const [states, words] of [
    [[], /not evaluated yet/],
    [[stateOf({})], /nothing was counted/],
    [[stateOf({}, { expected: false })], /nothing to decide/],
    [[stateOf({ '1h': { bad: 0, total: 0, unknown: 7 } })], /7 cannot/],
  ] as const) {
    const line = lineOf(states);
    assert.match(line.noData, words);
    assert.match(renderSlos([line], 'acme'), /not judged/);
    assert.doesNotMatch(renderSlos([line], 'acme'), /pill good/);
  }
});
