import { appendedInRange, minuteMsOf, msOf, timeOf } from './minute-sql.ts';

/** A tally is judged one minute after it was appended, so that decisions that travel in batches are there too. */
export const TALLY_JUDGED_AFTER_MINUTES = 1;
/** Tallies of other observers over the same interval are known when appended at most so long before. */
const SIBLING_MINUTES = 60;
/** Decisions are looked up, and intervals followed, at most so far back. */
const LOOK_BACK_MINUTES = 1440;
/** By so much an enforcer's clock may be ahead of the broker's. */
const CLOCK_SKEW_MINUTES = 5;

const TALLY_GROUP = 'tenant_id, service, observer_kind, interval_start, interval_end';

function tallies(appended: string): string {
  return `
  SELECT ${TALLY_GROUP}, append_time, ${minuteMsOf(msOf('append_time'))} + ${TALLY_JUDGED_AFTER_MINUTES} * {bucketMs:Int64}
      AS judged_ms, greatest(0, requests_in_scope - arraySum(\`skipped.count\`)) AS in_scope
  FROM tallies
  WHERE ${appended} AND observer_kind != 'ENFORCER' AND interval_end > interval_start
    AND ({tenant:String} IN ('*', tenant_id)) AND ({service:String} IN ('*', service))`;
}

const APPENDED_UP_TO_RANGE =
  `append_time >= ${timeOf(`{fromMs:Int64} - ${SIBLING_MINUTES} * {bucketMs:Int64}`)} ` +
  `AND append_time < ${timeOf(`{toMs:Int64} - ${TALLY_JUDGED_AFTER_MINUTES} * {bucketMs:Int64}`)}`;

/**
 * Coverage of a range. Tallies of one kind of observer over the same interval are one count, of which each observer
 * saw a part: the distinct evaluated requests of the interval are credited to them in the order in which their
 * tallies were appended, so that together they are credited with each request once. `slots` are the minutes that an
 * interval touches: joining on them keeps the join linear.
 */
export const COVERAGE = `
WITH due AS (
  SELECT ${TALLY_GROUP}, judged_ms, sum(in_scope) AS arrived
  FROM (${tallies(appendedInRange(TALLY_JUDGED_AFTER_MINUTES))})
  GROUP BY ${TALLY_GROUP}, judged_ms
), earlier AS (
  SELECT due.tenant_id AS tenant_id, due.service AS service, due.observer_kind AS observer_kind,
    due.interval_start AS interval_start, due.interval_end AS interval_end, due.judged_ms AS judged_ms,
    sum(known.in_scope) AS in_scope
  FROM due INNER JOIN (${tallies(APPENDED_UP_TO_RANGE)}) AS known USING (${TALLY_GROUP})
  WHERE known.judged_ms < due.judged_ms
  GROUP BY ${TALLY_GROUP}, judged_ms
), slots AS (
  SELECT ${TALLY_GROUP}, judged_ms, arrayJoin(range(
      greatest(intDiv(${msOf('interval_start')}, {bucketMs:Int64}), last_slot - ${LOOK_BACK_MINUTES}),
      last_slot + 1)) AS slot,
    intDiv(${msOf('interval_end')}, {bucketMs:Int64}) AS last_slot
  FROM due
), evaluated AS (
  SELECT slots.tenant_id AS tenant_id, slots.service AS service, slots.observer_kind AS observer_kind,
    slots.interval_start AS interval_start, slots.interval_end AS interval_end, slots.judged_ms AS judged_ms,
    uniqExact(made.request_id) AS requests
  FROM (
    SELECT tenant_id, service, request_id, decided_at, append_time,
      intDiv(${msOf('decided_at')}, {bucketMs:Int64}) AS slot
    FROM decisions
    WHERE append_time >= ${timeOf(`(
        SELECT if(count() = 0, {toMs:Int64}, greatest({fromMs:Int64} - ${LOOK_BACK_MINUTES} * {bucketMs:Int64},
          min(${msOf('interval_start')}) - ${CLOCK_SKEW_MINUTES} * {bucketMs:Int64})) FROM due)`)}
      AND append_time < ${timeOf('{toMs:Int64}')}
      AND mode = 'ENFORCE' AND probe_id IS NULL AND outcome != 'ERROR' AND request_id != ''
  ) AS made
  INNER JOIN slots USING (tenant_id, service, slot)
  WHERE made.decided_at >= slots.interval_start AND made.decided_at < slots.interval_end
    AND made.append_time < ${timeOf('slots.judged_ms + {bucketMs:Int64}')}
  GROUP BY ${TALLY_GROUP}, judged_ms
)
SELECT ${timeOf('due.judged_ms')} AS append_minute,
  ${timeOf(minuteMsOf(`least(${msOf('due.interval_start')}, due.judged_ms)`))} AS decided_minute,
  due.tenant_id AS tenant_id, due.service AS service,
  due.judged_ms - ${msOf('due.interval_end')} > {lateMs:Int64} AS late,
  sum(least(toInt64(evaluated.requests), earlier.in_scope + due.arrived)
    - least(toInt64(evaluated.requests), earlier.in_scope)) AS n_good,
  sum(due.arrived) - n_good AS n_bad, 0 AS n_unknown
FROM due
LEFT JOIN earlier USING (${TALLY_GROUP}, judged_ms)
LEFT JOIN evaluated USING (${TALLY_GROUP}, judged_ms)
GROUP BY append_minute, decided_minute, tenant_id, service, late
HAVING n_good + n_bad > 0`;
