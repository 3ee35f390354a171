import { WINDOW_MINUTES } from '../../../domain/slo/windows.ts';
import type { DriftResult, DriftVerdict } from '../drift/judge-drift.ts';
import { QUARANTINE_WINDOWS } from '../ports.ts';
import type { ReviewResult } from '../review/judge-review.ts';
import { minutesBack, msOf, timeOf } from './minute-sql.ts';

/** A heartbeat within the first says that somebody is there; none within the second with a request: idle. */
const HEARTBEAT_MINUTES = WINDOW_MINUTES['30m'];
const IDLE_MINUTES = WINDOW_MINUTES['1h'];

const END = timeOf('{toMs:Int64}');

/** Services heard of before the end, oldest first: a bound on their number then cuts the newest, always alike. */
export const SERVICES = `
SELECT seen.tenant_id AS tenant, seen.service AS service, seen.is_observed AS observed,
  toUInt8(beats.heard AND beats.in_scope = 0) AS idle
FROM (
  SELECT tenant_id, service, toUInt8(max(observed)) AS is_observed, min(first_minute) AS since
  FROM services_seen WHERE first_minute < ${END}
  GROUP BY tenant_id, service
) AS seen
LEFT JOIN (
  SELECT tenant_id, service, sum(requests_in_scope) AS in_scope,
    max(append_time) >= ${minutesBack(HEARTBEAT_MINUTES)} AS heard
  FROM tallies WHERE append_time >= ${minutesBack(IDLE_MINUTES)} AND append_time < ${END}
  GROUP BY tenant_id, service
) AS beats USING (tenant_id, service)
ORDER BY seen.since, tenant, service`;

export interface DriftRow {
  readonly minuteMs: number;
  readonly tenant: string;
  readonly policy: string;
  readonly psi: number | null;
  readonly chiSquared: number | null;
  readonly degreesOfFreedom: number | null;
  readonly pValue: number | null;
  readonly nReference: number;
  readonly nCurrent: number;
  readonly verdict: DriftVerdict;
}

export const LATEST_DRIFT = `
SELECT ${msOf('append_minute')} AS minuteMs, tenant_id AS tenant, policy_id AS policy, psi, chi_squared AS chiSquared,
  degrees_of_freedom AS degreesOfFreedom, p_value AS pValue, n_reference AS nReference, n_current AS nCurrent, verdict
FROM drift_results FINAL
WHERE append_minute = ${timeOf('{fromMs:Int64}')}
ORDER BY tenant, policy`;

export function toDriftResult(row: DriftRow): DriftResult {
  const { psi, chiSquared, degreesOfFreedom, pValue, ...rest } = row;
  const complete = psi !== null && chiSquared !== null && degreesOfFreedom !== null && pValue !== null;
  return { ...rest, numbers: complete ? { psi, chiSquared, degreesOfFreedom, pValue } : null };
}

export interface ReviewRow {
  readonly minuteMs: number;
  readonly tenant: string;
  readonly policy: string;
  readonly blocks: number;
  readonly legitimate: number;
  readonly rate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

export const LATEST_REVIEW = `
SELECT ${msOf('append_minute')} AS minuteMs, tenant_id AS tenant, policy_id AS policy, blocks_labelled AS blocks,
  legitimate, rate, lower, upper
FROM review_results FINAL
WHERE append_minute = ${timeOf('{fromMs:Int64}')}
ORDER BY tenant, policy`;

export function toReviewResult({ rate, lower, upper, ...rest }: ReviewRow): ReviewResult {
  const complete = rate !== null && lower !== null && upper !== null;
  return { ...rest, estimate: complete ? { rate, lower, upper } : null };
}

/**
 * Lives of enforcers count as long as a budget does. Null where no life of a tenant can be judged. The most missing
 * first: a bound on their number then cuts those that matter least.
 */
export const MISSING = `
SELECT tenant_id AS tenant, sum(toFloat64(missing)) AS missing,
  uniqExactIf(enforcer_id, state = 'unknown') AS unnumbered
FROM completeness
WHERE last_minute >= ${minutesBack(WINDOW_MINUTES['30d'])}
GROUP BY tenant
ORDER BY ifNull(missing, 0) DESC, tenant`;

/** Reasons of the last 30 days, so that one that stopped shows as 0 and does not vanish. */
export const QUARANTINED = `
SELECT reason, [${QUARANTINE_WINDOWS.map(
  (window) => `countIf(append_time >= ${minutesBack(WINDOW_MINUTES[window])})`,
).join(', ')}] AS counts
FROM quarantine
WHERE append_time >= ${minutesBack(WINDOW_MINUTES['30d'])} AND append_time < ${END}
GROUP BY reason
ORDER BY reason`;
