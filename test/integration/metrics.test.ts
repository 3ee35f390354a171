import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { COUNTS, RESULT_EXPORTS } from '../../domain/metrics/catalogue.ts';
import { LEVEL_GAUGES } from '../../domain/metrics/result-gauges.ts';
import { INCIDENTS } from '../../services/evaluator/drivers/level-sql.ts';
import { minuteParameters } from '../../services/evaluator/drivers/minute-sql.ts';
import type { Sample } from '../../services/evaluator/metrics.ts';
import { evaluateAll, RESULT_TABLES, sampleOf } from '../support/evaluate-store.ts';
import { METRICS_END, METRICS_T0, storeMetricRecords } from '../support/metric-records.ts';
import { moveWatermark, rawDecision } from '../support/raw-records.ts';
import { type ResultStore, startResultStore } from '../support/result-store.ts';

const MINUTE = 60_000;

let store: ResultStore;
let samples: readonly Sample[];
let rows: readonly object[];

before(async () => {
  store = await startResultStore();
  await storeMetricRecords(store.clickhouse);
  await moveWatermark(store.clickhouse, METRICS_END);
  ({ samples } = await evaluateAll(store.clickhouse, { now: METRICS_END }));
  rows = await readRows();
});
after(() => store.stop());

const named = (gauge: string) => `docket_${gauge}`;

function readRows(): Promise<object[]> {
  return store.clickhouse.query('SELECT * FROM metric_minutes FINAL ORDER BY ALL');
}

type Labels = Readonly<Record<string, string>>;
const shop: Labels = { tenant: 'acme', service: 'shop' };
const api: Labels = { tenant: 'acme', service: 'api' };
const gateService: Labels = { tenant: 'acme', service: 'gate' };
const acme: Labels = { tenant: 'acme' };
const latency = (cached: string, quantile: string): Labels => ({ ...shop, cached, quantile });
const gate = (enforcement_point: string): Labels => ({ ...gateService, enforcement_point });
const p1: Labels = { tenant: 'acme', policy: 'p1' };
const p5: Labels = { tenant: 'acme', policy: 'p5' };
const p9: Labels = { tenant: 'globex', policy: 'p9' };
const eu: Labels = { ...p9, region: 'eu-1' };
const pm: Labels = { tenant: 'initech', policy: 'pm' };
const sev = (severity: string): Labels => ({ tenant: 'acme', severity, window: '' });
const ingress: Labels = { ...shop, observer: 'INGRESS' };

