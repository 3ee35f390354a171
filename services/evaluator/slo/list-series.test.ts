import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SloAdjustment } from '../../../domain/slo/adjustments.ts';
import type { OccurrencesSlo } from '../../../domain/slo/definition.ts';
import { WINDOW_NAMES } from '../../../domain/slo/windows.ts';
import { digestDefinition } from './digest-definition.ts';
import { listSeries } from './list-series.ts';

const LATENCY: OccurrencesSlo = {
  name: 'latency',
  description: 'fast',
  tenant: '*',
  service: '*',
  indicator: { kind: 'decision-latency', thresholdMs: 50 },
  window: { kind: 'rolling', days: 30 },
  budgeting: 'occurrences',
  objective: 0.99,
  severity: 'page',
  pageAtFourTimes: false,
  alerting: 'burn-rate',
};
const COVERAGE: OccurrencesSlo = { ...LATENCY, name: 'coverage', indicator: { kind: 'coverage' } };
const CLOCK = { endMs: Date.UTC(2026, 0, 31), bucketMs: 60_000, adjustments: [] };
const SHOP = { tenant: 'acme', service: 'shop', observed: false, idle: false };

test('a known service without a single event keeps its series, at total 0', () => {
  const [series] = listSeries([LATENCY], [SHOP], [], CLOCK);
  assert.equal(series?.windows.length, WINDOW_NAMES.length);
  assert.ok(series?.windows.every(({ total }) => total === 0));
  assert.equal(series?.expected, true);
  assert.equal(series?.budgetRemaining, null);
});

test('nothing is due from a service that says it is idle', () => {
  assert.equal(listSeries([LATENCY], [{ ...SHOP, idle: true }], [], CLOCK)[0]?.expected, false);
});

test('coverage is due only where somebody else than the enforcer counts', () => {
  assert.deepEqual(
    listSeries([COVERAGE], [SHOP, { ...SHOP, service: 'api', observed: true }], [], CLOCK).map((series) => [
      series.service,
      series.selfReported,
      series.expected,
    ]),
    [
      ['shop', true, false],
      ['api', false, true],
    ],
  );
});

test('an SLO of one tenant and service is due before either was heard of', () => {
  const named = { ...LATENCY, tenant: 'globex', service: 'api' };
  const [series] = listSeries([named], [SHOP], [], CLOCK);
  assert.deepEqual([series?.tenant, series?.service, series?.expected], ['globex', 'api', true]);
  assert.deepEqual(listSeries([{ ...LATENCY, tenant: 'globex' }], [SHOP], [], CLOCK), []);
});

test('a definition has another digest exactly when it counts differently', () => {
  const digest = digestDefinition(LATENCY);
  assert.match(digest, /^[0-9a-f]{16}$/);
  assert.equal(digestDefinition({ ...LATENCY, objective: 0.999, description: 'other' }), digest);
  const stricter = { ...LATENCY, indicator: { kind: 'decision-latency', thresholdMs: 20 } } as const;
  assert.notEqual(digestDefinition(stricter), digest);
  assert.notEqual(digestDefinition({ ...LATENCY, tenant: 'acme' }), digest);
});

test('a budget starts with its window, its calendar period, or its last reset', () => {
  const startOf = (window: OccurrencesSlo['window'], adjustments: readonly SloAdjustment[] = []) =>
    listSeries([{ ...LATENCY, window }], [SHOP], [], { ...CLOCK, adjustments })[0]?.budgetStartMs;
  const startDate = { year: 2026, month: 1, day: 1 };
  assert.equal(startOf({ kind: 'rolling', days: 30 }), Date.UTC(2026, 0, 1));
  const month = { kind: 'calendar', unit: 'month', timeZone: 'Europe/Berlin', startDate } as const;
  assert.equal(startOf(month), Date.UTC(2025, 11, 31, 23));
  const resetMs = Date.UTC(2026, 0, 20);
  const reset = { tenant: 'acme', slo: 'latency', service: '*', kind: 'BUDGET_RESET' } as const;
  const times = { fromMs: resetMs, untilMs: null, declaredAtMs: resetMs };
  assert.equal(startOf(month, [{ ...reset, ...times }]), resetMs);
  assert.equal(startOf(month, [{ ...reset, ...times, tenant: 'globex' }]), Date.UTC(2025, 11, 31, 23));
});
