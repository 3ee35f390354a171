import type { MinuteRange } from '../../domain/rollup/append-minutes.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import {
  appendedInRange,
  minuteParameters,
  msOf,
  timeOf,
} from '../../services/evaluator/drivers/minute-sql.ts';

/** A policy version that decided in a range, and when it, or the version that should have, was last changed. */
export interface PolicyInForce {
  readonly policy: string;
  readonly version: string;
  readonly decisions: number;
  /** The newest version that was fully activated or rolled back to by the end, over all regions; null: none is known. */
  readonly activeVersion: string | null;
  readonly activatedMs: number | null;
}

const POLICIES = `
SELECT made.policy AS policy, made.version AS version, made.decisions AS decisions,
  if(told.policy = '', NULL, told.version) AS activeVersion, if(told.policy = '', NULL, told.ms) AS activatedMs
FROM (
  SELECT toString(policy_id) AS policy, toString(policy_version) AS version, count() AS decisions
  FROM decisions
  WHERE ${appendedInRange()} AND tenant_id = {tenant:String} AND service = {service:String} AND mode = 'ENFORCE'
  GROUP BY policy, version
) AS made
LEFT JOIN (
  SELECT toString(policy_id) AS policy, argMax(toString(policy_version), (occurred_at, offset)) AS version,
    max(${msOf('occurred_at')}) AS ms
  FROM policy_changes
  WHERE tenant_id = {tenant:String} AND step IN ('ACTIVATED', 'ROLLED_BACK') AND ifNull(rollout_share, 1) >= 1
    AND append_time < ${timeOf('{toMs:Int64}')}
  GROUP BY policy
) AS told ON made.policy = told.policy
ORDER BY decisions DESC, policy, version
LIMIT 20`;

/** Which policy versions decided for a service in a range of closed minutes, the most used first, 20 at most. */
export function readPolicies(
  clickhouse: ClickHouse,
  scope: {
    readonly tenant: string;
    readonly service: string;
    readonly range: MinuteRange;
    readonly bucketMs: number;
  },
): Promise<readonly PolicyInForce[]> {
  const { tenant, service, range, bucketMs } = scope;
  return clickhouse.query<PolicyInForce>(POLICIES, {
    ...minuteParameters(range, bucketMs),
    ...{ tenant, service },
  });
}