/** Over one hour unless the labels say another window: a gauge without `docket_`, its labels, and what it must be. */
const CASES: readonly (readonly [
  metric: string,
  gauge: string,
  labels: Labels,
  expected: number | undefined,
])[] = [
  // 10, 20, … 100 ms: ⌈.5 · 10⌉ = 5, ⌈.9 · 10⌉ = 9, ⌈.99 · 10⌉ = 10; cached 10, 20, 30; uncached 40 … 100.
  ['M1', 'decision_latency_seconds', latency('any', '0.5'), 0.05],
  ['M1', 'decision_latency_seconds', latency('any', '0.9'), 0.09],
  ['M1', 'decision_latency_seconds', latency('any', '0.99'), 0.1],
  ['M1', 'decision_latency_seconds', latency('true', '0.5'), 0.02],
  ['M1', 'decision_latency_seconds', latency('false', '0.5'), 0.07],
  ['M1', 'decision_latency_seconds', { ...latency('any', '0.5'), window: '5m' }, undefined],
  ['M3', 'requests_in_scope', ingress, 25],
  ['M3', 'requests_skipped', ingress, 4],
  ['M3', 'requests_evaluated', ingress, 17],
  ['M3', 'requests_failed', ingress, 2],
  ['M3', 'requests_in_scope', { ...shop, observer: 'ENFORCER' }, 9],
  ['M4', 'policy_decisions', { ...p1, version: '1' }, 10],
  ['M4', 'policy_hits', { ...p1, version: '1' }, 9],
  ['M4', 'policy_denied', { ...p1, version: '1' }, 1],
  // r1 stands twice in one decision, and the one that failed open matched nothing.
  ['M4', 'rule_hits', { ...p1, rule: 'r1' }, 9],
  ['M4', 'rule_hits', { ...p1, rule: 'r2' }, 1],
  ['A1', 'decisions', shop, 10],
  ['A1', 'decisions_errors', shop, 2],
  ['A1', 'decisions_denied', shop, 1],
  // 17 less 2 probes, one in shadow, one late.
  ['A1', 'decisions', api, 13],
  ['A1', 'decisions', { ...api, window: '5m' }, 1],
  ['A1', 'decisions_undefined', gateService, 1],
  ['A1', 'decisions_warned', api, 1],
  ['A2', 'decisions_fail_open', shop, 1],
  ['A2', 'decisions_fail_closed', shop, 1],
  ['A2', 'decisions_fallback', shop, 3],
  ['A2', 'decisions_fail_open', api, 0],
  ['A3', 'decisions_fail_open_high_risk', shop, 1],
  ['A3', 'decisions_fail_open_high_risk', api, 1],
  ['A4', 'decisions_timed_out', shop, 1],
  ['A5', 'decisions_cached', shop, 3],
  ['A5', 'decisions_cache_aged', shop, 2],
  ['A5', 'cache_age_micros', shop, 3_000_000],
  ['A6', 'decisions_fallback_model', shop, 1],
  ['A6', 'decisions_rate_limited', shop, 1],
  ['A7', 'point_decisions', gate('ADMISSION'), 2],
  ['A7', 'point_denied', gate('ADMISSION'), 1],
  ['A7', 'point_denied', gate('CI_CD'), 1],
  ['A7', 'point_denied', gate('EDGE'), 0],
  ['L8', 'point_decisions', gate('SERVERLESS'), 3],
  ['L8', 'point_failed', gate('SERVERLESS'), 2],
  ['A8', 'probes', api, 2],
  ['A8', 'probes_missed', api, 1],
  ['A8', 'probes_high_risk', api, 1],
  ['A8', 'probes_missed_high_risk', api, 1],
  // The newest tallies say 7 and 2; 40 was before.
  ['A9', 'backlog_events', { ...shop, window: '' }, 9],
  ['A9', 'backlog_events', { ...api, window: '' }, undefined],
  ['M9', 'policy_deploys', p5, 2],
  ['M9', 'policy_deploy_failures', p5, 1],
  ['M9', 'policy_gates_passed', p5, 1],
  ['M9', 'policy_gates_failed', p5, 1],
  ['M15', 'policy_activations', { ...p5, window: '30d' }, 1],
  ['M15', 'policy_rollbacks', { ...p5, window: '30d' }, 2],
  ['A10', 'policy_rollbacks_timed', p5, 1],
  ['A10', 'policy_rollback_micros', p5, 90_000_000],
  ['M12', 'rule_conflicts', { tenant: 'acme', service: 'duel' }, 2],
  ['M12', 'policy_conflicts_found', p5, 4],
  ['A11', 'version_judged', eu, 8],
  // Version 0; version 1 after 2 was active; another bundle under the name of version 2.
  ['A11', 'version_skewed', eu, 3],
  ['A11', 'version_skewed', { ...p9, region: 'us-1' }, 0],
  // Approved by its author; and not at all.
  ['A12', 'policy_changes_unauthorised', p5, 1],
  ['A12', 'policy_changes_unauthorised', p9, 1],
  ['A12', 'version_unapproved', eu, 4],
  ['A13', 'decisions_unsigned_policy', shop, 1],
  ['A13', 'decisions_signature_known', shop, 2],
  ['M6', 'labelled_allows', { ...p1, window: '' }, 3],
  ['M6', 'labelled_allows_violating', { ...p1, window: '' }, 1],
  ['M6', 'decisions_in_stratum', { ...pm, stratum: 'pass.low', window: '30d' }, 80],
  ['M6', 'decisions_in_stratum', { ...pm, stratum: 'block.low', window: '30d' }, 30],
  // 80 · 4/40 = 8 were missed, 24 caught.
  ['M6', 'false_negative_ratio', { ...pm, window: '' }, 0.25],
  ['M6', 'false_negative_insufficient', { ...pm, window: '' }, 0],
  ['M6', 'false_negative_ratio', { ...p1, window: '' }, undefined],
  ['M10', 'incidents', sev('SEV2'), 2],
  ['M10', 'incidents', sev('SEV4'), 1],
  ['M10', 'incidents', sev('SEV1'), 0],
  ['M10', 'policy_incidents', { ...p1, window: '' }, 2],
  // .75 as was said last, and 1 where nothing was said.
  ['M10', 'policy_incidents_weighted', { ...p1, window: '' }, 1.75],
  ['M10', 'policy_incidents', { tenant: 'globex', policy: 'p8', window: '' }, 1],
  ['M10', 'policy_incidents', { ...p9, window: '' }, undefined],
  ['A21', 'incidents_timed', sev('SEV2'), 1],
  ['A21', 'incident_detection_seconds', sev('SEV2'), 60],
  ['A21', 'incident_detection_seconds', sev('SEV4'), 45],
  ['A21', 'incidents_timed', { tenant: 'globex', severity: 'SEV1', window: '' }, 0],
  ['M7', 'audit_records', api, 17],
  ['M7', 'audit_records_complete', api, 16],
  ['M7', 'audit_records_complete', shop, 8],
  ['L11', 'audit_records', shop, 10],
  ['L11', 'audit_records_dropped', { ...shop, observer: 'ENFORCER' }, 4],
  ['L9', 'decisions_traced', shop, 9],
  ['M14', 'redactions', shop, 1],
  ['M14', 'redactions_failed', shop, 1],
  ['M14', 'redactions', api, 1],
  ['M14', 'records_redaction_failed', acme, 1],
  ['A14', 'consent_decisions', shop, 2],
  ['A14', 'consent_denied', shop, 1],
  ['L5', 'data_access_decisions', api, 2],
  ['L5', 'data_access_denied', api, 1],
  ['A15', 'access_denied', api, 1],
  ['A15', 'reads', acme, 2],
  ['A15', 'reads_refused', acme, 3],
  ['A16', 'cross_tenant_denied', api, 1],
  ['A16', 'reads_cross_tenant', acme, 1],
  ['A17', 'adversarial_attempts', api, 4],
  ['A17', 'adversarial_denied', api, 3],
  // One session was blocked twice, in two minutes.
  ['A17', 'adversarial_sessions_blocked', api, 2],
  ['A17', 'adversarial_sessions_blocked', { ...api, window: '5m' }, 1],
  ['A18', 'review_queue_depth', { ...api, window: '' }, 1],
  ['A18', 'review_queue_depth', { ...shop, window: '' }, 0],
  ['A18', 'review_queue_oldest_seconds', { ...api, window: '' }, 14 * 60],
  ['A19', 'cost_micros', { ...shop, window: '30d' }, 2000],
  ['A19', 'decisions_priced', shop, 2],
  ['A19', 'cost_budget_micros', { ...acme, window: '' }, 3_000_000],
  // Failed decisions overspend latency, success and completeness; nobody was evaluated in time for coverage.
  ['L12', 'sla_violations', { ...shop, window: '' }, 4],
  ['A20', 'gateway_rejected_events', { ...acme, reason: 'not_json' }, 5],
  ['A20', 'duplicates', acme, 3],
  ['A20', 'duplicates_conflicting', acme, 1],
];

