import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import {
  CURRENT_MINUTES,
  type DriftReference,
  type DriftResult,
  type OutcomeCount,
  REFERENCE_MINUTES,
} from '../drift/judge-drift.ts';
import type { DriftStore } from '../ports.ts';
import { minuteParameters, msOf, timeOf, toClickHouseTime } from './minute-sql.ts';

const REFERENCES = `
SELECT tenant_id AS tenant, policy_id AS policy, outcomes, counts, ${msOf('from_minute')} AS fromMinuteMs,
  ${msOf('to_minute')} AS toMinuteMs
FROM drift_references FINAL
ORDER BY tenant, policy`;

// A reference that is newer than the range was made by an evaluator ahead of us: here it is not made yet.
const OUTCOME_COUNTS = `
SELECT ${msOf('append_minute')} AS minuteMs, tenant_id AS tenant, policy_id AS policy, outcome,
  sum(decisions) AS decisions
FROM decision_minutes FINAL
WHERE mode = 'ENFORCE' AND NOT probe AND NOT late
  AND append_minute >= ${timeOf(`{fromMs:Int64} - ${REFERENCE_MINUTES - 1} * {bucketMs:Int64}`)}
  AND append_minute < ${timeOf('{toMs:Int64}')}
  AND (append_minute >= ${timeOf(`{fromMs:Int64} - ${CURRENT_MINUTES - 1} * {bucketMs:Int64}`)}
    OR (tenant_id, policy_id) NOT IN (
      SELECT tenant_id, policy_id FROM drift_references WHERE to_minute < ${timeOf('{fromMs:Int64}')}))
GROUP BY append_minute, tenant_id, policy_id, outcome
ORDER BY minuteMs, tenant, policy, outcome`;

/** References, outcome counts and results of drift. */
export function createDriftStore(clickhouse: ClickHouse, bucketMs: number): DriftStore {
  return {
    readReferences: () => clickhouse.query<DriftReference>(REFERENCES),
    readOutcomeCounts: (range) =>
      clickhouse.query<OutcomeCount>(OUTCOME_COUNTS, minuteParameters(range, bucketMs)),
    saveReferences: (references) => insertAll(clickhouse, 'drift_references', references.map(referenceRow)),
    saveResults: (results) => insertAll(clickhouse, 'drift_results', results.map(resultRow)),
  };
}

function referenceRow(reference: DriftReference): object {
  return {
    tenant_id: reference.tenant,
    policy_id: reference.policy,
    outcomes: reference.outcomes,
    counts: reference.counts,
    from_minute: toClickHouseTime(reference.fromMinuteMs),
    to_minute: toClickHouseTime(reference.toMinuteMs),
  };
}

function resultRow(result: DriftResult): object {
  return {
    append_minute: toClickHouseTime(result.minuteMs),
    tenant_id: result.tenant,
    policy_id: result.policy,
    psi: result.numbers?.psi ?? null,
    chi_squared: result.numbers?.chiSquared ?? null,
    degrees_of_freedom: result.numbers?.degreesOfFreedom ?? null,
    p_value: result.numbers?.pValue ?? null,
    n_reference: result.nReference,
    n_current: result.nCurrent,
    verdict: result.verdict,
  };
}

async function insertAll(clickhouse: ClickHouse, table: string, rows: readonly object[]): Promise<void> {
  if (rows.length > 0) await clickhouse.insertRows(table, rows);
}
