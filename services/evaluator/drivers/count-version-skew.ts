import { REGION_COUNTS } from '../../../domain/metrics/decision-counts.ts';
import { amountsOf, REAL_IN_TIME } from './count-sql.ts';
import { appendedInRange, minuteMsOf, msOf, timeOf } from './minute-sql.ts';

/** Places in a change: when it happened, its offset, when it was appended, and what it says. */
const HAPPENED_MS = 1;
const APPENDED_MS = 3;
const REGION = 4;
const STEP = 5;
const VERSION = 6;
const DIGEST = 7;
const SHARE = 8;

const IS_FULL = `(change.${STEP} IN ('ACTIVATED', 'ROLLED_BACK') AND change.${SHARE} >= 1)`;
const IS_PARTIAL = `(change.${STEP} IN ('DEPLOYED', 'ACTIVATED') AND change.${SHARE} > 0 AND change.${SHARE} < 1)`;
const IS_OF_BUNDLE = `change.${VERSION} = version AND (change.${DIGEST} = '' OR digest = '' OR change.${DIGEST} = digest)`;

const amounts = amountsOf(REGION_COUNTS, {
  versionJudged: 'sum(n)',
  versionSkewed: 'sumIf(n, NOT is_active)',
  versionUnapproved: 'sumIf(n, NOT is_approved)',
}).map(([{ name }, amount]) => `('${name}', toInt64(${amount}))`);

/**
 * Rows of metric_minutes of a range: decisions against what is known, at the end of their minute, of the changes of
 * their policy. A decision may be by the newest version that was fully active when it was decided, and by what was
 * rolled out, partly or fully, after that. A DEPLOYED step that names no share brings nothing into force.
 */
export const COUNT_VERSION_SKEW = `
SELECT minute, counted.1, tenant_id, '', policy_id, place, counted.2
FROM (
  SELECT minute, tenant_id, policy_id, place, [${amounts.join(', ')}] AS amounts
  FROM (
    SELECT ${timeOf('minute_ms')} AS minute, tenant_id, policy_id, place, n,
      arrayFilter(change -> change.${APPENDED_MS} < minute_ms + {bucketMs:Int64}, changes) AS known,
      arrayFilter(change -> (${IS_FULL} OR ${IS_PARTIAL}) AND change.${REGION} IN ('*', place), known) AS rollouts,
      arrayLastIndex(change -> ${IS_FULL} AND change.${HAPPENED_MS} <= decided_ms, rollouts) AS newest_full,
      arrayExists(change -> ${IS_OF_BUNDLE}, arraySlice(rollouts, newest_full)) AS is_active,
      arrayExists(change -> change.${STEP} = 'APPROVED' AND ${IS_OF_BUNDLE}, known)
        AND arrayExists(change -> change.${STEP} = 'SIGNED' AND ${IS_OF_BUNDLE}, known) AS is_approved
    FROM (
      SELECT ${minuteMsOf(msOf('append_time'))} AS minute_ms,
        ${minuteMsOf(`least(${msOf('decided_at')}, ${msOf('append_time')})`)} AS decided_ms,
        toString(tenant_id) AS tenant_id, toString(policy_id) AS policy_id, toString(policy_version) AS version,
        ifNull(toString(policy_bundle_digest), '') AS digest, toString(region) AS place, count() AS n
      FROM decisions
      WHERE ${appendedInRange()} AND ${REAL_IN_TIME}
      GROUP BY minute_ms, decided_ms, tenant_id, policy_id, version, digest, place
    ) AS made
    INNER JOIN (
      SELECT toString(tenant_id) AS tenant_id, toString(policy_id) AS policy_id,
        arraySort(groupArray((${msOf('occurred_at')}, offset, ${msOf('append_time')},
          ifNull(toString(region), '*'), toString(step), toString(policy_version),
          ifNull(toString(policy_bundle_digest), ''), ifNull(rollout_share, if(step = 'DEPLOYED', 0, 1))))) AS changes
      FROM policy_changes
      WHERE append_time < ${timeOf('{toMs:Int64}')}
      GROUP BY tenant_id, policy_id
    ) AS told USING (tenant_id, policy_id)
    WHERE newest_full > 0
  )
  GROUP BY minute, tenant_id, policy_id, place
)
ARRAY JOIN amounts AS counted
WHERE counted.2 != 0`;
