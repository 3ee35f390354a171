import { REAL } from './count-sql.ts';
import { APPEND_MINUTE, appendedInRange, timeOf } from './minute-sql.ts';

/** Stands for "not yet": 1 January 2100. */
const NEVER = timeOf('4102444800000');

/** Rows of review_queue of a range: decisions to look at, and labels of any decision. */
export const ROLL_UP_REVIEW_QUEUE = `
INSERT INTO review_queue (tenant_id, enforcer_id, decision_id, service, queued_minute, labelled_minute)
SELECT toString(tenant_id), toString(enforcer_id), decision_id, toString(service), ${APPEND_MINUTE}, ${NEVER}
FROM decisions WHERE ${appendedInRange()} AND ${REAL} AND outcome = 'REVIEW'
UNION ALL
SELECT toString(tenant_id), toString(enforcer_id), decision_id, '', ${NEVER}, ${APPEND_MINUTE}
FROM labels WHERE ${appendedInRange()}`;
