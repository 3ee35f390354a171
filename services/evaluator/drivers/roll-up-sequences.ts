import { APPEND_MINUTE, appendedInRange } from './minute-sql.ts';

/** What was announced counts as missing only so long after; until then it may be on its way. */
export const ANNOUNCED_BEFORE_MINUTES = 5;

/**
 * Rows of sequence_sets of a range: what was seen and announced in it, and what was announced one settle time before
 * it. Which records count, and for what, is said by the view sequence_facts.
 */
export const ROLL_UP_SEQUENCES = `
INSERT INTO sequence_sets (tenant_id, enforcer_id, epoch, expected, announced, sequences, unnumbered, first_append,
  last_append, last_minute)
SELECT tenant_id, enforcer_id, epoch, max(ifNull(settled, -1)), max(ifNull(announced, -1)),
  groupBitmapStateIf(toUInt64(ifNull(sequence, 0)), sequence IS NOT NULL), max(unnumbered), min(append_time),
  max(append_time), max(${APPEND_MINUTE})
FROM (
  SELECT tenant_id, enforcer_id, epoch, append_time, sequence, announced, CAST(NULL AS Nullable(Int64)) AS settled,
    unnumbered
  FROM sequence_facts WHERE ${appendedInRange()}
  UNION ALL
  SELECT tenant_id, enforcer_id, epoch, append_time, NULL, announced, announced, unnumbered
  FROM sequence_facts WHERE ${appendedInRange(ANNOUNCED_BEFORE_MINUTES)}
)
GROUP BY tenant_id, enforcer_id, epoch`;

/** Rows of services_seen of a range. */
export const ROLL_UP_SERVICES = `
INSERT INTO services_seen (tenant_id, service, observed, first_minute)
SELECT tenant_id, service, is_observed, min(minute)
FROM (
  SELECT tenant_id, service, false AS is_observed, ${APPEND_MINUTE} AS minute
  FROM decisions WHERE ${appendedInRange()}
  UNION ALL
  SELECT tenant_id, service, observer_kind != 'ENFORCER', ${APPEND_MINUTE} FROM tallies WHERE ${appendedInRange()}
)
GROUP BY tenant_id, service, is_observed`;
