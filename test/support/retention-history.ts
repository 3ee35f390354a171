import { randomBytes, randomUUID } from 'node:crypto';
import { INPUTS } from '../../domain/contract/inputs.ts';
import { appendLeaf, EMPTY_RANGE, rangeRoot } from '../../domain/merkle/compact-range.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { clickHouseTime, type RawRow, rawDecision, rawQuarantine } from './raw-records.ts';

const TOPIC = 'docket.decisions.v1';
const DAY_MS = 86_400_000;
const TABLES = ['decisions', 'quarantine', 'duplicates'] as const;

/** One offset: on which day before today it was appended, for whom, and what became of it. */
export interface HistoryEntry {
  readonly daysAgo: number;
  readonly tenant?: string | null;
  readonly table?: (typeof TABLES)[number];
  /** Columns beside those. */
  readonly columns?: RawRow;
}

/** A token for tests: 16 bytes, from one character. */
export function tokenOf(character: string): string {
  return character.repeat(16);
}

/**
 * Records a history of partition 0 of decisions, from offset 0, with its true root, and closes every minute up to today
 * 00:00 UTC. Returns the root.
 */
export async function recordHistory(
  clickhouse: ClickHouse,
  entries: readonly HistoryEntry[],
): Promise<Buffer> {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const rows = entries.map(({ daysAgo, tenant = 'acme', table = 'decisions', columns = {} }, offset) => {
    const appendMs = today - daysAgo * DAY_MS + offset;
    const about = {
      topic: TOPIC,
      partition: 0,
      offset,
      tenant_id: tenant,
      leaf_hash: randomBytes(16).toString('hex'),
    };
    return { table, row: { ...rowOf(table, appendMs), ...about, ...columns } };
  });
  for (const table of TABLES) {
    const ofTable = rows.filter((entry) => entry.table === table).map(({ row }) => row);
    if (ofTable.length > 0) await clickhouse.insertRows(table, ofTable);
  }
  const leaves = rows.map(({ row }) => Buffer.from(String(row.leaf_hash)));
  const range = leaves.reduce(appendLeaf, EMPTY_RANGE);
  const hex = (bytes: Buffer) => bytes.toString('hex');
  await clickhouse.command(
    `INSERT INTO progress SELECT {topic: String}, 0, {size: Int64}, {at: String}, unhex({root: String}),
       arrayMap(peak -> toFixedString(unhex(peak), 32), {peaks: Array(String)})`,
    {
      topic: TOPIC,
      size: entries.length,
      at: clickHouseTime(today),
      root: hex(rangeRoot(range)),
      peaks: range.peaks.map(hex),
    },
  );
  await clickhouse.insertRows('closed_minutes', [
    { append_minute: clickHouseTime(today - 60_000), watermark: clickHouseTime(today), bucket_ms: 60_000 },
  ]);
  return rangeRoot(range);
}

function rowOf(table: HistoryEntry['table'], appendMs: number): RawRow {
  if (table === 'quarantine') return rawQuarantine(appendMs);
  if (table === 'duplicates')
    return {
      append_time: clickHouseTime(appendMs),
      ...{ producer_id: 'guard-1', event_id: randomUUID(), duplicate_of: 0, content: 'SAME' },
    };
  return rawDecision(appendMs);
}

/** Offsets of partition 0 of decisions that a table has. */
export async function readOffsets(clickhouse: ClickHouse, table: string): Promise<number[]> {
  const rows = await clickhouse.query<{ offset: number }>(
    `SELECT DISTINCT offset FROM ${table} WHERE topic = {topic: String} ORDER BY offset`,
    { topic: TOPIC },
  );
  return rows.map((row) => row.offset);
}

/** The root that follows from rows and, where they are gone, from the leaves that were kept of them. */
export async function recomputeRoot(clickhouse: ClickHouse): Promise<Buffer> {
  const tables = [...TABLES, 'pruned_leaves'].map(
    (table) => `SELECT offset, hex(leaf_hash) AS leaf FROM ${table} WHERE topic = {topic: String}`,
  );
  const rows = await clickhouse.query<{ offset: number; leaf: string }>(
    `SELECT DISTINCT offset, leaf FROM (${tables.join(' UNION ALL ')}) ORDER BY offset`,
    { topic: TOPIC },
  );
  return rangeRoot(rows.map(({ leaf }) => Buffer.from(leaf, 'hex')).reduce(appendLeaf, EMPTY_RANGE));
}

/** Empties whatever retention reads or writes. */
export async function clearRetention(clickhouse: ClickHouse): Promise<void> {
  const tables = [...INPUTS.map(({ table }) => table), 'duplicates', 'quarantine', 'lost', 'progress'];
  for (const table of [...tables, 'closed_minutes', 'sequence_sets', 'prunes', 'pruned_leaves'])
    await clickhouse.command(`TRUNCATE TABLE ${table}`);
}
