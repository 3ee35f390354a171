import { STRATUM_COUNTS } from '../../../domain/metrics/decision-counts.ts';
import { WINDOW_MINUTES } from '../../../domain/slo/windows.ts';
import { QUANTILES, RECORD_WINDOWS } from '../ports.ts';
import { REVIEW_MINUTES } from '../review/judge-review.ts';
import { REAL_IN_TIME } from './count-sql.ts';
import { minutesBack, msOf, timeOf } from './minute-sql.ts';

const END = timeOf('{toMs:Int64}');
const LONGEST_MINUTES = Math.max(...RECORD_WINDOWS.map((window) => WINDOW_MINUTES[window]));

// The place ⌈q · n⌉ in whole numbers: 0.99 · n is not exact.
const quantilesOf = (sorted: string) =>
  QUANTILES.map((quantile) => {
    const percent = Math.round(quantile * 100);
    return `${sorted}[intDiv(length(${sorted}) * ${percent} + 99, 100)]`;
  }).join(', ');

/** Exact quantiles of latency, for each window those of QUANTILES; empty where there is no decision. */
export const LATENCY = `
SELECT tenant, service_name AS service, cached_as AS cached, [${RECORD_WINDOWS.map(
  (_, index) => `if(empty(sorted_${index}), [], [${quantilesOf(`sorted_${index}`)}])`,
).join(', ')}] AS windows
FROM (
  SELECT tenant_id AS tenant, service AS service_name,
    arrayJoin(['any', if(cached, 'true', 'false')]) AS cached_as, ${RECORD_WINDOWS.map(
      (window, index) =>
        `arraySort(groupArrayIf(latency_us, append_time >= ${minutesBack(WINDOW_MINUTES[window])})) AS sorted_${index}`,
    ).join(', ')}
  FROM decisions
  WHERE append_time >= ${minutesBack(LONGEST_MINUTES)} AND append_time < ${END} AND ${REAL_IN_TIME}
  GROUP BY tenant, service_name, cached_as
)
ORDER BY tenant, service, cached`;

/** Distinct sessions (attribute session_id) with a denied attempt, for each of RECORD_WINDOWS. */
export const SESSIONS_BLOCKED = `
SELECT tenant_id AS tenant, service, [${RECORD_WINDOWS.map(
  (window) => `uniqExactIf(session, append_time >= ${minutesBack(WINDOW_MINUTES[window])})`,
).join(', ')}] AS sessions
FROM (
  SELECT tenant_id, service, append_time,
    \`attributes.value\`[indexOf(\`attributes.key\`, 'session_id')] AS session
  FROM decisions
  WHERE append_time >= ${minutesBack(LONGEST_MINUTES)} AND append_time < ${END} AND ${REAL_IN_TIME}
    AND category = 'adversarial' AND outcome = 'DENY' AND has(\`attributes.key\`, 'session_id')
)
GROUP BY tenant_id, service
ORDER BY tenant, service`;

/** What the newest tally of each observer of the last 30 minutes says of its backlog. */
export const BACKLOG = `
SELECT tenant, service_name AS service, sum(newest) AS events
FROM (
  SELECT tenant_id AS tenant, service AS service_name, argMax(backlog, (observer_epoch, append_time, offset)) AS newest
  FROM tallies WHERE append_time >= ${minutesBack(WINDOW_MINUTES['30m'])} AND append_time < ${END}
  GROUP BY tenant, service_name, observer_kind, observer_id
)
GROUP BY tenant, service_name
ORDER BY tenant, service`;

/** Decisions of the last 30 days that wait for a person, and since when the oldest does. */
export const REVIEW_QUEUE = `
SELECT tenant_id AS tenant, service_name AS service, count() AS depth, ${msOf('min(queued)')} AS oldestMs
FROM (
  SELECT tenant_id, enforcer_id, decision_id, max(service) AS service_name, min(queued_minute) AS queued,
    min(labelled_minute) AS labelled
  FROM review_queue
  GROUP BY tenant_id, enforcer_id, decision_id
  HAVING queued >= ${minutesBack(REVIEW_MINUTES)} AND queued < ${END} AND labelled >= ${END}
)
GROUP BY tenant, service_name
ORDER BY tenant, service`;

