import { REVIEW_MINUTES } from '../review/judge-review.ts';
import { REAL } from './count-sql.ts';
import { appendedInRange, minuteMsOf, msOf, timeOf } from './minute-sql.ts';

const WINDOW_START = timeOf(`{fromMs:Int64} - ${REVIEW_MINUTES} * {bucketMs:Int64}`);
const UP_TO_RANGE = `append_time >= ${WINDOW_START} AND append_time < ${timeOf('{toMs:Int64}')}`;
const BEFORE_RANGE = `append_time >= ${WINDOW_START} AND append_time < ${timeOf('{fromMs:Int64}')}`;

function pairs(labelsAppended: string, decisionsAppended: string): string {
  const labels = `
    SELECT tenant_id, enforcer_id, decision_id, offset AS label_offset, verdict, append_time AS labelled_time
    FROM labels WHERE ${labelsAppended} AND source = 'RANDOM'`;
  return `
INSERT INTO reviewed_decisions (tenant_id, enforcer_id, decision_id, label_offset, verdict, policy_id, outcome,
  judged_minute, sample_stratum, decision_minute)
SELECT made.tenant_id, made.enforcer_id, made.decision_id, given.label_offset, given.verdict, made.policy_id,
  made.outcome, ${timeOf(minuteMsOf(`greatest(${msOf('made.append_time')}, ${msOf('given.labelled_time')})`))},
  made.drawn_from, ${timeOf(minuteMsOf(msOf('made.append_time')))}
FROM (
  SELECT tenant_id, enforcer_id, decision_id, policy_id, outcome, append_time,
    if(sample_drawn AND ${REAL}, toString(sample_stratum), '') AS drawn_from
  FROM decisions
  WHERE ${decisionsAppended} AND decision_id IN (
    SELECT decision_id FROM labels WHERE ${labelsAppended} AND source = 'RANDOM')
) AS made
INNER JOIN (${labels}) AS given USING (tenant_id, enforcer_id, decision_id)`;
}

/** Labels of a range with decisions of any time. */
export const PAIR_NEW_LABELS = pairs(appendedInRange(), UP_TO_RANGE);

/** Decisions of a range whose labels came before them. */
export const PAIR_NEW_DECISIONS = pairs(BEFORE_RANGE, appendedInRange());
