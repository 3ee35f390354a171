import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { evaluateAll, sampleOf } from '../support/evaluate-store.ts';
import {
  clickHouseTime,
  moveWatermark,
  rawDecision,
  rawLabel,
  rawQuarantine,
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

test('a sequence that was announced and never came is missing once it had time to settle', async () => {
  const numbered = (n: number) => rawDecision(T0, { enforcer_sequence: n });
  await clickhouse.insertRows('decisions', [
    ...[0, 1, 4, 6].map(numbered),
    rawDecision(T0, { enforcer_id: 'opa-1', enforcer_sequence: null }),
  ]);
  const producer = { tenant_id: 'acme', producer_id: 'guard-1', epoch: 1 };
  await clickhouse.insertRows('quarantine', [
    rawQuarantine(T0, { ...producer, sequence: 2 }),
    rawQuarantine(T0),
  ]);
  await clickhouse.insertRows('duplicates', [
    {
      topic: 'docket.decisions.v1',
      offset: 1,
      append_time: clickHouseTime(T0),
      ...producer,
      sequence: 4,
      content: 'same',
    },
  ]);
  await clickhouse.insertRows('tallies', [
    rawTally(T0, { observer_id: 'guard-1', observer_kind: 'ENFORCER', next_sequence: 9 }),
  ]);
  await moveWatermark(clickhouse, T0 + 5 * MINUTE);
  const settling = await evaluateAll(clickhouse);
  assert.equal(sampleOf(settling.samples, 'docket_sequences_missing', { tenant: 'acme' }), undefined);
  await moveWatermark(clickhouse, T0 + 6 * MINUTE);
  const { samples } = await evaluateAll(clickhouse);
  // Announced 0…8; seen 0, 1, 2, 4, 6.
  assert.equal(sampleOf(samples, 'docket_sequences_missing', { tenant: 'acme' }), 4);
  assert.equal(sampleOf(samples, 'docket_enforcers_unnumbered', { tenant: 'acme' }), 1);
  assert.equal(sampleOf(samples, 'docket_quarantined_records', { reason: 'empty_tenant', window: '1h' }), 2);
  assert.equal(sampleOf(samples, 'docket_quarantined_records', { reason: 'empty_tenant', window: '5m' }), 0);
});

test('a changed outcome mix is drift; the same mix is not; too little is neither', async () => {
  const mix = (from: number, policy: string, allow: number, deny: number) => [
    ...Array.from({ length: allow }, () => rawDecision(from, { policy_id: policy })),
    ...Array.from({ length: deny }, () => rawDecision(from, { policy_id: policy, outcome: 'DENY' })),
  ];
  await clickhouse.insertRows('decisions', [
    ...mix(T0, 'changed', 450, 50),
    ...mix(T0, 'steady', 450, 50),
    ...mix(T0, 'small', 450, 50),
    ...mix(T0, 'new', 300, 0),
    ...mix(T0 + 3 * MINUTE, 'changed', 200, 100),
    ...mix(T0 + 3 * MINUTE, 'steady', 270, 30),
    ...mix(T0 + 3 * MINUTE, 'small', 190, 9),
  ]);
  await moveWatermark(clickhouse, T0 + 4 * MINUTE);
  const { samples } = await evaluateAll(clickhouse);
  const rows = await clickhouse.query<{
    policy_id: string;
    verdict: string;
    n_reference: number;
    n_current: number;
  }>(
    `SELECT policy_id, verdict, n_reference, n_current FROM drift_results FINAL
     WHERE append_minute = fromUnixTimestamp64Milli(${T0 + 3 * MINUTE}, 'UTC') ORDER BY policy_id`,
  );
  assert.deepEqual(rows, [
    { policy_id: 'changed', verdict: 'drift', n_reference: 500, n_current: 300 },
    { policy_id: 'new', verdict: 'insufficient_data', n_reference: 0, n_current: 300 },
    { policy_id: 'small', verdict: 'insufficient_data', n_reference: 500, n_current: 199 },
    { policy_id: 'steady', verdict: 'ok', n_reference: 500, n_current: 300 },
  ]);
  // χ² of [[450, 50], [200, 100]]: expected 406.25, 93.75, 243.75, 56.25.
  const chi = 43.75 ** 2 * (1 / 406.25 + 1 / 93.75 + 1 / 243.75 + 1 / 56.25);
  const [changed] = await clickhouse.query<{ chi_squared: number; psi: number }>(
    "SELECT chi_squared, psi FROM drift_results FINAL WHERE verdict = 'drift'",
  );
  assert.ok(Math.abs((changed?.chi_squared ?? 0) - chi) < 1e-9);
  assert.equal(sampleOf(samples, 'docket_drift_psi', { policy: 'changed' }), changed?.psi);
  assert.equal(sampleOf(samples, 'docket_drift_psi', { policy: 'small' }), undefined);
  assert.equal(sampleOf(samples, 'docket_drift_verdict', { policy: 'changed', verdict: 'drift' }), 1);
  assert.equal(sampleOf(samples, 'docket_drift_verdict', { policy: 'steady', verdict: 'drift' }), 0);
  // Only the last minute could be judged.
  for (const [policy, judged, alerted] of [
    ['changed', 1, 1],
    ['steady', 1, 0],
    ['small', undefined, undefined],
  ] as const) {
    assert.equal(sampleOf(samples, 'docket_drift_minutes', { policy, window: '1h' }), judged);
    assert.equal(sampleOf(samples, 'docket_drift_minutes_alerted', { policy, window: '1d' }), alerted);
  }
});

test('the false-positive rate counts the newest random label of each block', async () => {
  const blocks = Array.from({ length: 32 }, () => rawDecision(T0, { outcome: 'DENY' }));
  const allowed = rawDecision(T0);
  const after = rawDecision(T0 + 3 * MINUTE, { outcome: 'DENY' });
  await clickhouse.insertRows('decisions', [...blocks, allowed, after]);
  const [first, second, third, ...rest] = blocks;
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  const legitimate = { verdict: 'LEGITIMATE' };
  await clickhouse.insertRows('labels', [
    ...rest.map((block) => rawLabel(T0 + MINUTE, block)),
    rawLabel(T0 + MINUTE, first, legitimate),
    // Overruled, unsure, appeals, allowed ones and unknown decisions do not count as they stand.
    rawLabel(T0 + MINUTE, second),
    rawLabel(T0 + 2 * MINUTE, second, legitimate),
    rawLabel(T0 + MINUTE, third, legitimate),
    rawLabel(T0 + 2 * MINUTE, third, { verdict: 'UNSURE' }),
    rawLabel(T0 + 2 * MINUTE, first, { source: 'APPEAL' }),
    rawLabel(T0 + MINUTE, allowed, legitimate),
    rawLabel(T0 + MINUTE, rawDecision(T0), legitimate),
    // The label came first.
    rawLabel(T0 + MINUTE, after, legitimate),
  ]);
  await moveWatermark(clickhouse, T0 + MINUTE);
  const none = await evaluateAll(clickhouse);
  assert.equal(sampleOf(none.samples, 'docket_false_positive_insufficient', { policy: '*' }), 1);
  assert.equal(sampleOf(none.samples, 'docket_false_positive_ratio', { policy: '*' }), undefined);
  await moveWatermark(clickhouse, T0 + 4 * MINUTE);
  const { samples } = await evaluateAll(clickhouse);
  // 29 violations, first and second legitimate, third unsure; and the one labelled early.
  for (const policy of ['*', 'p1']) {
    assert.equal(sampleOf(samples, 'docket_false_positive_labelled_blocks', { policy }), 32);
    assert.equal(sampleOf(samples, 'docket_false_positive_ratio', { policy }), 3 / 32);
  }
  const byMinute = await clickhouse.query<{ blocks: number }>(
    "SELECT blocks_labelled AS blocks FROM review_results FINAL WHERE policy_id = '*' ORDER BY append_minute",
  );
  assert.deepEqual(
    byMinute.map(({ blocks }) => blocks),
    [0, 32, 31, 32],
  );
});

test('ways of decisions are told apart, each with the newest decision that took it', async () => {
  const denied = {
    outcome: 'DENY',
    model_id: 'gpt',
    model_version: '4',
    'rules.id': ['r2', 'r1', 'r3', 'r1'],
    'rules.layer': [null, null, null, null],
    'rules.effect': ['Deny', 'deny', 'deny', 'deny'],
    'rules.overridden': [false, false, true, false],
  };
  const newest = rawDecision(T0 + 30_000, { ...denied, latency_us: 30_000 });
  const decisions = [
    newest,
    rawDecision(T0, denied),
    rawDecision(T0, denied),
    rawDecision(T0 + 1),
    rawDecision(T0 + 2, { mode: 'SHADOW' }),
    rawDecision(T0 + 2, { probe_id: 'p' }),
    rawDecision(T0 + 2, { decided_at: clickHouseTime(T0 - 16 * MINUTE) }),
    ...Array.from({ length: 201 }, (_, n) => rawDecision(T0 + MINUTE, { policy_version: String(n) })),
  ];
  await clickhouse.insertRows('decisions', decisions);
  await moveWatermark(clickhouse, T0 + 2 * MINUTE);
  await evaluateAll(clickhouse);
  const [first, second, ...none] = await clickhouse.query<Record<string, unknown>>(
    `SELECT outcome, model_id, rules, blocking, decisions, latency_us_sum, latency_us_max, newest_decision_id
     FROM path_minutes FINAL WHERE append_minute < fromUnixTimestamp64Milli(${T0 + MINUTE}, 'UTC')
     ORDER BY decisions DESC`,
  );
  assert.deepEqual(first, {
    outcome: 'DENY',
    model_id: 'gpt',
    rules: ['r1', 'r2', 'r3'],
    blocking: ['r1', 'r2'],
    decisions: 3,
    latency_us_sum: 50_000,
    latency_us_max: 30_000,
    newest_decision_id: newest.decision_id,
  });
  assert.deepEqual(
    [second?.outcome, second?.model_id, second?.blocking, second?.decisions],
    ['ALLOW', '', [], 1],
  );
  assert.deepEqual(none, []);
  const [bounded] = await clickhouse.query<{ ways: number }>(
    `SELECT count() AS ways FROM path_minutes FINAL
     WHERE append_minute = fromUnixTimestamp64Milli(${T0 + MINUTE}, 'UTC')`,
  );
  assert.equal(bounded?.ways, 200);
});
