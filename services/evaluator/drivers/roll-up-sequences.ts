import { inputOf } from '../../../domain/contract/inputs.ts';
import { APPEND_MINUTE, appendedInRange } from './minute-sql.ts';

/** What was announced counts as missing only so long after; until then it may be on its way. */
const SETTLE_MINUTES = 5;
const LARGEST = '9223372036854775806';
const DECISIONS_TOPIC = inputOf('decision').topic;

/** Rows of sequence_sets of a range: what was seen in it, and what was announced one settle time before it. */
export const ROLL_UP_SEQUENCES = `
INSERT INTO sequence_sets (tenant_id, enforcer_id, epoch, expected, sequences, unnumbered, last_minute)
SELECT tenant_id, enforcer, life, max(announced), groupBitmapStateIf(toUInt64(number), is_seen), max(is_unnumbered),
  max(minute)
FROM (
  SELECT tenant_id, enforcer_id AS enforcer, enforcer_epoch AS life, toInt64(0) AS announced,
    greatest(0, ifNull(enforcer_sequence, 0)) AS number, ifNull(enforcer_sequence, -1) >= 0 AS is_seen,
    toUInt8(enforcer_sequence IS NULL) AS is_unnumbered, ${APPEND_MINUTE} AS minute
  FROM decisions WHERE ${appendedInRange()}
  UNION ALL
  SELECT tenant_id, producer_id, assumeNotNull(epoch), 0, assumeNotNull(sequence), true, 0, ${APPEND_MINUTE}
  FROM duplicates
  WHERE ${appendedInRange()} AND topic = '${DECISIONS_TOPIC}' AND epoch IS NOT NULL AND sequence >= 0
  UNION ALL
  SELECT assumeNotNull(tenant_id), assumeNotNull(producer_id), assumeNotNull(epoch), 0, assumeNotNull(sequence), true,
    0, ${APPEND_MINUTE}
  FROM quarantine
  WHERE ${appendedInRange()} AND topic = '${DECISIONS_TOPIC}' AND tenant_id IS NOT NULL AND producer_id IS NOT NULL
    AND epoch IS NOT NULL AND sequence >= 0
  UNION ALL
  SELECT tenant_id, enforcer_id, enforcer_epoch, least(assumeNotNull(enforcer_sequence), ${LARGEST}) + 1, 0, false, 0,
    ${APPEND_MINUTE}
  FROM decisions WHERE ${appendedInRange(SETTLE_MINUTES)} AND enforcer_sequence >= 0
  UNION ALL
  SELECT tenant_id, observer_id, observer_epoch, assumeNotNull(next_sequence), 0, false, 0, ${APPEND_MINUTE}
  FROM tallies
  WHERE ${appendedInRange(SETTLE_MINUTES)} AND observer_kind = 'ENFORCER' AND next_sequence >= 0
)
GROUP BY tenant_id, enforcer, life`;

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
