import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import type { ReviewStore } from '../ports.ts';
import { type LabelledBlocks, REVIEW_MINUTES, type ReviewResult } from '../review/judge-review.ts';
import { minuteParameters, msOf, timeOf, toClickHouseTime } from './minute-sql.ts';

// The newest label of a decision stands; if it is UNSURE, the decision has no verdict.
const LABELLED_BLOCKS = `
SELECT minute_ms AS minuteMs, tenant_id AS tenant, policy AS policy, count() AS blocks,
  countIf(newest = 'LEGITIMATE') AS legitimate
FROM (
  SELECT minute_ms, tenant_id, argMax(policy_id, label_offset) AS policy, argMax(verdict, label_offset) AS newest
  FROM (
    SELECT tenant_id, enforcer_id, decision_id, label_offset, verdict, policy_id,
      ${msOf('judged_minute')} AS judged_ms
    FROM reviewed_decisions FINAL
    WHERE outcome = 'DENY' AND judged_minute < ${timeOf('{toMs:Int64}')}
      AND judged_minute > ${timeOf(`{fromMs:Int64} - ${REVIEW_MINUTES} * {bucketMs:Int64}`)}
  ) AS reviewed
  CROSS JOIN (
    SELECT arrayJoin(range({fromMs:Int64}, {toMs:Int64}, {bucketMs:Int64})) AS minute_ms
  ) AS closing
  WHERE judged_ms <= minute_ms AND judged_ms > minute_ms - ${REVIEW_MINUTES} * {bucketMs:Int64}
  GROUP BY minute_ms, tenant_id, enforcer_id, decision_id
)
WHERE newest IN ('LEGITIMATE', 'VIOLATION')
GROUP BY minute_ms, tenant_id, policy
ORDER BY minuteMs, tenant, policy`;

const TENANTS = `
SELECT tenant_id AS tenant, ${msOf('min(first_minute)')} AS firstMinuteMs
FROM services_seen GROUP BY tenant_id ORDER BY tenant`;

/** Labelled blocks and the results made of them. */
export function createReviewStore(clickhouse: ClickHouse, bucketMs: number): ReviewStore {
  return {
    readLabelledBlocks: (range) =>
      clickhouse.query<LabelledBlocks>(LABELLED_BLOCKS, minuteParameters(range, bucketMs)),
    readTenants: () => clickhouse.query<{ tenant: string; firstMinuteMs: number }>(TENANTS),
    saveResults: async (results) => {
      if (results.length > 0) await clickhouse.insertRows('review_results', results.map(resultRow));
    },
  };
}

function resultRow(result: ReviewResult): object {
  return {
    append_minute: toClickHouseTime(result.minuteMs),
    tenant_id: result.tenant,
    policy_id: result.policy,
    blocks_labelled: result.blocks,
    legitimate: result.legitimate,
    rate: result.estimate?.rate ?? null,
    lower: result.estimate?.lower ?? null,
    upper: result.estimate?.upper ?? null,
    verdict: result.estimate === null ? 'insufficient_data' : 'ok',
  };
}
