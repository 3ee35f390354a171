import {
  APPEND_MINUTE,
  appendedInRange,
  DECIDED_MINUTE,
  IS_LATE,
  minuteMsOf,
  msOf,
  timeOf,
} from './minute-sql.ts';

/**
 * Which attempt to apply a decision is judged: the last one, so that a retry that worked counts, or the first one, so
 * that retries cannot hide that it did not.
 */
export type EnforcementFigure = 'final' | 'first';

/** Unless its outcome is appended so long before or after a decision, it is bad. */
export const SETTLE_MINUTES = 5;

const DECIDED_WELL = "fallback = 'NONE' AND outcome NOT IN ('ERROR', 'UNDEFINED')";

/**
 * What is not settled by the decision itself. An error, a fallback or no result at all is bad whatever came of it. What
 * failed is open to retries; its first attempt it has had. UNKNOWN means that nobody will ever tell.
 */
const OPEN: Readonly<Record<EnforcementFigure, string>> = {
  final: `${DECIDED_WELL} AND applied IN ('PENDING', 'FAILED', 'NOT_APPLIED')`,
  first: `${DECIDED_WELL} AND applied = 'PENDING'`,
};

const TELLS: Readonly<Record<EnforcementFigure, string>> = {
  final: 'final',
  first: "attempt = 1 AND applied != 'PENDING'",
};

const FROM = '{fromMs:Int64}';
const TO = '{toMs:Int64}';
const SETTLE_MS = `${SETTLE_MINUTES} * {bucketMs:Int64}`;

function appendedSince(minutesBack: number): string {
  return (
    `append_time >= ${timeOf(`${FROM} - ${minutesBack} * {bucketMs:Int64}`)} ` +
    `AND append_time < ${timeOf(TO)}`
  );
}

export interface EnforcementQuery {
  readonly figure: EnforcementFigure;
  /** Conditions on decisions, beside that they are in mode ENFORCE and no probes. */
  readonly scope: string;
  /** Columns of decisions by which they are counted, beside the minutes and late. */
  readonly by: readonly string[];
}

/**
 * Decisions that became final in a range: one row for each append minute in which they did, decided minute, late and
 * `by`, with n_good, n_bad and n_unknown. Each decision is in exactly one minute: that of its append where it settles
 * itself; where it is open, that in which the first outcome that tells of it was appended, or its own where that came
 * before; and without one within five minutes, the minute that ends them, as bad. Everything that this depends on was
 * appended before the range ends, so a minute that is closed stays as it is.
 */
export function settledDecisions({ figure, scope, by }: EnforcementQuery): string {
  const columns = by.join(', ');
  const isReal = `mode = 'ENFORCE' AND probe_id IS NULL AND ${scope}`;
  // Where nobody told, told_ms is 0: out of time.
  const inTime = `abs(told.told_ms - made.made_ms) <= ${SETTLE_MS}`;
  const told = (column: string) => `argMinIf(told.${column}, (told.told_ms, told.told_offset), ${inTime})`;
  return `
SELECT append_minute, decided_minute, late, ${columns}, sum(good) AS n_good, sum(bad) AS n_bad,
  sum(unknown) AS n_unknown
FROM (
  SELECT ${APPEND_MINUTE} AS append_minute, ${DECIDED_MINUTE} AS decided_minute, ${IS_LATE} AS late, ${columns},
    ${DECIDED_WELL} AND applied = 'APPLIED' AS good, ${DECIDED_WELL} AND applied = 'UNKNOWN' AS unknown,
    NOT good AND NOT unknown AS bad
  FROM decisions
  WHERE ${appendedInRange()} AND ${isReal} AND NOT (${OPEN[figure]})
  UNION ALL
  SELECT ${timeOf('settled_ms')} AS append_minute, decided_minute, late, ${columns},
    result = 'APPLIED' AS good, result = 'UNKNOWN' AS unknown, NOT good AND NOT unknown AS bad
  FROM (
    SELECT any(made.decided_minute) AS decided_minute, any(made.late) AS late,
      ${by.map((column) => `any(made.${column}) AS ${column}`).join(', ')},
      ${told('result')} AS result,
      if(result = '', ${minuteMsOf('made.made_ms')} + ${SETTLE_MS},
        ${minuteMsOf(`greatest(made.made_ms, ${told('told_ms')})`)}) AS settled_ms
    FROM (
      SELECT topic, partition, offset, tenant_id AS tenant, enforcer_id AS enforcer, decision_id, ${columns},
        ${msOf('append_time')} AS made_ms, ${DECIDED_MINUTE} AS decided_minute, ${IS_LATE} AS late
      FROM decisions
      WHERE ${appendedSince(SETTLE_MINUTES)} AND ${isReal} AND ${OPEN[figure]}
    ) AS made
    LEFT JOIN (
      SELECT tenant_id AS tenant, enforcer_id AS enforcer, decision_id, toString(applied) AS result,
        ${msOf('append_time')} AS told_ms, offset AS told_offset
      FROM outcomes
      WHERE ${appendedSince(2 * SETTLE_MINUTES)} AND ${TELLS[figure]}
    ) AS told USING (tenant, enforcer, decision_id)
    GROUP BY made.topic, made.partition, made.offset, made.made_ms
  )
  WHERE settled_ms >= ${FROM} AND settled_ms < ${TO}
)
GROUP BY append_minute, decided_minute, late, ${columns}`;
}
