import { INPUTS } from '../../domain/contract/inputs.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { type Coordinates, conditionOf, type Selection } from './read-selection.ts';

/** A quarantined record without its payload: what its row says. */
export interface QuarantinedRecord extends Coordinates {
  readonly appendMs: number;
  readonly reason: string;
  readonly field: string | null;
  readonly bytes: number;
  readonly tenantId: string | null;
  readonly producerId: string | null;
  /** The quarantined record that this one was a replay of. */
  readonly originOffset: number | null;
  readonly hasPayload: boolean;
}

/** What became of replayed records, by outcome: `recorded`, `duplicate`, or why they are in quarantine again. */
export type Outcomes = Readonly<Record<string, number>>;

/** Reads of the quarantine. Every method throws when the store does not answer. */
export interface QuarantineStore {
  /** Newest first. */
  list(selection: Selection, limit: number): Promise<QuarantinedRecord[]>;
  /** How many are selected, by reason and tenant; most first. */
  count(selection: Selection): Promise<{ reason: string; tenant: string | null; records: number }[]>;
  /** In the order of topic, partition and offset; those after `after`. */
  page(selection: Selection, after: Coordinates | null, limit: number): Promise<QuarantinedRecord[]>;
  /** Which of the offsets of a partition were replayed already, whatever became of the replay. */
  readReplayed(topic: string, partition: number, offsets: readonly number[]): Promise<ReadonlySet<number>>;
  readBoxes(
    topic: string,
    partition: number,
    offsets: readonly number[],
  ): Promise<ReadonlyMap<number, Buffer>>;
  /** Every offset below it is recorded; 0 if none is. */
  recordedUpTo(topic: string, partition: number): Promise<number>;
  /** Of the replays at or above an offset. */
  readOutcomes(topic: string, partition: number, fromOffset: number): Promise<Outcomes>;
}

const IN_PARTITION = 'topic = {topic: String} AND partition = {partition: Int32}';
const COLUMNS = `topic, partition, offset, toUnixTimestamp64Milli(append_time) AS appendMs, reason, field, bytes,
  tenant_id AS tenantId, producer_id AS producerId, origin_offset AS originOffset, payload_box IS NOT NULL AS kept`;

type Row = Omit<QuarantinedRecord, 'hasPayload'> & { readonly kept: number | boolean };

export function createQuarantineStore(clickhouse: ClickHouse): QuarantineStore {
  const read = async (sql: string, parameters: Record<string, unknown>) => {
    const rows = await clickhouse.query<Row>(sql, parameters);
    return rows.map(({ kept, ...row }) => ({ ...row, hasPayload: Boolean(kept) }));
  };
  return {
    list: (selection, limit) => {
      const { where, parameters } = conditionOf(selection);
      const order = 'append_time DESC, topic DESC, partition DESC, offset DESC';
      const sql = `SELECT ${COLUMNS} FROM quarantine WHERE ${where} ORDER BY ${order} LIMIT {limit: UInt32}`;
      return read(sql, { ...parameters, limit });
    },
    count: (selection) => {
      const { where, parameters } = conditionOf(selection);
      return clickhouse.query(
        `SELECT reason, tenant_id AS tenant, count() AS records FROM quarantine WHERE ${where}
         GROUP BY reason, tenant_id ORDER BY records DESC, reason, tenant_id`,
        parameters,
      );
    },
    page: (selection, after, limit) => {
      const { where, parameters } = conditionOf(selection);
      const beyond =
        after === null
          ? ''
          : 'AND (topic, partition, offset) > ({aTopic: String}, {aPartition: Int32}, {aOffset: Int64})';
      const sql = `SELECT ${COLUMNS} FROM quarantine WHERE ${where} ${beyond}
        ORDER BY topic, partition, offset LIMIT {limit: UInt32}`;
      const cursor =
        after === null ? {} : { aTopic: after.topic, aPartition: after.partition, aOffset: after.offset };
      return read(sql, { ...parameters, ...cursor, limit });
    },
    readReplayed: async (topic, partition, offsets) => {
      const rows = await inSlices(offsets, (slice) =>
        clickhouse.query<{ origin: number }>(
          tablesOf(topic)
            .map(
              (table) =>
                `${replaysIn(table, 'origin_offset AS origin')} AND origin_offset IN {offsets: Array(Int64)}`,
            )
            .join(' UNION ALL '),
          { topic, partition, offsets: slice },
        ),
      );
      return new Set(rows.map((row) => row.origin));
    },
    readBoxes: async (topic, partition, offsets) => {
      const rows = await inSlices(offsets, (slice) =>
        clickhouse.query<{ offset: number; box: string }>(
          `SELECT offset, base64Encode(assumeNotNull(payload_box)) AS box FROM quarantine
         WHERE ${IN_PARTITION} AND offset IN {offsets: Array(Int64)} AND payload_box IS NOT NULL`,
          { topic, partition, offsets: slice },
        ),
      );
      return new Map(rows.map((row) => [row.offset, Buffer.from(row.box, 'base64')]));
    },
    recordedUpTo: async (topic, partition) => {
      const [row] = await clickhouse.query<{ next: number }>(
        `SELECT max(next_offset) AS next FROM progress WHERE ${IN_PARTITION}`,
        { topic, partition },
      );
      return row?.next ?? 0;
    },
    readOutcomes: async (topic, partition, fromOffset) => {
      const rows = await clickhouse.query<{ outcome: string; records: number }>(
        `SELECT outcome, count() AS records FROM (${tablesOf(topic).map(outcomesIn).join(' UNION ALL ')})
         GROUP BY outcome ORDER BY outcome`,
        { topic, partition, from: fromOffset },
      );
      return Object.fromEntries(rows.map((row) => [row.outcome, row.records]));
    },
  };
}

function tablesOf(topic: string): string[] {
  const input = INPUTS.find((candidate) => candidate.topic === topic);
  if (input === undefined) throw new Error(`there is no topic ${topic}`);
  return ['quarantine', 'duplicates', input.table];
}

/** Replays that were taken as such: a second one of the same origin is not. */
function replaysIn(table: string, columns: string): string {
  const taken = table === 'quarantine' ? "AND reason != 'already_replayed'" : '';
  return `SELECT ${columns} FROM ${table} WHERE ${IN_PARTITION} AND origin_offset IS NOT NULL ${taken}`;
}

function outcomesIn(table: string): string {
  const outcome = { quarantine: 'reason', duplicates: "'duplicate'" }[table] ?? "'recorded'";
  return `SELECT ${outcome} AS outcome FROM ${table}
    WHERE ${IN_PARTITION} AND origin_offset IS NOT NULL AND offset >= {from: Int64}`;
}

const OFFSETS_PER_READ = 500;

/** Offsets travel in the address of a query, which servers bound. */
async function inSlices<Row>(
  offsets: readonly number[],
  read: (slice: readonly number[]) => Promise<readonly Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let from = 0; from < offsets.length; from += OFFSETS_PER_READ)
    rows.push(...(await read(offsets.slice(from, from + OFFSETS_PER_READ))));
  return rows;
}
