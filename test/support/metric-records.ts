import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import {
  clickHouseTime,
  type RawRow,
  rawAccess,
  rawChange,
  rawDecision,
  rawDuplicate,
  rawIncident,
  rawLabel,
  rawQuarantine,
  rawRejection,
  rawTally,
} from './raw-records.ts';

const MINUTE = 60_000;

/** Everything is appended from here on, and minutes are closed until 16 minutes later. */
export const METRICS_T0 = Date.UTC(2026, 0, 5, 10, 0, 0);
export const METRICS_END = METRICS_T0 + 16 * MINUTE;

const at = (minute: number) => METRICS_T0 + minute * MINUTE;
const made = (minute: number, changes: RawRow) => rawDecision(at(minute), changes);

/** Rules that matched: `id:effect`, with `!` before those that another one overrode. */
const rules = (...matches: string[]): RawRow => {
  const parts = matches.map((match) => match.replace('!', '').split(':'));
  return {
    'rules.id': parts.map(([id]) => id),
    'rules.layer': parts.map(() => null),
    'rules.effect': parts.map(([, effect]) => effect),
    'rules.overridden': matches.map((match) => match.startsWith('!')),
  };
};

/** Ten decisions that took 10, 20, … 100 ms, of which each shows something else. */
const SHOP: readonly RawRow[] = [
  { cached: true, cache_age_us: 1_000_000 },
  { cached: true, cache_age_us: 2_000_000 },
  { cached: true },
  { outcome: 'DENY', category: 'consent' },
  { category: 'consent', ...rules('r1:allow', 'r2:allow', 'r1:allow') },
  { outcome: 'ERROR', fallback: 'FAIL_CLOSED', timed_out: true, applied: 'NOT_APPLIED', trace_id: null },
  { outcome: 'ERROR', fallback: 'FAIL_OPEN', risk: 'HIGH', ...rules() },
  { fallback_model: 'small', rate_limited: true, cost_micros: 500 },
  { cost_micros: 1500, policy_signed: true, fallback: 'CACHED' },
  { policy_signed: false, outcome: 'REDACT', applied: 'FAILED' },
].map((changes, index) => made(0, { latency_us: (index + 1) * 10_000, ...changes }));

const api = (changes: RawRow, minute = 0) => made(minute, { service: 'api', policy_id: 'p2', ...changes });
const adversarial = (outcome: string, session: string, minute = 0) =>
  api(
    { category: 'adversarial', outcome, 'attributes.key': ['session_id'], 'attributes.value': [session] },
    minute,
  );

const REVIEWED = api({ outcome: 'REVIEW' }, 2);
const API: readonly RawRow[] = [
  api({ outcome: 'REDACT' }),
  api({ outcome: 'REDACT', applied: 'UNKNOWN' }),
  api({ outcome: 'DENY', category: 'access' }),
  api({ outcome: 'DENY', category: 'cross-tenant' }),
  adversarial('DENY', 's1'),
  adversarial('DENY', 's1', 12),
  adversarial('DENY', 's2'),
  adversarial('WARN', 's3'),
  adversarial('ALLOW', 's4'),
  api({ outcome: 'DENY', category: 'data-access' }),
  api({ enforcement_point: 'DATA' }),
  api({ probe_id: 'probe-1', probe_expected: 'DENY', outcome: 'DENY' }),
  api({ probe_id: 'probe-2', probe_expected: 'DENY', risk: 'HIGH' }),
  api({ outcome: 'REVIEW' }, 2),
  REVIEWED,
  api({ mode: 'SHADOW', outcome: 'DENY', trace_id: null }),
  // Late: in no alert window, but a fail-open of high risk all the same.
  api({ decided_at: clickHouseTime(at(-16)), fallback: 'FAIL_OPEN', risk: 'HIGH' }),
];

const gate = (enforcement_point: string, changes: RawRow = {}) =>
  made(0, { service: 'gate', policy_id: 'p3', enforcement_point, ...changes });
const GATE: readonly RawRow[] = [
  gate('ADMISSION', { outcome: 'DENY' }),
  gate('ADMISSION'),
  gate('CI_CD', { outcome: 'DENY' }),
  gate('EDGE', { outcome: 'UNDEFINED' }),
  gate('SERVERLESS', { timed_out: true, outcome: 'ERROR' }),
  gate('SERVERLESS', { applied: 'FAILED' }),
  gate('SERVERLESS'),
];

const duel = (minute: number, request_id: string, rule: string, changes: RawRow = {}) =>
  made(minute, { service: 'duel', policy_id: 'p4', request_id, ...rules(rule), ...changes });
