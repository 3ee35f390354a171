import type { DeployRow, EnforcerRow } from '../overview/overview-data.ts';
import { type BoundedReader, tenantSelect } from './tenant-select.ts';

const MAX_ENFORCERS = 500;
const MAX_DEPLOYS = 8;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

interface HeardRow {
  readonly id: string;
  readonly services: readonly string[];
  readonly heard_ms: number;
  readonly heartbeat_ms?: number;
}

/**
 * Enforcers and when they were last heard of: by a heartbeat in the last day, by a decision in the last hour, or
 * before that by the last minute that the evaluator saw them in.
 */
export async function readEnforcers(
  reader: BoundedReader,
  tenant: string,
  nowMs: number,
): Promise<EnforcerRow[]> {
  const since = "append_time >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')";
  const heard = 'toUnixTimestamp64Milli(max(append_time)) AS heard_ms';
  const bounded = (order: string) => `GROUP BY id ORDER BY ${order} DESC LIMIT ${MAX_ENFORCERS}`;
  const heartbeats = tenantSelect({
    columns: `observer_id AS id, groupUniqArray(10)(service) AS services, ${heard},
      argMax(dateDiff('millisecond', interval_start, interval_end), append_time) AS heartbeat_ms`,
    from: 'tallies',
    where: `${since} AND observer_kind = 'ENFORCER'`,
    tail: bounded('heard_ms'),
  });
  const decisions = tenantSelect({
    columns: `enforcer_id AS id, groupUniqArray(10)(service) AS services, ${heard}`,
    from: 'decisions',
    where: since,
    tail: bounded('heard_ms'),
  });
  const sequences = tenantSelect({
    columns: `enforcer_id AS id, sum(missing) AS missing_total, max(state = 'unknown') AS any_unknown,
      toUnixTimestamp64Milli(max(last_minute)) AS heard_ms`,
    from: 'completeness',
    tail: bounded('heard_ms'),
  });
  const [beats, decided, numbered] = await Promise.all([
    reader.rows<HeardRow>('overview_heartbeats', tenant, heartbeats, { since_ms: nowMs - DAY_MS }),
    reader.rows<HeardRow>('overview_deciders', tenant, decisions, { since_ms: nowMs - HOUR_MS }),
    reader.rows<SequenceRow>('overview_sequences', tenant, sequences),
  ]);
  return merge(beats, decided, numbered);
}

interface SequenceRow {
  readonly id: string;
  /** Null: none of its lives can be judged. */
  readonly missing_total: number | null;
  readonly any_unknown: number;
  readonly heard_ms: number;
}

function merge(
  beats: readonly HeardRow[],
  decided: readonly HeardRow[],
  numbered: readonly SequenceRow[],
): EnforcerRow[] {
  const byId = new Map<string, EnforcerRow>();
  for (const row of [...beats, ...decided]) {
    const before = byId.get(row.id);
    byId.set(row.id, {
      id: row.id,
      services: [...new Set([...(before?.services ?? []), ...row.services])].sort(),
      lastHeardMs: Math.max(before?.lastHeardMs ?? 0, row.heard_ms),
      heartbeatMs: before?.heartbeatMs ?? row.heartbeat_ms ?? null,
      missing: null,
    });
  }
  for (const row of numbered) {
    const before = byId.get(row.id);
    byId.set(row.id, {
      id: row.id,
      services: before?.services ?? [],
      lastHeardMs: Math.max(before?.lastHeardMs ?? 0, row.heard_ms),
      heartbeatMs: before?.heartbeatMs ?? null,
      // What is known to be missing is said, even if another life cannot be judged; 0 is not.
      missing: row.any_unknown > 0 && row.missing_total === 0 ? null : row.missing_total,
    });
  }
  return [...byId.values()].sort((a, b) => a.lastHeardMs - b.lastHeardMs || (a.id < b.id ? -1 : 1));
}

/** The last steps that changed what is enforced, newest first. */
export async function readDeploys(reader: BoundedReader, tenant: string): Promise<DeployRow[]> {
  const statement = tenantSelect({
    columns: `policy_id, policy_version, step, region, rollout_share,
      intDiv(toUnixTimestamp64Micro(occurred_at), 1000) AS occurred_ms`,
    from: 'policy_changes',
    where: "step IN ('DEPLOYED', 'DEPLOY_FAILED', 'ACTIVATED', 'ROLLED_BACK', 'GATE_FAILED')",
    tail: `ORDER BY append_time DESC, offset DESC LIMIT ${MAX_DEPLOYS}`,
  });
  const rows = await reader.rows<{
    policy_id: string;
    policy_version: string;
    step: string;
    region: string | null;
    rollout_share: number | null;
    occurred_ms: number;
  }>('overview_deploys', tenant, statement);
  return rows.map((row) => ({
    policyId: row.policy_id,
    policyVersion: row.policy_version,
    step: row.step,
    region: row.region,
    rolloutShare: row.rollout_share,
    occurredMs: row.occurred_ms,
  }));
}
