import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import { CHANGE_JUDGED_AFTER_MINUTES } from './count-change-pairs.ts';
import { TALLY_JUDGED_AFTER_MINUTES } from './coverage-sql.ts';
import { SETTLE_MINUTES } from './enforcement-sql.ts';
import { type MinuteParameters, timeOf } from './minute-sql.ts';
import { ANNOUNCED_BEFORE_MINUTES } from './roll-up-sequences.ts';

const RAW_TABLES = [
  'decisions',
  'tallies',
  'labels',
  'policy_changes',
  'access_log',
  'rejections',
  'quarantine',
  'duplicates',
] as const;

export type RawTable = (typeof RAW_TABLES)[number];

/** Tables with rows that rollups of a range may be made of. */
export interface Fed {
  readonly lately: ReadonlySet<RawTable>;
  readonly ever: ReadonlySet<RawTable>;
}

/** What is judged a while after it was appended makes rows in a range without being of it. */
const REACH_MINUTES = Math.max(
  SETTLE_MINUTES,
  ANNOUNCED_BEFORE_MINUTES,
  TALLY_JUDGED_AFTER_MINUTES,
  CHANGE_JUDGED_AFTER_MINUTES,
);

const LATELY =
  `append_time >= ${timeOf(`{fromMs:Int64} - ${REACH_MINUTES} * {bucketMs:Int64}`)} ` +
  `AND append_time < ${timeOf('{toMs:Int64}')}`;

const FED = RAW_TABLES.flatMap((table) => [
  `SELECT '${table}' AS name, true AS is_recent FROM (SELECT 1 FROM ${table} WHERE ${LATELY} LIMIT 1)`,
  `SELECT '${table}' AS name, false AS is_recent FROM (SELECT 1 FROM ${table} LIMIT 1)`,
]).join('\nUNION ALL\n');

/** Which tables got rows within reach of a range, and which ever did. */
export async function findFedTables(clickhouse: ClickHouse, range: MinuteParameters): Promise<Fed> {
  const rows = await clickhouse.query<{ readonly name: RawTable; readonly is_recent: boolean }>(FED, range);
  const named = (isRecent: boolean) =>
    new Set(rows.filter(({ is_recent }) => is_recent === isRecent).map(({ name }) => name));
  return { lately: named(true), ever: named(false) };
}
