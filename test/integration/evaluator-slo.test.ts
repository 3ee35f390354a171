import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { evaluateAll, sampleOf, sloCounts } from '../support/evaluate-store.ts';
import { clickHouseTime, moveWatermark, rawDecision, rawTally } from '../support/raw-records.ts';
import { type ResultStore, startResultStore } from '../support/result-store.ts';

const T0 = Date.UTC(2026, 0, 5, 10, 0, 0);
const MINUTE = 60_000;

let store: ResultStore;
let clickhouse: ClickHouse;

before(async () => {
  store = await startResultStore();
  clickhouse = store.clickhouse;
});
after(() => store.stop());
beforeEach(() => store.clear());

test('each objective counts what its definition says, and nothing else', async () => {
  const at = T0 + 30_000;
  await clickhouse.insertRows('decisions', [
    ...Array.from({ length: 20 }, () => rawDecision(at)),
    rawDecision(at, { latency_us: 50_000 }),
    rawDecision(at, { latency_us: 50_001 }),
    rawDecision(at, { outcome: 'ERROR', fallback: 'FAIL_CLOSED', applied: 'UNKNOWN', timed_out: true }),
    rawDecision(at, { outcome: 'UNDEFINED' }),
    rawDecision(at, { applied: 'PENDING' }),
    rawDecision(at, { applied: 'UNKNOWN' }),
    rawDecision(at, { mode: 'SHADOW', latency_us: 900_000, applied: 'NOT_APPLIED' }),
    rawDecision(at, { probe_id: 'probe-1', probe_expected: 'DENY', latency_us: 900_000 }),
    rawDecision(at, { trace_id: null }),
    rawDecision(at, { 'rules.id': [], 'rules.layer': [], 'rules.effect': [], 'rules.overridden': [] }),
  ]);
  await moveWatermark(clickhouse, T0 + MINUTE);
  const { samples } = await evaluateAll(clickhouse);

  // 30 decisions; latency and success leave out SHADOW and the probe: 28.
  assert.deepEqual(sloCounts(samples, 'decision-latency', '5m'), { good: 27, bad: 1, total: 28, unknown: 0 });
  assert.deepEqual(sloCounts(samples, 'enforcement-success', '5m'), {
    good: 24,
    bad: 3,
    total: 27,
    unknown: 1,
  });
  assert.deepEqual(sloCounts(samples, 'audit-completeness', '30d'), {
    good: 28,
    bad: 2,
    total: 30,
    unknown: 0,
  });
  assert.deepEqual(sloCounts(samples, 'coverage', '5m'), { good: 0, bad: 0, total: 0, unknown: 0 });
  const series = { slo: 'decision-latency', tenant: 'acme', service: 'shop' };
  assert.equal(sampleOf(samples, 'docket_slo_expected', series), 1);
  // 1 − (1/28) / 0.01
  const remaining = sampleOf(samples, 'docket_slo_error_budget_remaining_ratio', series);
  assert.ok(Math.abs((remaining ?? 0) - (1 - 100 / 28)) < 1e-9);
  const [rolled] = await clickhouse.query(
    'SELECT sum(decisions) AS decisions, sum(timed_out) AS timed_out, sum(latency_us_sum) AS sum_us, ' +
      'max(latency_us_max) AS max_us FROM decision_minutes FINAL',
  );
  assert.deepEqual(rolled, {
    decisions: 30,
    timed_out: 1,
    sum_us: 26 * 10_000 + 100_001 + 1_800_000,
    max_us: 900_000,
  });
});

test('without 90 % known outcomes enforcement success is no data', async () => {
  await clickhouse.insertRows('decisions', [
    ...Array.from({ length: 8 }, () => rawDecision(T0)),
    rawDecision(T0, { applied: 'UNKNOWN' }),
  ]);
  await moveWatermark(clickhouse, T0 + MINUTE);
  const { samples } = await evaluateAll(clickhouse);
  assert.deepEqual(sloCounts(samples, 'enforcement-success', '1h'), {
    good: 0,
    bad: 0,
    total: 0,
    unknown: 1,
  });
  assert.equal(
    sampleOf(samples, 'docket_slo_error_budget_remaining_ratio', { slo: 'enforcement-success' }),
    undefined,
  );
});

test('late decisions count in the budget by the time they were decided, and not in alert windows', async () => {
  await clickhouse.insertRows('decisions', [
    rawDecision(T0),
    rawDecision(T0, { decided_at: clickHouseTime(T0 - 15 * MINUTE), latency_us: 90_000 }),
    rawDecision(T0, { decided_at: clickHouseTime(T0 - 15 * MINUTE - 1), latency_us: 90_000 }),
    rawDecision(T0, { decided_at: clickHouseTime(T0 - 31 * 1440 * MINUTE), latency_us: 90_000 }),
    rawDecision(T0, { decided_at: clickHouseTime(T0 + 7 * MINUTE) }),
  ]);
  await moveWatermark(clickhouse, T0 + MINUTE);
  const { samples } = await evaluateAll(clickhouse);
  assert.deepEqual(sloCounts(samples, 'decision-latency', '5m'), { good: 2, bad: 1, total: 3, unknown: 0 });
  const series = { slo: 'decision-latency', window: '5m' };
  assert.equal(sampleOf(samples, 'docket_slo_late', series), 2);
  // A clock that is ahead cannot move an event out of its budget.
  const [minutes] = await clickhouse.query<{ newest: string }>(
    'SELECT toString(max(decided_minute)) AS newest FROM slo_minutes FINAL',
  );
  assert.equal(minutes?.newest, clickHouseTime(T0));
  // Decided within 30 days: 2 good, 2 bad. 1 − (2/4) / 0.01 = −49.
  const remaining = sampleOf(samples, 'docket_slo_error_budget_remaining_ratio', { slo: 'decision-latency' });
  assert.equal(remaining, -49);
});

test('windows forget what left them, and a service that fell silent keeps its series at 0', async () => {
  await clickhouse.insertRows('decisions', [
    rawDecision(T0),
    rawDecision(T0 + 5 * MINUTE, { service: 'api' }),
  ]);
  await moveWatermark(clickhouse, T0 + 6 * MINUTE);
  const { samples } = await evaluateAll(clickhouse);
  const shop = (window: string) =>
    sampleOf(samples, 'docket_slo_total', { slo: 'decision-latency', service: 'shop', window });
  assert.equal(shop('5m'), 0);
  assert.equal(shop('30m'), 1);
  assert.equal(sampleOf(samples, 'docket_slo_expected', { slo: 'decision-latency', service: 'shop' }), 1);
});

test('heartbeats without a request mean that nothing is due', async () => {
  const idle = { requests_in_scope: 0, observer_kind: 'ENFORCER' };
  await clickhouse.insertRows('tallies', [rawTally(T0, idle), rawTally(T0 + MINUTE, idle)]);
  await moveWatermark(clickhouse, T0 + 2 * MINUTE);
  const first = await evaluateAll(clickhouse);
  assert.equal(sampleOf(first.samples, 'docket_slo_expected', { slo: 'decision-latency' }), 0);
  assert.equal(sampleOf(first.samples, 'docket_slo_self_reported', { slo: 'coverage' }), 1);
  await moveWatermark(clickhouse, T0 + 40 * MINUTE);
  const later = await evaluateAll(clickhouse);
  assert.equal(sampleOf(later.samples, 'docket_slo_expected', { slo: 'decision-latency' }), 1);
});
