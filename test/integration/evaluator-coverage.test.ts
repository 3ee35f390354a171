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

test('coverage is evaluated requests out of those observed, judged a minute after the tally', async () => {
  const inInterval = { decided_at: clickHouseTime(T0 + 30_000) };
  await clickhouse.insertRows('decisions', [
    // 6 distinct requests: r0…r4, and one whose decision arrives only while its tally is judged.
    ...Array.from({ length: 5 }, (_, n) => rawDecision(T0 + 31_000, { ...inInterval, request_id: `r${n}` })),
    rawDecision(T0 + 32_000, { ...inInterval, request_id: 'r0', policy_id: 'p2' }),
    rawDecision(T0 + 2 * MINUTE + 59_999, { ...inInterval, request_id: 'late-batch' }),
    // None of these is an evaluated request of the interval.
    rawDecision(T0 + 31_000, { ...inInterval, request_id: 'failed', outcome: 'ERROR' }),
    rawDecision(T0 + 31_000, { ...inInterval, request_id: 'shadow', mode: 'SHADOW' }),
    rawDecision(T0 + 31_000, { ...inInterval, request_id: '' }),
    rawDecision(T0 + 31_000, { ...inInterval, request_id: 'other', service: 'api' }),
    rawDecision(T0 + 3 * MINUTE, { ...inInterval, request_id: 'too-late' }),
    rawDecision(T0 + MINUTE, { decided_at: clickHouseTime(T0 + MINUTE), request_id: 'next-interval' }),
  ]);
  const interval = { interval_start: clickHouseTime(T0), interval_end: clickHouseTime(T0 + MINUTE) };
  await clickhouse.insertRows('tallies', [
    rawTally(T0 + MINUTE + 10, {
      ...interval,
      requests_in_scope: 12,
      'skipped.reason': ['health'],
      'skipped.count': [2],
    }),
    rawTally(T0 + MINUTE + 20, { ...interval, requests_in_scope: 99, observer_kind: 'ENFORCER' }),
  ]);
  await moveWatermark(clickhouse, T0 + 2 * MINUTE);
  const early = await evaluateAll(clickhouse);
  assert.equal(sloCounts(early.samples, 'coverage', '5m').total, 0);
  await moveWatermark(clickhouse, T0 + 5 * MINUTE);
  const { samples } = await evaluateAll(clickhouse);
  assert.deepEqual(sloCounts(samples, 'coverage', '5m'), { good: 6, bad: 4, total: 10, unknown: 0 });
  assert.equal(sampleOf(samples, 'docket_slo_expected', { slo: 'coverage', service: 'shop' }), 1);
  const minutes = await clickhouse.query(
    "SELECT toString(append_minute) AS judged, toString(decided_minute) AS decided FROM slo_minutes FINAL WHERE slo = 'coverage'",
  );
  assert.deepEqual(minutes, [{ judged: clickHouseTime(T0 + 2 * MINUTE), decided: clickHouseTime(T0) }]);
});

test('observers that share an interval are credited with each evaluated request once', async () => {
  await clickhouse.insertRows(
    'decisions',
    Array.from({ length: 10 }, (_, n) => rawDecision(T0 + 1000 * n, { request_id: `r${n}` })),
  );
  const interval = { interval_start: clickHouseTime(T0), interval_end: clickHouseTime(T0 + MINUTE) };
  await clickhouse.insertRows('tallies', [
    rawTally(T0 + MINUTE + 10, { ...interval, requests_in_scope: 8 }),
    rawTally(T0 + 2 * MINUTE, { ...interval, requests_in_scope: 8, observer_id: 'ingress-2' }),
  ]);
  await moveWatermark(clickhouse, T0 + 4 * MINUTE);
  const { samples } = await evaluateAll(clickhouse);
  assert.deepEqual(sloCounts(samples, 'coverage', '5m'), { good: 10, bad: 6, total: 16, unknown: 0 });
});
