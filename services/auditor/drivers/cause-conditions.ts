import type { QueryParameters } from '../../../platform/clickhouse/client.ts';
import type { Cause } from '../go/parse-link.ts';
import { tenantSelect } from './tenant-select.ts';

const REAL = "mode = 'ENFORCE' AND probe_id IS NULL";
const RANGE =
  "append_time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') AND append_time < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')";
const takes = (effects: string) =>
  `arrayExists((effect, is_overridden) -> NOT is_overridden AND lower(effect) IN (${effects}), \`rules.effect\`, \`rules.overridden\`)`;

const CONFLICTING = tenantSelect({
  columns: 'service, action, request_id',
  from: 'decisions',
  where: `${RANGE} AND ${REAL} AND request_id != ''`,
  tail:
    `GROUP BY service, action, request_id HAVING max(${takes("'allow', 'permit', 'grant'")}) ` +
    `AND max(${takes("'deny', 'block', 'reject', 'forbid'")})`,
});

/** The newest version in force of each policy and region. */
const ACTIVE = tenantSelect({
  columns: 'policy_id, argMax(policy_version, (occurred_at, offset))',
  from: 'policy_changes',
  where: "step IN ('ACTIVATED', 'ROLLED_BACK')",
  tail: 'GROUP BY policy_id, region',
});

const stepped = (step: string) =>
  tenantSelect({ columns: 'policy_id, policy_version', from: 'policy_changes', where: `step = '${step}'` });

const LEAKING = tenantSelect({
  columns: 'assumeNotNull(topic), assumeNotNull(partition), assumeNotNull(offset)',
  from: 'leaks',
  where: "`table` = 'decisions' AND offset IS NOT NULL",
});

const CONDITIONS: Readonly<Record<Cause['kind'], string>> = {
  slow: `${REAL} AND latency_us > {threshold_us:Float64}`,
  failed: `${REAL} AND (applied != 'APPLIED' OR fallback != 'NONE' OR outcome IN ('ERROR', 'UNDEFINED'))`,
  incomplete:
    "request_id = '' OR trace_id IS NULL OR policy_version = '' OR (rationale = '' AND empty(`rules.id`))",
  'failed-closed': `${REAL} AND fallback = 'FAIL_CLOSED'`,
  denied: `${REAL} AND outcome = 'DENY'`,
  allowed: `${REAL} AND outcome = 'ALLOW'`,
  conflicting: `${REAL} AND (service, action, request_id) IN (${CONFLICTING})`,
  'missed-probe': 'probe_id IS NOT NULL AND probe_expected != outcome',
  'inactive-version': `${REAL} AND (policy_id, policy_version) NOT IN (${ACTIVE})`,
  'unapproved-version': `${REAL} AND ((policy_id, policy_version) NOT IN (${stepped('APPROVED')}) OR (policy_id, policy_version) NOT IN (${stepped('SIGNED')}))`,
  leaking: `(topic, partition, offset) IN (${LEAKING})`,
  any: REAL,
};

/** The condition on decisions that are behind a cause, with its parameters. Inner statements are of the same tenant. */
export function conditionOf(cause: Cause): { readonly where: string; readonly parameters: QueryParameters } {
  return {
    where: `(${CONDITIONS[cause.kind]})`,
    parameters: cause.kind === 'slow' ? { threshold_us: cause.thresholdUs } : {},
  };
}
