import type { Statement } from '../../domain/contract/events.ts';
import { INPUTS, inputOf, inputOfTopic } from '../../domain/contract/inputs.ts';
import type { ReleasedSchema, SchemaRegistry } from '../../domain/contract/registry.ts';
import { compileRowReader } from '../../domain/contract/rows.ts';
import type { PrunedLeaf } from '../../domain/statements/digest-leaves.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';

/** A statement as it is recorded, and the schema version that it was sent and signed in. */
export interface RecordedStatement {
  readonly offset: number;
  readonly statement: Statement;
  readonly schema: ReleasedSchema;
}

/** What the store has of one offset: a row's leaf, or the leaf that was kept when the row was pruned. */
export interface StoredLeaf {
  readonly offset: number;
  readonly leaf: Buffer;
  /** Of the statement under which the row went; null while there is one. */
  readonly statementId: string | null;
}

export interface LostRange {
  readonly first: number;
  readonly last: number;
  readonly cause: 'TRIMMED' | 'NO_RECORD';
}

export interface RecordedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: number;
  readonly root: Buffer;
}

/** Reads for statements and what they cover. Every method throws when the store does not answer. */
export interface StatementStore {
  /** In the order in which they were recorded. */
  readStatements(): Promise<RecordedStatement[]>;
  /** Leaves that a prune listed, in the order of its digest: at most `limit` of those after `after`. */
  readPruneLeaves(statementId: string, after: PrunedLeaf | null, limit: number): Promise<PrunedLeaf[]>;
  readPartitions(): Promise<RecordedPartition[]>;
  /** Of offsets `from` ≤ offset < `to`, ascending; several where an offset has several. */
  readLeaves(topic: string, partition: number, from: number, to: number): Promise<StoredLeaf[]>;
  readLost(topic: string, partition: number): Promise<LostRange[]>;
}

const WHERE = 'topic = {topic: String} AND partition = {partition: Int32}';

export function createStatementStore(clickhouse: ClickHouse, registry: SchemaRegistry): StatementStore {
  return {
    readStatements: () => readStatements(clickhouse, registry),
    readPruneLeaves: async (statementId, after, limit) => {
      const beyond =
        after === null
          ? ''
          : 'AND (topic, partition, offset) > ({topic: String}, {partition: Int32}, {offset: Int64})';
      const rows = await clickhouse.query<Omit<PrunedLeaf, 'leaf'> & { hash: string }>(
        `SELECT topic, partition, offset, hex(leaf_hash) AS hash FROM pruned_leaves FINAL
         WHERE statement_id = {statement: UUID} ${beyond} ORDER BY topic, partition, offset LIMIT {limit: UInt32}`,
        {
          ...{ statement: statementId, limit },
          ...(after === null ? {} : { topic: after.topic, partition: after.partition, offset: after.offset }),
        },
      );
      return rows.map(({ hash, ...at }) => ({ ...at, leaf: Buffer.from(hash, 'hex') }));
    },
    readPartitions: async () => {
      const rows = await clickhouse.query<Omit<RecordedPartition, 'root'> & { hash: string }>(
        `SELECT topic, partition, next_offset AS nextOffset, hex(root) AS hash FROM progress FINAL
         WHERE topic IN {topics: Array(String)}
         ORDER BY topic, partition, next_offset DESC LIMIT 1 BY topic, partition`,
        { topics: INPUTS.map(({ topic }) => topic) },
      );
      return rows.map(({ hash, ...at }) => ({ ...at, root: Buffer.from(hash, 'hex') }));
    },
    readLeaves: async (topic, partition, from, to) => {
      const range = `${WHERE} AND offset >= {from: Int64} AND offset < {to: Int64}`;
      const rows = ['quarantine', 'duplicates', inputOfTopic(topic).table].map(
        (table) => `SELECT offset, hex(leaf_hash) AS hash, '' AS prune FROM ${table} WHERE ${range}`,
      );
      const pruned = `SELECT offset, hex(leaf_hash), toString(statement_id) FROM pruned_leaves FINAL WHERE ${range}`;
      const found = await clickhouse.query<{ offset: number; hash: string; prune: string }>(
        `SELECT * FROM (${[...rows, pruned].join(' UNION ALL ')}) ORDER BY offset, prune`,
        { topic, partition, from, to },
      );
      return found.map(({ offset, hash, prune }) => ({
        offset,
        leaf: Buffer.from(hash, 'hex'),
        statementId: prune === '' ? null : prune,
      }));
    },
    readLost: (topic, partition) =>
      clickhouse.query<LostRange>(
        `SELECT first_offset AS first, last_offset AS last, toString(cause) AS cause FROM lost
         WHERE ${WHERE} ORDER BY first`,
        { topic, partition },
      ),
  };
}

async function readStatements(
  clickhouse: ClickHouse,
  registry: SchemaRegistry,
): Promise<RecordedStatement[]> {
  const reader = compileRowReader(registry.newest('recorded-statement').type);
  const rows = await clickhouse.query<Record<string, unknown>>(
    `SELECT ${reader.select} FROM ${inputOf('statement').table} ORDER BY topic, partition, offset`,
  );
  return rows.map((row) => {
    const record = reader.read(row);
    const fingerprint = record.wire_schema instanceof Uint8Array ? Buffer.from(record.wire_schema) : null;
    const sent = fingerprint === null ? undefined : registry.byFingerprint(fingerprint, 0);
    const schema = sent ?? registry.newest('statement');
    // What was signed, field by field: the recorded form has more.
    const fields = schema.type.fields.map(({ name }) => [name, record[name]]);
    return {
      offset: Number(record.offset),
      statement: Object.fromEntries(fields) as Statement,
      schema,
    };
  });
}
