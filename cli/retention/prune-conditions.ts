import { INPUTS } from '../../domain/contract/inputs.ts';
import { TOKEN_COLUMNS, UNKNOWN_TENANT } from '../../domain/retention/retention-classes.ts';

/** What makes up the conditions of a prune, as text and parameters: ClickHouse fills the parameters in. */

export interface PartitionProgress {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: number;
}

/** Rows of the tenant `{tenant: String}` that were appended before the day `{cutoff: String}`. */
export function expiredCondition(table: string): string {
  const tenant = table === 'quarantine' ? `ifNull(tenant_id, '${UNKNOWN_TENANT}')` : 'tenant_id';
  return `${tenant} = {tenant: String} AND append_time < toDateTime64({cutoff: String}, 3, 'UTC')`;
}

/**
 * Rows about somebody whose token (32 hexadecimal digits) is in `{held: Array(String)}`. A label or an outcome is
 * about whomever its decision is about, beside who gave it.
 */
export function heldCondition(table: string): string {
  const columns = TOKEN_COLUMNS[table];
  const held = 'arrayMap(token -> toFixedString(unhex(token), 16), {held: Array(String)})';
  const conditions = [
    ...(columns?.one ? [`has(${held}, ifNull(${columns.one}, toFixedString('', 16)))`] : []),
    ...(columns?.many ? [`hasAny(${columns.many}, ${held})`] : []),
  ];
  if (table === 'labels' || table === 'outcomes')
    conditions.push(`(tenant_id, decision_id) IN (
      SELECT tenant_id, decision_id FROM decisions WHERE ${heldCondition('decisions')})`);
  return conditions.length === 0 ? '0' : `(${conditions.join(' OR ')})`;
}

/**
 * Rows that the recorder never reads again: it looks back `windowOffsets` from its progress, for identities in the
 * tables of records, and for origins of replays in all. What it may read stays, for as long as it takes: without it, a
 * duplicate would become a second record, and a replay of the topic another history.
 */
export function settledCondition(
  table: string,
  progress: readonly PartitionProgress[],
  windowOffsets: number,
): string {
  const known = progress.filter(({ topic }) => INPUTS.some((input) => input.topic === topic));
  const hasIdentities = table !== 'duplicates' && table !== 'quarantine';
  const conditions = known.map(({ topic, partition, nextOffset }) => {
    const windowStart = Math.max(0, nextOffset - windowOffsets);
    const bound = hasIdentities ? windowStart : `if(origin_offset IS NULL, ${nextOffset}, ${windowStart})`;
    return `(topic = '${topic}' AND partition = ${partition} AND offset < ${bound})`;
  });
  return conditions.length === 0 ? '0' : `(${conditions.join(' OR ')})`;
}

/** Decisions that still say something of people. */
export const HAS_ERASABLE =
  '(erasable_box IS NOT NULL OR notEmpty(subject_tokens) OR principal_token IS NOT NULL)';

/** Rows that the prunes `{statements: Array(UUID)}` list for a day of `20261121`. */
export function listedCondition(day: number): string {
  return `(topic, partition, offset) IN (
    SELECT topic, partition, offset FROM pruned_leaves
    WHERE append_day = toDate(toString(${day})) AND statement_id IN {statements: Array(UUID)})`;
}