for (const [metric, gauge, labels, expected] of CASES) {
  const { window = '1h', ...rest } = labels;
  const wanted = window === '' ? rest : { ...rest, window };
  test(`${metric}: docket_${gauge}${JSON.stringify(wanted)} is ${expected}`, () => {
    assert.equal(sampleOf(samples, `docket_${gauge}`, wanted), expected);
  });
}

/**
 * Bounds of what is expected of policy p1, of which two incidents were seen (Garwood's table), and of what pm missed: A =
 * 8, T = 24, all stopped ones labelled, V_A = 80² · ½ · (4.5 · 36.5 / 41²) / 39 = 8.0172, so 0.69370 in logits.
 */
const BOUNDS: readonly (readonly [metric: string, gauge: string, labels: Labels, expected: number])[] = [
  ['M10', 'policy_incidents_lower', p1, 0.2422093],
  ['M10', 'policy_incidents_upper', p1, 7.2246877],
  ['M6', 'false_negative_lower_ratio', pm, 0.1427899],
  ['M6', 'false_negative_upper_ratio', pm, 0.4001319],
];

for (const [metric, gauge, labels, expected] of BOUNDS) {
  test(`${metric}: docket_${gauge} is ${expected}`, () => {
    const value = sampleOf(samples, `docket_${gauge}`, labels);
    assert.ok(Math.abs((value ?? 0) - expected) < 1e-6, String(value));
  });
}

