import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Slo } from '../../../domain/slo/definition.ts';
import { WINDOW_NAMES } from '../../../domain/slo/windows.ts';
import { digestDefinition } from './digest-definition.ts';
import { listSeries } from './list-series.ts';

const LATENCY: Slo = {
  name: 'latency',
  description: 'fast',
  tenant: '*',
  service: '*',
  indicator: { kind: 'decision-latency', thresholdMs: 50 },
  objective: 0.99,
  windowDays: 30,
  severity: 'page',
  pageAtFourTimes: false,
  alerting: 'burn-rate',
};
const COVERAGE: Slo = { ...LATENCY, name: 'coverage', indicator: { kind: 'coverage' } };
const SHOP = { tenant: 'acme', service: 'shop', observed: false, idle: false };

test('a known service without a single event keeps its series, at total 0', () => {
  const [series] = listSeries([LATENCY], [SHOP], []);
  assert.equal(series?.windows.length, WINDOW_NAMES.length);
  assert.ok(series?.windows.every(({ total }) => total === 0));
  assert.equal(series?.expected, true);
  assert.equal(series?.budgetRemaining, null);
});

test('nothing is due from a service that says it is idle', () => {
  assert.equal(listSeries([LATENCY], [{ ...SHOP, idle: true }], [])[0]?.expected, false);
});

test('coverage is due only where somebody else than the enforcer counts', () => {
  assert.deepEqual(
    listSeries([COVERAGE], [SHOP, { ...SHOP, service: 'api', observed: true }], []).map((series) => [
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
  const [series] = listSeries([named], [SHOP], []);
  assert.deepEqual([series?.tenant, series?.service, series?.expected], ['globex', 'api', true]);
  assert.deepEqual(listSeries([{ ...LATENCY, tenant: 'globex' }], [SHOP], []), []);
});

test('a definition has another digest exactly when it counts differently', () => {
  const digest = digestDefinition(LATENCY);
  assert.match(digest, /^[0-9a-f]{16}$/);
  assert.equal(digestDefinition({ ...LATENCY, objective: 0.999, description: 'other' }), digest);
  const stricter = { ...LATENCY, indicator: { kind: 'decision-latency', thresholdMs: 20 } } as const;
  assert.notEqual(digestDefinition(stricter), digest);
  assert.notEqual(digestDefinition({ ...LATENCY, tenant: 'acme' }), digest);
});
