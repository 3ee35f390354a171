import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import type { Grant } from './clickhouse-grants.ts';
import { evaluateAll } from './evaluate-store.ts';
import {
  clickHouseTime,
  moveWatermark,
  rawDecision,
  rawLabel,
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
 * missing sequence, reviewed blocks, a deploy, a rejection, a quarantined record, a lost range; then evaluates them.
 */
export async function storeEventfulMinutes(clickhouse: ClickHouse) {
  const endMs = Math.floor(Date.now() / BUCKET_MS) * BUCKET_MS;
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
  const blocks = reference.filter((row) => row.outcome === 'DENY').slice(0, 40);
  await clickhouse.insertRows(
    'labels',
    blocks.map((row, index) =>
      rawLabel(endMs - 20_000, row, { verdict: index < 4 ? 'LEGITIMATE' : 'VIOLATION' }),
    ),
  );
  await clickhouse.insertRows('quarantine', [rawQuarantine(endMs - 20_000)]);
  await storeSideEvents(clickhouse, endMs - 20_000);
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
      latency_us: index % 5 < 2 ? 90_000 : 9_000,
      applied: index % 50 === 0 ? 'FAILED' : 'APPLIED',
    }),
  );
}

async function storeSideEvents(clickhouse: ClickHouse, appendMs: number): Promise<void> {
  const at = { partition: 0, offset: 0, append_time: clickHouseTime(appendMs), tenant_id: 'acme' };
  await clickhouse.insertRows('policy_changes', [
    { ...at, topic: 'docket.policy-changes.v1', policy_id: 'p1', policy_version: '2', step: 'ACTIVATED' },
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