test('every count and every level of the catalogue has a case', () => {
  const cases = new Set([...CASES.map(([, gauge]) => gauge), ...BOUNDS.map(([, gauge]) => gauge)].map(named));
  const names = [...COUNTS, ...LEVEL_GAUGES].map(({ name }) => name);
  assert.deepEqual(
    names.filter((name) => !cases.has(name)),
    [],
  );
});

test('every sample is of a gauge of the catalogue, with its labels, and no series is told twice', () => {
  const labelsOf = new Map(RESULT_EXPORTS.map(({ name, labels }) => [name, [...labels].sort()]));
  const series = samples.map(({ gauge, labels }) => {
    assert.deepEqual(Object.keys(labels).sort(), labelsOf.get(gauge), gauge);
    return gauge + JSON.stringify(Object.entries(labels).sort());
  });
  assert.equal(new Set(series).size, series.length);
});

test('an incident counts for 30 days from its opening, whatever is said of it later', async () => {
  const countedAt = async (endMs: number) => {
    const range = minuteParameters({ fromMs: endMs - MINUTE, toMs: endMs }, MINUTE);
    const found = await store.clickhouse.query<{ tenant: string; opened: number }>(INCIDENTS, range);
    return found.filter(({ tenant }) => tenant === 'globex').reduce((sum, { opened }) => sum + opened, 0);
  };
  const month = 30 * 1440 * MINUTE;
  // Opened at 0, attributed anew at 2.
  assert.equal(await countedAt(METRICS_T0 + month), 1);
  assert.equal(await countedAt(METRICS_T0 + month + MINUTE), 0);
});

test('minutes closed in parts by evaluators that start anew, two at once, give the same rows and samples', async () => {
  for (const table of [...RESULT_TABLES, 'progress'])
    await store.clickhouse.command(`TRUNCATE TABLE ${table}`);
  let parts: readonly Sample[] = [];
  for (const end of [METRICS_T0 + 2 * MINUTE, METRICS_T0 + 4 * MINUTE, METRICS_END]) {
    await moveWatermark(store.clickhouse, end);
    const [one] = await Promise.all([
      evaluateAll(store.clickhouse, { now: end }),
      evaluateAll(store.clickhouse, { now: end }),
    ]);
    parts = one.samples;
  }
  assert.deepEqual(await readRows(), rows);
  assert.deepEqual(parts, samples);
});

test('a late decision is recorded and in no alert window; a service that went silent shows 0', async () => {
  const { clickhouse } = store;
  await clickhouse.insertRows('decisions', [
    rawDecision(METRICS_END + MINUTE, { decided_at: '2026-01-05 09:00:00' }),
  ]);
  await moveWatermark(clickhouse, METRICS_END + 2 * MINUTE);
  const later = (await evaluateAll(clickhouse)).samples;
  assert.equal(sampleOf(later, 'docket_decisions', { ...shop, window: '1h' }), 10);
  assert.equal(sampleOf(later, 'docket_decisions', { ...shop, window: '5m' }), 0);
  assert.equal(sampleOf(later, 'docket_audit_records', { ...shop, window: '5m' }), 1);
});
