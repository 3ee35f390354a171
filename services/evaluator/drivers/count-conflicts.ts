import { SERVICE_COUNTS } from '../../../domain/metrics/decision-counts.ts';
import { REAL_IN_TIME } from './count-sql.ts';
import { msOf, timeOf } from './minute-sql.ts';

/** Effects further apart than this are two requests that share an id, or a change of mind. */
const CONFLICT_MINUTES = 5;

const ALLOWS = "('allow', 'permit', 'grant')";
const DENIES = "('deny', 'block', 'reject', 'forbid')";

function anyRule(effects: string): string {
  return (
    `arrayExists((effect, is_overridden) -> NOT is_overridden AND lower(effect) IN ${effects}, ` +
    '`rules.effect`, `rules.overridden`)'
  );
}

// Four minutes more than the range, so that its first minute sees what the last would.
const WITHIN_REACH =
  `append_time >= ${timeOf(`{fromMs:Int64} - ${CONFLICT_MINUTES - 1} * {bucketMs:Int64}`)} ` +
  `AND append_time < ${timeOf('{toMs:Int64}')} AND ${REAL_IN_TIME} AND request_id != ''`;

function heardOf(minutes: string, until: string): string {
  return `arrayExists(x -> x <= ${until} AND x > slot - ${CONFLICT_MINUTES}, ${minutes})`;
}

/**
 * Rows of metric_minutes of a range: requests on whose action rules both allowed and denied within five minutes. One
 * counts in the minute that completes it; whether it does follows from that minute and the four before it.
 */
export const COUNT_CONFLICTS = `
SELECT ${timeOf('slot * {bucketMs:Int64}')} AS minute, '${SERVICE_COUNTS.conflicts.name}', tenant, service_name, '', '',
  toInt64(count())
FROM (
  SELECT tenant, service_name, arrayJoin(arrayDistinct(arrayConcat(allowed, denied))) AS slot, allowed, denied
  FROM (
    SELECT toString(tenant_id) AS tenant, toString(service) AS service_name, action, request_id,
      groupUniqArrayIf(intDiv(${msOf('append_time')}, {bucketMs:Int64}), ${anyRule(ALLOWS)}) AS allowed,
      groupUniqArrayIf(intDiv(${msOf('append_time')}, {bucketMs:Int64}), ${anyRule(DENIES)}) AS denied
    FROM decisions
    WHERE ${WITHIN_REACH} AND (${anyRule(ALLOWS)} OR ${anyRule(DENIES)})
      AND request_id IN (SELECT request_id FROM decisions WHERE ${WITHIN_REACH} AND ${anyRule(DENIES)})
    GROUP BY tenant, service_name, action, request_id
    HAVING notEmpty(allowed) AND notEmpty(denied)
  )
)
WHERE slot * {bucketMs:Int64} >= {fromMs:Int64} AND slot * {bucketMs:Int64} < {toMs:Int64}
  AND ${heardOf('allowed', 'slot')} AND ${heardOf('denied', 'slot')}
  AND NOT (${heardOf('allowed', 'slot - 1')} AND ${heardOf('denied', 'slot - 1')})
GROUP BY minute, tenant, service_name`;
