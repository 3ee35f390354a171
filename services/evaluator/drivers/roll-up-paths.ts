import { REAL_IN_TIME } from './count-sql.ts';
import { APPEND_MINUTE, appendedInRange } from './minute-sql.ts';

/** Ways that are told apart, of each minute, tenant and outcome: those that most decisions took. */
const MAX_PATHS = 200;

/** An overridden rule decided nothing, and one that lets pass does not block. Other effects are the enforcer's own. */
const BLOCKS =
  "NOT overridden AND lower(effect) NOT IN ('allow', 'permit', 'grant', 'warn', 'redact', 'transform', 'log')";

/** Columns that make a way. */
const WAY =
  'tenant_id, service, enforcement_point, region, model, model_at, policy_id, policy_version, matched, standing, ' +
  'outcome, fallback, applied';

/** Rows of path_minutes of a range. Aliases differ from the columns that they are made of. */
export const ROLL_UP_PATHS = `
INSERT INTO path_minutes (append_minute, tenant_id, service, enforcement_point, region, model_id, model_version,
  policy_id, policy_version, rules, blocking, outcome, fallback, applied, decisions, latency_us_sum, latency_us_max,
  newest_enforcer_id, newest_decision_id)
SELECT minute, ${WAY}, counted, sum_us, max_us, newest.1, newest.2
FROM (
  SELECT ${APPEND_MINUTE} AS minute, tenant_id, service, enforcement_point, region,
    ifNull(toString(model_id), '') AS model, ifNull(toString(model_version), '') AS model_at,
    policy_id, policy_version, arraySort(arrayDistinct(\`rules.id\`)) AS matched,
    if(outcome = 'DENY', arraySort(arrayDistinct(arrayFilter((rule, effect, overridden) -> ${BLOCKS},
      \`rules.id\`, \`rules.effect\`, \`rules.overridden\`))), []) AS standing,
    outcome, fallback, applied, count() AS counted, sum(latency_us) AS sum_us, max(latency_us) AS max_us,
    argMax((toString(enforcer_id), decision_id), (append_time, partition, offset)) AS newest
  FROM decisions
  WHERE ${appendedInRange()} AND ${REAL_IN_TIME}
  GROUP BY minute, ${WAY}
)
ORDER BY counted DESC, ${WAY}
LIMIT ${MAX_PATHS} BY minute, tenant_id, outcome`;
