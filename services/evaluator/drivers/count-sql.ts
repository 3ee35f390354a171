import type { CountGauge } from '../../../domain/metrics/count.ts';
import { APPEND_MINUTE, appendedInRange, IS_LATE } from './minute-sql.ts';

/** What is enforced and answers somebody. */
export const REAL = "mode = 'ENFORCE' AND probe_id IS NULL";

/** What alert windows are about. */
export const REAL_IN_TIME = `${REAL} AND NOT (${IS_LATE})`;

interface CountedTable {
  readonly table: string;
  readonly where?: string;
  /** Expressions; empty text where the counts have no such label. */
  readonly tenant?: string;
  readonly service?: string;
  readonly policy?: string;
  readonly detail?: string;
  /** For each count its amount, as an aggregate. */
  readonly amounts: readonly (readonly [CountGauge, string])[];
}

/** Pairs each count with its expression; the types see to it that none is forgotten. */
export function amountsOf<Key extends string>(
  counts: Readonly<Record<Key, CountGauge>>,
  expressions: Readonly<Record<Key, string>>,
): (readonly [CountGauge, string])[] {
  return (Object.keys(expressions) as Key[]).map((key) => [counts[key], expressions[key]]);
}

/** Rows of metric_minutes of a range, all counts of one table and grouping in one pass. */
export function selectCounts(counted: CountedTable): string {
  const {
    table,
    where = 'true',
    tenant = 'tenant_id',
    service = "''",
    policy = "''",
    detail = "''",
  } = counted;
  const tuples = counted.amounts.map(([{ name }, amount]) => `('${name}', toInt64(${amount}))`);
  return `
SELECT minute, counted.1, tenant, service_name, policy, last_label, counted.2
FROM (
  SELECT ${APPEND_MINUTE} AS minute, toString(${tenant}) AS tenant, toString(${service}) AS service_name,
    toString(${policy}) AS policy, toString(${detail}) AS last_label, [${tuples.join(', ')}] AS amounts
  FROM ${table}
  WHERE ${appendedInRange()} AND ${where}
  GROUP BY minute, tenant, service_name, policy, last_label
)
ARRAY JOIN amounts AS counted
WHERE counted.2 != 0`;
}

/** One statement that stores the rows of several selects. */
export function insertCounts(...selects: readonly string[]): string {
  return `
INSERT INTO metric_minutes (append_minute, metric, tenant_id, service, policy_id, detail, amount)
${selects.join('\nUNION ALL')}`;
}
