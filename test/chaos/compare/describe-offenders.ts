import { INPUTS } from '../../../domain/contract/inputs.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import type { Journal } from '../journal.ts';
import type { Offender } from './compare-offsets.ts';

const MOST_SHOWN = 40;
/** Offsets of one insert lie as close as this: between them are those of other tables. */
const NEIGHBOURS = 200;
const BEFORE_MS = 4_000;
const AFTER_MS = 20_000;

interface OffenderRange extends Offender {
  lastOffset: number;
  count: number;
}

/** What is known of offsets that are not as they should be: their rows and times, and what went on then. */
export async function describeOffenders(
  clickhouse: ClickHouse,
  offenders: readonly Offender[],
  journal: Pick<Journal, 'between'>,
): Promise<string[]> {
  const lines: string[] = [];
  const ranges = joinNeighbours(offenders);
  const shown = new Set<string>();
  for (const range of ranges.slice(0, MOST_SHOWN)) {
    const to = range.lastOffset === range.offset ? '' : ` to ${range.lastOffset} (${range.count} of them)`;
    lines.push(`${range.topic}/${range.partition} offset ${range.offset}${to}: ${range.what}`);
    const rows = await readRows(clickhouse, range);
    for (const row of rows)
      lines.push(`    the first in ${row.table}, part ${row.part}, appended ${time(row.append_ms)}`);
    const appendMs = rows[0]?.append_ms;
    if (appendMs === undefined) continue;
    const around = journal.between(appendMs - BEFORE_MS, appendMs + AFTER_MS);
    lines.push(...around.filter((line) => !shown.has(line)).map((line) => `        ${line}`));
    for (const line of around) shown.add(line);
  }
  if (ranges.length > MOST_SHOWN) lines.push(`… and ${ranges.length - MOST_SHOWN} more ranges`);
  return lines;
}

function joinNeighbours(offenders: readonly Offender[]): OffenderRange[] {
  const ranges: OffenderRange[] = [];
  for (const offender of offenders) {
    const last = ranges.at(-1);
    const joins =
      last !== undefined &&
      last.topic === offender.topic &&
      last.partition === offender.partition &&
      last.what === offender.what &&
      offender.offset - last.lastOffset <= NEIGHBOURS;
    if (joins) {
      last.lastOffset = offender.offset;
      last.count++;
    } else ranges.push({ ...offender, lastOffset: offender.offset, count: 1 });
  }
  return ranges;
}

function readRows(clickhouse: ClickHouse, { topic, partition, offset }: Offender) {
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

function time(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}
