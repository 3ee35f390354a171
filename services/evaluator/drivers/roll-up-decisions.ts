import { APPEND_MINUTE, appendedInRange, DECIDED_MINUTE, IS_LATE } from './minute-sql.ts';

/** Rows of decision_minutes of a range. Aliases differ from the columns that they are made of. */
export const ROLL_UP_DECISIONS = `
INSERT INTO decision_minutes (append_minute, decided_minute, tenant_id, service, enforcement_point, region, policy_id,
  policy_version, mode, outcome, fallback, applied, late, probe, decisions, timed_out, cached, rate_limited,
  latency_us_sum, latency_us_max)
SELECT ${APPEND_MINUTE} AS append_minute, ${DECIDED_MINUTE} AS decided_minute, tenant_id, service, enforcement_point,
  region, policy_id, policy_version, mode, outcome, fallback, applied, ${IS_LATE} AS late,
  probe_id IS NOT NULL AS probe, count(), countIf(timed_out), countIf(cached), countIf(rate_limited),
  sum(latency_us), max(latency_us)
FROM decisions
WHERE ${appendedInRange()}
GROUP BY append_minute, decided_minute, tenant_id, service, enforcement_point, region, policy_id, policy_version,
  mode, outcome, fallback, applied, late, probe`;