const DUEL: readonly RawRow[] = [
  duel(0, 'both', 'a:allow'),
  duel(3, 'both', 'b:Deny'),
  // Still the same conflict.
  duel(4, 'both', 'b:block'),
  // Five minutes apart is too far.
  duel(0, 'apart', 'a:allow'),
  duel(5, 'apart', 'b:deny'),
  duel(0, 'solved', 'a:allow'),
  duel(0, 'solved', '!b:deny'),
  duel(0, 'other-action', 'a:allow', { action: 'read' }),
  duel(0, 'other-action', 'b:deny', { action: 'write' }),
  duel(1, 'at-once', 'a:permit'),
  duel(1, 'at-once', 'b:forbid'),
];

const globex = { tenant_id: 'globex', policy_id: 'p9' };
const digest = (sign: string) => sign.repeat(32);
const skewed = (minute: number, version: string, changes: RawRow = {}) =>
  made(minute, { ...globex, service: 'ml', policy_version: version, ...changes });
const SKEW: readonly RawRow[] = [
  // Before the first activation that is known: not judged.
  skewed(0, '1'),
  skewed(2, '1'),
  skewed(2, '0'),
  // Rolled out in part at 3, so both are right; fully at 5 in eu-1, so that only the new one is.
  skewed(4, '1'),
  skewed(4, '2'),
  skewed(6, '1'),
  skewed(6, '1', { region: 'us-1' }),
  // Decided before, reported after.
  skewed(6, '1', { decided_at: clickHouseTime(at(4)) }),
  skewed(6, '2', { policy_bundle_digest: digest('a') }),
  skewed(6, '2', { policy_bundle_digest: digest('b') }),
];
const changed = (minute: number, step: string, version: string, changes: RawRow = {}) =>
  rawChange(at(minute), step, {
    ...globex,
    policy_version: version,
    who_token: digest('w').slice(16),
    ...changes,
  });
const CHANGES: readonly RawRow[] = [
  changed(0, 'AUTHORED', '1'),
  changed(0, 'APPROVED', '1', { who_token: digest('x').slice(16) }),
  changed(0, 'SIGNED', '1'),
  changed(1, 'ACTIVATED', '1'),
  changed(2, 'AUTHORED', '2', { policy_bundle_digest: digest('a') }),
  changed(3, 'DEPLOYED', '2', { rollout_share: 0.1, policy_bundle_digest: digest('a') }),
  // Without approval or signature; and once more for another region, where it stays partial.
  changed(5, 'ACTIVATED', '2', { rollout_share: 1, region: 'eu-1', policy_bundle_digest: digest('a') }),
  ...[
    ['DEPLOYED', {}],
    ['DEPLOYED', {}],
    ['DEPLOY_FAILED', {}],
    ['GATE_PASSED', { conflicts: 0 }],
    ['GATE_FAILED', { conflicts: 3 }],
    ['CONFLICTS_FOUND', { conflicts: 3 }],
    ['CONFLICTS_FOUND', {}],
    ['AUTHORED', {}],
    ['APPROVED', {}],
    ['SIGNED', {}],
    // Approved by its author.
    ['ACTIVATED', {}],
  ].map(([step, changes]) =>
    rawChange(at(0), String(step), { policy_id: 'p5', policy_version: '7', ...(changes as RawRow) }),
  ),
  rawChange(at(1), 'ROLLED_BACK', {
    policy_id: 'p5',
    policy_version: '6',
    reverts: '7',
    occurred_at: clickHouseTime(at(0) + 90_000),
  }),
  // Of what it reverts no activation is known.
  rawChange(at(1), 'ROLLED_BACK', { policy_id: 'p5', policy_version: '5', reverts: '6' }),
];

const reasons = (kind: 'skipped' | 'dropped', ...counts: number[]): RawRow => ({
  [`${kind}.reason`]: counts.map((_, index) => `reason-${index}`),
  [`${kind}.count`]: counts,
});
const TALLIES: readonly RawRow[] = [
  rawTally(at(0), { requests_in_scope: 20, evaluated: 12, failed: 2, ...reasons('skipped', 3, 1) }),
  rawTally(at(1), { requests_in_scope: 5, evaluated: 5 }),
  rawTally(at(1), {
    observer_kind: 'ENFORCER',
    observer_id: 'guard-1',
    requests_in_scope: 9,
    evaluated: 9,
    backlog: 40,
    ...reasons('dropped', 4),
  }),
  rawTally(at(2), { observer_kind: 'ENFORCER', observer_id: 'guard-1', backlog: 7 }),
  rawTally(at(2), { observer_kind: 'ENFORCER', observer_id: 'guard-2', backlog: 2 }),
];

