import { CHANGE_PAIR_COUNTS } from '../../../domain/metrics/record-counts.ts';
import { appendedInRange, minuteMsOf, msOf, timeOf } from './minute-sql.ts';

/** Steps of one policy come apart: so long an activation waits for its approval to be told. */
export const CHANGE_JUDGED_AFTER_MINUTES = 10;

const MINUTE_END = timeOf('minute_ms + {bucketMs:Int64}');

const UNAUTHORISED = `
SELECT ${timeOf('minute_ms')}, '${CHANGE_PAIR_COUNTS.unauthorised.name}', tenant, '', policy, '', toInt64(count())
FROM (
  SELECT activated.minute_ms AS minute_ms, toString(activated.tenant_id) AS tenant,
    toString(activated.policy_id) AS policy, activated.change_id AS change,
    groupArrayIf(known.who_token, known.step = 'APPROVED') AS approvers
  FROM (
    SELECT ${minuteMsOf(msOf('append_time'))} + ${CHANGE_JUDGED_AFTER_MINUTES} * {bucketMs:Int64} AS minute_ms, tenant_id,
      policy_id, policy_version, change_id
    FROM policy_changes WHERE ${appendedInRange(CHANGE_JUDGED_AFTER_MINUTES)} AND step = 'ACTIVATED'
  ) AS activated
  INNER JOIN policy_changes AS known USING (tenant_id, policy_id, policy_version)
  WHERE known.append_time < ${MINUTE_END}
  GROUP BY minute_ms, tenant, policy, change
  HAVING empty(approvers) OR countIf(known.step = 'SIGNED') = 0
    OR hasAny(approvers, groupArrayIf(known.who_token, known.step = 'AUTHORED'))
)
GROUP BY minute_ms, tenant, policy`;

const ROLLED_BACK = `
SELECT ${timeOf('minute_ms')}, counted.1, tenant, '', policy, '', counted.2
FROM (
  SELECT minute_ms, tenant, policy, [('${CHANGE_PAIR_COUNTS.rollbacksTimed.name}', toInt64(count())),
    ('${CHANGE_PAIR_COUNTS.rollbackTime.name}', toInt64(sum(took_us)))] AS amounts
  FROM (
    SELECT back.minute_ms AS minute_ms, toString(back.tenant_id) AS tenant, toString(back.policy_id) AS policy,
      back.change_id AS change, any(back.happened_us) - max(toUnixTimestamp64Micro(known.occurred_at)) AS took_us
    FROM (
      SELECT ${minuteMsOf(msOf('append_time'))} AS minute_ms, tenant_id, policy_id,
        assumeNotNull(reverts) AS policy_version, change_id, toUnixTimestamp64Micro(occurred_at) AS happened_us
      FROM policy_changes WHERE ${appendedInRange()} AND step = 'ROLLED_BACK' AND reverts IS NOT NULL
    ) AS back
    INNER JOIN policy_changes AS known USING (tenant_id, policy_id, policy_version)
    WHERE known.step = 'ACTIVATED' AND known.append_time < ${MINUTE_END}
      AND toUnixTimestamp64Micro(known.occurred_at) <= back.happened_us
    GROUP BY minute_ms, tenant, policy, change
  )
  GROUP BY minute_ms, tenant, policy
)
ARRAY JOIN amounts AS counted`;

/** Rows of metric_minutes of a range: what takes two steps of a policy to tell. */
export const COUNT_CHANGE_PAIRS: readonly string[] = [UNAUTHORISED, ROLLED_BACK];
