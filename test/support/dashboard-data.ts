import { randomUUID } from 'node:crypto';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import type { Grant } from './clickhouse-grants.ts';
import { evaluateAll } from './evaluate-store.ts';
import {
  clickHouseTime,
  moveWatermark,
  rawChange,
  rawDecision,
  rawIncident,
  rawLabel,
  rawOutcome,
  rawQuarantine,
  rawTally,
} from './raw-records.ts';

/** Time runs so much faster here that an hour’s window fits into 90 seconds. */
export const TIMESCALE = 40;
const BUCKET_MS = 60_000 / TIMESCALE;
const REFERENCE_DECISIONS = 600;
const CURRENT_DECISIONS = 300;

/** Dimensions of the data, as the dashboard's variables would have them. */
export const VARIABLES = { tenant: ['acme', 'globex.eu'], service: ['shop'], policy: ['p1'] };

/**
 * Stores a few minutes in which everything happened that a dashboard shows, ending now: a drift, slow decisions, a
 * missing sequence, reviewed blocks, a deploy, a roll-back, an incident, a retry, a rejection, a quarantined record, a
 * lost range; then evaluates them.
 */
export async function storeEventfulMinutes(clickhouse: ClickHouse) {
  const endMs = Math.floor(Date.now() / BUCKET_MS) * BUCKET_MS;
  // Changes come first: whether a version was in force is judged by what was known when it decided.
  await storeSideEvents(clickhouse, endMs - 65_000);
  const reference = decisionsAt(endMs - 60_000, REFERENCE_DECISIONS, 0, 5);
  const current = decisionsAt(endMs - 6_000, CURRENT_DECISIONS, REFERENCE_DECISIONS, 2);
  await clickhouse.insertRows('decisions', [...reference, ...current]);
  await clickhouse.insertRows('tallies', [
    rawTally(endMs - 40_000, {
      interval_start: clickHouseTime(endMs - 70_000),
      interval_end: clickHouseTime(endMs - 50_000),
      requests_in_scope: REFERENCE_DECISIONS + 20,
    }),
  ]);
  const labelled = (outcome: string, legitimate: number) =>
    reference
      .filter((row) => row.outcome === outcome)
      .slice(0, 40)
      .map((row, index) =>
        rawLabel(endMs - 20_000, row, { verdict: index < legitimate ? 'LEGITIMATE' : 'VIOLATION' }),
      );
  await clickhouse.insertRows('labels', [...labelled('DENY', 4), ...labelled('ALLOW', 39)]);
  await clickhouse.insertRows('outcomes', [
    rawOutcome(endMs - 59_000, reference[0] ?? {}, {
      applied: 'FAILED',
      final: false,
      error_class: 'timeout',
    }),
    rawOutcome(endMs - 58_000, reference[0] ?? {}, { attempt: 2 }),
  ]);
  await clickhouse.insertRows('quarantine', [rawQuarantine(endMs - 20_000)]);
  await moveWatermark(clickhouse, endMs);
  return evaluateAll(clickhouse, { timescale: TIMESCALE, now: endMs + 1000 });
}

// One in `denyEvery` is denied and two in five are slow; sequence 3 is never sent.
function decisionsAt(appendMs: number, count: number, firstSequence: number, denyEvery: number) {
  return Array.from({ length: count }, (_, index) =>
    rawDecision(appendMs, {
      request_id: `request-${firstSequence + index}`,
      enforcer_sequence: firstSequence + index + (firstSequence + index < 3 ? 0 : 1),
      outcome: index % denyEvery === 0 ? 'DENY' : 'ALLOW',
      'rules.effect': [index % denyEvery === 0 ? 'deny' : 'allow'],
      model_id: 'support-model',
      model_version: '7',
      latency_us: index % 5 < 2 ? 90_000 : 9_000,
      applied: index % 50 === 0 ? 'FAILED' : 'APPLIED',
    }),
  );
}

async function storeSideEvents(clickhouse: ClickHouse, appendMs: number): Promise<void> {
  const at = { partition: 0, offset: 0, append_time: clickHouseTime(appendMs), tenant_id: 'acme' };
  await clickhouse.insertRows('policy_changes', [
    rawChange(appendMs - 3, 'ACTIVATED'),
    rawChange(appendMs - 2, 'DEPLOYED', { policy_version: '2' }),
    rawChange(appendMs - 1, 'ACTIVATED', { policy_version: '2' }),
    rawChange(appendMs, 'ROLLED_BACK', { policy_version: '1', reverts: '2', region: 'us-1' }),
  ]);
  const incident = { incident_id: randomUUID(), severity: 'SEV2', category: 'safety' };
  await clickhouse.insertRows('incidents', [
    rawIncident(appendMs - 3_000, { ...incident, impact_started_at: clickHouseTime(appendMs - 9_000) }),
    rawIncident(appendMs - 2_000, {
      ...incident,
      step: 'MITIGATED',
      detected_at: clickHouseTime(appendMs - 3_000),
      mitigated_at: clickHouseTime(appendMs - 2_000),
      policy_id: 'p1',
      policy_version: '2',
      confidence: 0.8,
    }),
  ]);
  await clickhouse.insertRows('rejections', [
    { ...at, topic: 'docket.rejections.v1', gateway_id: 'gateway-1', route: 'opa.logs', reason: 'not_json' },
  ]);
  await clickhouse.insertRows('lost', [
    { topic: 'docket.labels.v1', partition: 0, first_offset: 3, last_offset: 4, cause: 'TRIMMED' },
  ]);
}

/**
 * Leaves of the store what a user may read: other tables are gone, and of those granted by column only these columns
 * are left. The embedded engine has no users; on such a store a statement fails exactly where a grant would be missing.
 */
export async function leaveOnlyGranted(clickhouse: ClickHouse, grants: readonly Grant[]): Promise<void> {
  const tables = await clickhouse.query<{ name: string }>(
    'SELECT name FROM system.tables WHERE database = currentDatabase()',
  );
  for (const { name } of tables) {
    const grant = grants.find(({ table, privileges }) => table === name && privileges.includes('SELECT'));
    if (grant !== undefined && grant.columns.length === 0) continue;
    await clickhouse.command(`RENAME TABLE ${name} TO hidden_${name}`);
    if (grant === undefined) continue;
    await clickhouse.command(`CREATE VIEW ${name} AS SELECT ${grant.columns.join(', ')} FROM hidden_${name}`);
  }
}