/** Of one policy, 80 low-risk decisions that passed, 40 of them labelled, and 30 that were denied, all labelled. */
const drawn = (count: number, outcome: string, changes: RawRow) =>
  Array.from({ length: count }, () =>
    made(0, {
      tenant_id: 'initech',
      service: 'hr',
      policy_id: 'pm',
      outcome,
      sample_drawn: true,
      ...changes,
    }),
  );
const PASSED = drawn(40, 'ALLOW', { sample_stratum: 'pass.low' });
const STOPPED = drawn(30, 'DENY', { sample_stratum: 'block.low' });
const UNDRAWN = drawn(40, 'ALLOW', { sample_stratum: 'pass.low', sample_drawn: false });
/** Enforced nowhere, so that it stands for nothing. */
const SHADOWED = drawn(10, 'ALLOW', { sample_stratum: 'pass.low', mode: 'SHADOW' });
const STRATA = [...PASSED, ...STOPPED, ...UNDRAWN, ...SHADOWED];
const verdicts = (rows: readonly RawRow[], violations: number) =>
  rows.map((row, index) =>
    rawLabel(at(3), row, { verdict: index < violations ? 'VIOLATION' : 'LEGITIMATE' }),
  );

const id = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`;
const incident = (minute: number, digit: number, severity: string, changes: RawRow = {}) =>
  rawIncident(at(minute), { incident_id: id(digit), severity, ...changes });
const lasted = (startedS: number, detectedS: number): RawRow => ({
  impact_started_at: clickHouseTime(at(0) + startedS * 1000),
  detected_at: clickHouseTime(at(0) + detectedS * 1000),
});
const INCIDENTS: readonly RawRow[] = [
  incident(0, 1, 'SEV3', { policy_id: 'p1', policy_version: '1', confidence: 0.6 }),
  // What is said later counts; what is not said again stays.
  incident(1, 1, 'SEV2', { step: 'UPDATED', confidence: 0.75, ...lasted(-90, -30) }),
  incident(0, 2, 'SEV2', { policy_id: 'p1', policy_version: '2' }),
  // Attributed to no policy.
  incident(0, 3, 'SEV4', lasted(0, 45)),
  // Attributed anew; noticed before it began.
  incident(0, 4, 'SEV1', { tenant_id: 'globex', policy_id: 'p9', policy_version: '1', ...lasted(9, 0) }),
  incident(2, 4, 'SEV1', { tenant_id: 'globex', policy_id: 'p8', policy_version: '1', confidence: 0.5 }),
  // After the last closed minute.
  incident(20, 5, 'SEV1'),
];

/** Stores a few records of every kind, made so that every metric of the catalogue can be counted by hand. */
export async function storeMetricRecords(clickhouse: ClickHouse): Promise<void> {
  await clickhouse.insertRows('decisions', [...SHOP, ...API, ...GATE, ...DUEL, ...SKEW, ...STRATA]);
  await clickhouse.insertRows('policy_changes', CHANGES);
  await clickhouse.insertRows('tallies', TALLIES);
  await clickhouse.insertRows('incidents', INCIDENTS);
  await clickhouse.insertRows('labels', [
    // Of those that passed 4 of 40, of those that were stopped 24 of 30.
    ...verdicts(PASSED, 4),
    ...verdicts(STOPPED, 24),
    ...verdicts(SHADOWED, 10),
    rawLabel(at(5), REVIEWED, { verdict: 'UNSURE', source: 'APPEAL' }),
    ...[SHOP[0], SHOP[1], SHOP[2]].map((row, index) =>
      rawLabel(at(5), row ?? {}, { verdict: index === 0 ? 'VIOLATION' : 'LEGITIMATE' }),
    ),
  ]);
  await clickhouse.insertRows('access_log', [
    rawAccess(at(0)),
    rawAccess(at(0)),
    rawAccess(at(0), { granted: false }),
    rawAccess(at(0), { granted: false, 'filters.key': ['tenant'], 'filters.value': ['globex'] }),
    rawAccess(at(0), { granted: false, 'filters.key': ['tenant'], 'filters.value': ['acme'] }),
  ]);
  await clickhouse.insertRows('rejections', [rawRejection(at(0), { events: 4 }), rawRejection(at(0))]);
  await clickhouse.insertRows('duplicates', [
    rawDuplicate(at(0), 'SAME'),
    rawDuplicate(at(0), 'SAME'),
    rawDuplicate(at(0), 'CONFLICT'),
  ]);
  await clickhouse.insertRows('quarantine', [
    rawQuarantine(at(0), { reason: 'redaction_failed', tenant_id: 'acme' }),
    rawQuarantine(at(0), { tenant_id: 'acme' }),
  ]);
}
