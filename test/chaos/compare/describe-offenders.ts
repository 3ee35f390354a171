import { INPUTS } from '../../../domain/contract/inputs.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import type { Journal } from '../journal.ts';
import type { Offender } from './compare-offsets.ts';

const MOST_SHOWN = 40;
const BEFORE_MS = 4_000;
const AFTER_MS = 10_000;

/** What is known of offsets that are not as they should be: their rows, parts and times, and what went on then. */
export async function describeOffenders(
  clickhouse: ClickHouse,
  offenders: readonly Offender[],
  journal: Pick<Journal, 'between'>,
): Promise<string[]> {
  const lines: string[] = [];
  let firstMs: number | null = null;
  for (const offender of offenders.slice(0, MOST_SHOWN)) {
    const { topic, partition, offset, what } = offender;
    const rows = await readWhere(clickhouse, offender);
    lines.push(`${topic}/${partition} offset ${offset}: ${what}`);
    for (const row of rows) {
      lines.push(`    ${row.table}, part ${row.part}, appended ${new Date(row.append_ms).toISOString()}`);
      firstMs ??= row.append_ms;
    }
  }
  if (offenders.length > MOST_SHOWN) lines.push(`… and ${offenders.length - MOST_SHOWN} more`);
  if (firstMs !== null) {
    lines.push('what went on around the first of them:');
    lines.push(...journal.between(firstMs - BEFORE_MS, firstMs + AFTER_MS).map((line) => `    ${line}`));
  }
  return lines;
}

function readWhere(clickhouse: ClickHouse, { topic, partition, offset }: Offender) {
  const tables = [...INPUTS.map(({ table }) => table), 'duplicates', 'quarantine'];
  const parts = tables.map(
    (table) => `SELECT '${table}' AS table, _part AS part, toUnixTimestamp64Milli(append_time) AS append_ms
      FROM ${table} WHERE topic = {topic: String} AND partition = {partition: Int32} AND offset = {offset: Int64}`,
  );
  return clickhouse.query<{ table: string; part: string; append_ms: number }>(parts.join(' UNION ALL '), {
    topic,
    partition,
    offset,
  });
}