/** Minutes in which drift was judged and found, over one hour and one day. */
export const DRIFT_MINUTES = `
SELECT tenant_id AS tenant, policy_id AS policy,
  [countIf(in_hour), count()] AS judged,
  [countIf(in_hour AND verdict = 'drift'), countIf(verdict = 'drift')] AS alerted
FROM (
  SELECT tenant_id, policy_id, verdict, append_minute >= ${minutesBack(WINDOW_MINUTES['1h'])} AS in_hour
  FROM drift_results FINAL
  WHERE append_minute >= ${minutesBack(WINDOW_MINUTES['1d'])} AND append_minute < ${END}
    AND verdict != 'insufficient_data'
)
GROUP BY tenant, policy
ORDER BY count() DESC, tenant, policy`;

const MONTH_BACK = minutesBack(REVIEW_MINUTES);

/**
 * Decisions of 30 days by policy and stratum, and of those that were drawn and labelled how many there are, and how
 * many are violations.
 */
export const STRATA = `
SELECT tenant, policy, stratum, sum(decisions) AS population, sum(judged) AS labelled, sum(bad) AS violating
FROM (
  SELECT toString(tenant_id) AS tenant, toString(policy_id) AS policy, toString(detail) AS stratum,
    toInt64(amount) AS decisions, toInt64(0) AS judged, toInt64(0) AS bad
  FROM metric_minutes FINAL
  WHERE metric = '${STRATUM_COUNTS.inStratum.name}' AND append_minute >= ${MONTH_BACK} AND append_minute < ${END}
  UNION ALL
  SELECT tenant, policy, stratum, toInt64(0), toInt64(1), toInt64(newest = 'VIOLATION')
  FROM (
    SELECT toString(tenant_id) AS tenant, toString(argMax(policy_id, label_offset)) AS policy,
      toString(argMax(sample_stratum, label_offset)) AS stratum, argMax(verdict, label_offset) AS newest
    FROM reviewed_decisions FINAL
    WHERE sample_stratum != '' AND decision_minute >= ${MONTH_BACK} AND judged_minute < ${END}
    GROUP BY tenant_id, enforcer_id, decision_id
  )
  WHERE newest IN ('LEGITIMATE', 'VIOLATION')
)
GROUP BY tenant, policy, stratum
ORDER BY tenant, policy, stratum`;

/** What the newest step of an incident that says anything about it says. */
const told = (column: string) =>
  `argMaxIf(${column}, (append_time, occurred_at, offset), ${column} IS NOT NULL)`;

/** Incidents that were opened within 30 days, as what is recorded of them says. Without an attribution, policy is ''. */
const OPENED = `
SELECT tenant_id AS tenant, incident_id, argMax(severity, (append_time, occurred_at, offset)) AS severity_now,
  ifNull(${told('policy_id')}, '') AS policy_now, ifNull(${told('confidence')}, 1) AS confidence_now,
  ${told('impact_started_at')} AS started, ${told('detected_at')} AS detected
FROM incidents
WHERE append_time < ${END}
GROUP BY tenant, incident_id
HAVING min(append_time) >= ${minutesBack(WINDOW_MINUTES['30d'])}`;

/**
 * Incidents of 30 days: how many, the sum of the confidences in their attribution (1 where none is told), and how long
 * those took to be noticed of which both times are known.
 */
export const INCIDENTS = `
SELECT tenant, severity_now AS severity, policy_now AS policy, count() AS opened, sum(confidence_now) AS weighted,
  countIf(detected >= started) AS timed,
  sumIf(dateDiff('microsecond', started, detected), detected >= started) AS detectionUs
FROM (${OPENED})
GROUP BY tenant, severity, policy
ORDER BY tenant, severity, policy`;

/** Labelled decisions that were allowed, by their newest random label; what is UNSURE has none. */
export const LABELLED_ALLOWS = `
SELECT tenant_id AS tenant, policy, count() AS labelled, countIf(newest = 'VIOLATION') AS violating
FROM (
  SELECT tenant_id, argMax(policy_id, label_offset) AS policy, argMax(verdict, label_offset) AS newest
  FROM reviewed_decisions FINAL
  WHERE outcome = 'ALLOW' AND judged_minute >= ${minutesBack(REVIEW_MINUTES)} AND judged_minute < ${END}
  GROUP BY tenant_id, enforcer_id, decision_id
)
WHERE newest IN ('LEGITIMATE', 'VIOLATION')
GROUP BY tenant, policy
ORDER BY labelled DESC, tenant, policy`;
