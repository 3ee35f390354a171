import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { evaluateAll, sampleOf, sloCounts } from '../support/evaluate-store.ts';
import {
  clickHouseTime,
  moveWatermark,
  type RawRow,
  rawDecision,
  rawOutcome,
  rawTally,
} from '../support/raw-records.ts';
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

  // 30 decisions; latency and success leave out SHADOW and the probe: 28. What is PENDING is not final yet.
  assert.deepEqual(sloCounts(samples, 'decision-latency', '5m'), { good: 27, bad: 1, total: 28, unknown: 0 });
  assert.deepEqual(sloCounts(samples, 'enforcement-success', '5m'), {
    good: 24,
    bad: 2,
    total: 26,
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

test('a decision counts once, in the minute in which it is final: by its outcome, or as bad five minutes on', async () => {
  const at = T0 + 30_000;
  const minute = (n: number) => at + n * MINUTE;
  const failed = { applied: 'FAILED', final: false };
  const second = { attempt: 2 };
  // What is decided, what is told of it, and when: in minutes after.
  const cases: readonly [decision: RawRow, told: readonly [atMs: number, outcome: RawRow][]][] = [
    ...Array.from({ length: 11 }, (): [RawRow, []] => [{}, []]),
    [{ outcome: 'ERROR', fallback: 'FAIL_CLOSED', applied: 'NOT_APPLIED' }, [[minute(1), {}]]],
    [{ applied: 'PENDING' }, [[minute(2), {}]]],
    [
      { applied: 'PENDING' },
      [
        [minute(1), failed],
        [minute(3), second],
      ],
    ],
    [{ applied: 'PENDING' }, []],
    [{ applied: 'FAILED' }, [[minute(4), second]]],
    [{ applied: 'FAILED' }, []],
    [{ applied: 'PENDING' }, [[minute(5), {}]]],
    [{ applied: 'PENDING' }, [[minute(5) + 1, {}]]],
    [{ applied: 'PENDING' }, [[T0 - 10_000, {}]]],
    [{ applied: 'PENDING' }, [[minute(1), { applied: 'FAILED' }]]],
    [{ applied: 'UNKNOWN' }, [[minute(1), {}]]],
    [{ applied: 'PENDING' }, [[minute(1), { applied: 'UNKNOWN' }]]],
    [
      { applied: 'PENDING' },
      [
        [minute(1), {}],
        [minute(2), { ...second, applied: 'FAILED' }],
      ],
    ],
    [{ applied: 'PENDING', mode: 'SHADOW' }, [[minute(1), {}]]],
    [{ applied: 'PENDING', probe_id: 'probe-1', probe_expected: 'DENY' }, [[minute(1), {}]]],
  ];
  const decisions = cases.map(([changes]) => rawDecision(at, changes));
  const outcomes = cases.flatMap(([, told], index) =>
    told.map(([atMs, changes]) => rawOutcome(atMs, decisions[index] ?? {}, changes)),
  );
  // Another enforcer's decision of the same id, of which nobody told.
  const [stranger] = outcomes;
  await clickhouse.insertRows('decisions', decisions);
  await clickhouse.insertRows('outcomes', [...outcomes, { ...stranger, enforcer_id: 'guard-9', offset: 0 }]);
  const counted = async (figure: string) =>
    (
      await clickhouse.query<{ minute: number; counts: number[] }>(
        `SELECT intDiv(toUnixTimestamp64Milli(append_minute) - ${T0}, ${MINUTE}) AS minute,
           [sum(good), sum(bad), sum(unknown)] AS counts
         FROM enforcement_minutes FINAL WHERE figure = {figure: String} GROUP BY minute ORDER BY minute`,
        { figure },
      )
    ).map(({ minute: number, counts }) => [number, ...counts]);

  // What is closed must not change.
  const closed: unknown[] = [];
  for (const end of [2, 4, 7]) {
    await moveWatermark(clickhouse, T0 + end * MINUTE);
    await evaluateAll(clickhouse);
    const now = await counted('final');
    assert.deepEqual(now.slice(0, closed.length), closed);
    closed.splice(0, closed.length, ...now);
  }
  assert.deepEqual(closed, [
    [0, 12, 1, 1],
    [1, 1, 1, 1],
    [2, 1, 0, 0],
    [3, 1, 0, 0],
    [4, 1, 0, 0],
    [5, 1, 3, 0],
  ]);
  assert.deepEqual(await counted('first'), [
    [0, 12, 3, 1],
    [1, 1, 2, 1],
    [2, 1, 0, 0],
    [5, 1, 2, 0],
  ]);
  const { samples } = await evaluateAll(clickhouse);
  const counts = { good: 17, bad: 5, total: 22, unknown: 2 };
  assert.deepEqual(sloCounts(samples, 'enforcement-success', '1h'), counts);
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
