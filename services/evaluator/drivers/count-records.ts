import { DUPLICATE_COUNTS } from '../../../domain/metrics/decision-counts.ts';
import {
  ACCESS_COUNTS,
  CHANGE_COUNTS,
  QUARANTINE_COUNTS,
  REJECTION_COUNTS,
  TALLY_COUNTS,
} from '../../../domain/metrics/record-counts.ts';
import { amountsOf, selectCounts } from './count-sql.ts';

const step = (name: string) => `countIf(step = '${name}')`;
const ASKS_FOR_ANOTHER_TENANT =
  "arrayExists((name, asked) -> name = 'tenant' AND asked != tenant_id, `filters.key`, `filters.value`)";

/** Rows of metric_minutes of a range: counts of records that are no decisions, by the table that they are in. */
export const COUNT_RECORDS = {
  tallies: selectCounts({
    table: 'tallies',
    service: 'service',
    detail: 'observer_kind',
    amounts: amountsOf(TALLY_COUNTS, {
      inScope: 'sum(requests_in_scope)',
      skipped: 'sum(arraySum(`skipped.count`))',
      evaluated: 'sum(evaluated)',
      failed: 'sum(failed)',
      dropped: 'sum(arraySum(`dropped.count`))',
    }),
  }),
  policy_changes: selectCounts({
    table: 'policy_changes',
    policy: 'policy_id',
    amounts: amountsOf(CHANGE_COUNTS, {
      deploys: step('DEPLOYED'),
      deployFailures: step('DEPLOY_FAILED'),
      activations: step('ACTIVATED'),
      rollbacks: step('ROLLED_BACK'),
      gatesPassed: step('GATE_PASSED'),
      gatesFailed: step('GATE_FAILED'),
      // A gate that found conflicts and does not say how many found one.
      conflictsFound: `sumIf(ifNull(conflicts, 1), step = 'CONFLICTS_FOUND')`,
    }),
  }),
  access_log: selectCounts({
    table: 'access_log',
    amounts: amountsOf(ACCESS_COUNTS, {
      reads: 'countIf(granted)',
      readsRefused: 'countIf(NOT granted)',
      readsCrossTenant: `countIf(NOT granted AND ${ASKS_FOR_ANOTHER_TENANT})`,
    }),
  }),
  rejections: selectCounts({
    table: 'rejections',
    detail: 'reason',
    amounts: amountsOf(REJECTION_COUNTS, { rejected: 'sum(ifNull(events, 1))' }),
  }),
  quarantine: selectCounts({
    table: 'quarantine',
    where: `reason = 'redaction_failed'`,
    tenant: `ifNull(tenant_id, '')`,
    amounts: amountsOf(QUARANTINE_COUNTS, { redactionQuarantined: 'count()' }),
  }),
  duplicates: selectCounts({
    table: 'duplicates',
    amounts: amountsOf(DUPLICATE_COUNTS, {
      duplicates: 'count()',
      duplicatesConflicting: `countIf(content = 'CONFLICT')`,
    }),
  }),
} as const;
