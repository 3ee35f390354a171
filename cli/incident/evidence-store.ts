import { inputOf } from '../../domain/contract/inputs.ts';
import type { ReleasedSchema, SchemaRegistry } from '../../domain/contract/registry.ts';
import { compileRowReader } from '../../domain/contract/rows.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';

/** What belongs to an incident: what a tenant's records of a time say. Milliseconds since 1970, by append time. */
export interface EvidenceScope {
  readonly tenant: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Decisions of this policy only; null: of all. */
  readonly policy: string | null;
}

/** A record with its leaf as it was sealed. */
export interface EvidenceRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly leaf: Buffer;
}

export interface EvidenceStore {
  count(subject: string, scope: EvidenceScope): Promise<number>;
  /** A page in the order of topic, partition, offset: those after `after`. */
  readPage(
    subject: string,
    scope: EvidenceScope,
    after: { readonly partition: number; readonly offset: number },
    limit: number,
  ): Promise<EvidenceRecord[]>;
  /** Hashes of the first `count` tiles of a partition, in order. Fewer where the store has fewer. */
  readTiles(topic: string, partition: number, count: number): Promise<Buffer[]>;
}

export function createEvidenceStore(clickhouse: ClickHouse, registry: SchemaRegistry): EvidenceStore {
  return {
    count: async (subject, scope) => {
      const [row] = await clickhouse.query<{ n: number }>(
        `SELECT count() AS n FROM ${inputOf(subject).table} WHERE ${conditionOf(subject, scope)}`,
        { ...scope },
      );
      return row?.n ?? 0;
    },
    readPage: async (subject, scope, after, limit) => {
      const { table } = inputOf(subject);
      const reader = compileRowReader(registry.newest(`recorded-${subject}`).type);
      const rows = await clickhouse.query<Record<string, unknown>>(
        `SELECT ${reader.select}, hex(leaf_hash) AS sealed FROM ${table}
         WHERE ${conditionOf(subject, scope)} AND (partition, offset) > ({partition: Int32}, {offset: Int64})
         ORDER BY topic, partition, offset LIMIT {limit: UInt32}`,
        { ...scope, ...after, limit },
      );
      return rows.map((row) => {
        const fields = reader.read(row);
        return {
          topic: String(fields.topic),
          partition: Number(fields.partition),
          offset: Number(fields.offset),
          fields,
          leaf: Buffer.from(String(row.sealed), 'hex'),
        };
      });
    },
    readTiles: async (topic, partition, count) => {
      const rows = await clickhouse.query<{ hash: string }>(
        `SELECT hex(hash) AS hash FROM tiles FINAL
         WHERE topic = {topic: String} AND partition = {partition: Int32} AND tile < {count: Int64} ORDER BY tile`,
        { topic, partition, count },
      );
      return rows.map(({ hash }) => Buffer.from(hash, 'hex'));
    },
  };
}

function conditionOf(subject: string, { policy }: EvidenceScope): string {
  const conditions = [
    'tenant_id = {tenant: String}',
    'append_time >= fromUnixTimestamp64Milli({fromMs: Int64})',
    'append_time < fromUnixTimestamp64Milli({untilMs: Int64})',
    ...(subject === 'decision' && policy !== null ? ['policy_id = {policy: String}'] : []),
  ];
  return conditions.join(' AND ');
}

/** Versions of the recorded schema of a subject, newest first. */
export function recordedVersions(registry: SchemaRegistry, subject: string): readonly ReleasedSchema[] {
  return registry.all
    .filter((schema) => schema.subject === `recorded-${subject}`)
    .sort((a, b) => b.version - a.version);
}
