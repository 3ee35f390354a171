import { inputOfTopic } from '../../../domain/contract/inputs.ts';
import type { SchemaRegistry } from '../../../domain/contract/registry.ts';
import { compileRowReader } from '../../../domain/contract/rows.ts';
import { rangeRoot } from '../../../domain/merkle/compact-range.ts';
import { ByteSink } from '../../../platform/clickhouse/byte-sink.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import { encodeNativeBlock } from '../../../platform/clickhouse/native-block.ts';
import type { LossCause, PartitionId, RecordStore, SeenIdentities, StoredOffset } from '../ports.ts';
import { encodeBlock } from './encode-block.ts';
import { createInserter } from './send-insert.ts';

export interface RecordStoreOptions {
  readonly maxInsertSeconds: number;
}

/** Megabytes each, kept for the next batch: to allocate them anew each time makes the garbage collector's work. */
const MAX_IDLE_SINKS = 4;
const WHERE = 'topic = {topic: String} AND partition = {partition: Int32}';

/** The record store in ClickHouse. Failures throw ClickHouseFailure; those of inserts of records are outcomes. */
export function createClickHouseRecordStore(
  clickhouse: ClickHouse,
  registry: SchemaRegistry,
  options: RecordStoreOptions,
): RecordStore {
  const inserter = createInserter(clickhouse, options);
  const sinks: ByteSink[] = [];
  return {
    bindTo: (clusterId) => bindTo(clickhouse, clusterId),
    readClock: () => readClock(clickhouse),
    hasStatements: (at) => inserter.hasStatements(at),
    readProgress: (at) => readProgress(clickhouse, at),
    readStored: (at, fromOffset) => readStored(clickhouse, at, fromOffset),
    readSeen: (at, fromOffset, toOffset) => readSeen(clickhouse, at, fromOffset, toOffset),
    readReplays: (at, fromOffset, toOffset) => readReplays(clickhouse, at, fromOffset, toOffset),
    readRecords: (at, offsets) => readRecords(clickhouse, registry, at, offsets),
    readAbsent: (at, table, offsets) => readAbsent(clickhouse, at, table, offsets),
    insertBlock: async (at, block, absent, deadlineMs) => {
      const sink = sinks.pop() ?? new ByteSink();
      const rows = encodeBlock(registry, block, absent, sink);
      const outcome = await inserter.insert({ at, table: block.table, deadlineMs }, rows);
      // Else it may still be on its way out.
      if (outcome.kind === 'stored' && sinks.length < MAX_IDLE_SINKS) sinks.push(sink);
      return outcome;
    },
    insertLost: (at, ranges, deadlineMs) =>
      inserter.insert(
        { at, table: 'lost', deadlineMs },
        encodeNativeBlock([
          { name: 'topic', type: 'String', values: ranges.map(() => at.topic) },
          { name: 'partition', type: 'Int32', values: ranges.map(() => at.partition) },
          { name: 'first_offset', type: 'Int64', values: ranges.map((range) => range.firstOffset) },
          { name: 'last_offset', type: 'Int64', values: ranges.map((range) => range.lastOffset) },
          { name: 'cause', type: 'String', values: ranges.map((range) => range.cause) },
        ]),
      ),
    saveTiles: async (at, tiles) => {
      await inserter.insertFacts(
        'tiles',
        encodeNativeBlock([
          { name: 'topic', type: 'String', values: tiles.map(() => at.topic) },
          { name: 'partition', type: 'Int32', values: tiles.map(() => at.partition) },
          { name: 'tile', type: 'Int64', values: tiles.map((tile) => tile.index) },
          { name: 'hash', type: 'FixedString(32)', values: tiles.map((tile) => tile.hash) },
        ]),
      );
    },
    saveProgress: async (entries) => {
      await inserter.insertFacts(
        'progress',
        encodeNativeBlock([
          { name: 'topic', type: 'String', values: entries.map((entry) => entry.topic) },
          { name: 'partition', type: 'Int32', values: entries.map((entry) => entry.partition) },
          { name: 'next_offset', type: 'Int64', values: entries.map((entry) => entry.nextOffset) },
          {
            name: 'watermark',
            type: "DateTime64(3, 'UTC')",
            values: entries.map((entry) => entry.watermarkMs),
          },
          { name: 'root', type: 'FixedString(32)', values: entries.map((entry) => rangeRoot(entry.range)) },
          {
            name: 'peaks',
            type: 'Array(FixedString(32))',
            values: entries.map((entry) => entry.range.peaks),
          },
        ]),
      );
    },
  };
}

async function bindTo(clickhouse: ClickHouse, clusterId: string): Promise<void> {
  const bound = await clickhouse.query<{ cluster_id: string }>(
    'SELECT DISTINCT cluster_id FROM store_identity',
  );
  if (bound.length === 0) return clickhouse.insertRows('store_identity', [{ cluster_id: clusterId }]);
  if (bound.every((row) => row.cluster_id === clusterId)) return;
  throw new Error(
    `This store holds the records of Kafka cluster ${bound.map((row) => row.cluster_id).join(', ')}, but the brokers ` +
      `belong to ${clusterId}: their offsets would be taken for each other. Use the old brokers, or an empty store.`,
  );
}

async function readClock(clickhouse: ClickHouse): Promise<number> {
  const [row] = await clickhouse.query<{ ms: number }>('SELECT toUnixTimestamp64Milli(now64(3)) AS ms');
  if (row === undefined) throw new Error('the store did not tell the time');
  return row.ms;
}

async function readAbsent(
  clickhouse: ClickHouse,
  at: PartitionId,
  table: string,
  offsets: readonly number[],
): Promise<Set<number>> {
  const column = table === 'lost' ? 'first_offset' : 'offset';
  const stored = await clickhouse.query<{ at: number }>(
    `SELECT ${column} AS at FROM ${table} WHERE ${WHERE} AND ${column} BETWEEN {first: Int64} AND {last: Int64}`,
    { ...at, first: offsets[0] ?? 0, last: offsets.at(-1) ?? 0 },
  );
  const present = new Set(stored.map((row) => row.at));
  return new Set(offsets.filter((offset) => !present.has(offset)));
}

async function readProgress(clickhouse: ClickHouse, at: PartitionId) {
  const [row] = await clickhouse.query<{ next_offset: number; watermark_ms: number; peaks: string[] }>(
    `SELECT next_offset, toUnixTimestamp64Milli(watermark) AS watermark_ms, arrayMap(x -> hex(x), peaks) AS peaks
     FROM progress FINAL WHERE ${WHERE} ORDER BY next_offset DESC LIMIT 1`,
    { ...at },
  );
  if (row === undefined) return null;
  const peaks = row.peaks.map((peak) => Buffer.from(peak, 'hex'));
  return {
    nextOffset: row.next_offset,
    watermarkMs: row.watermark_ms,
    range: { size: row.next_offset, peaks },
  };
}

async function readStored(
  clickhouse: ClickHouse,
  at: PartitionId,
  fromOffset: number,
): Promise<StoredOffset[]> {
  const tables = ['quarantine', 'duplicates', inputOfTopic(at.topic).table];
  const stored = tables.map(
    (table) => `SELECT offset AS first, offset AS last, hex(leaf_hash) AS leaf, '' AS cause FROM ${table}
      WHERE ${WHERE} AND offset >= {from: Int64}`,
  );
  // A range may have begun before.
  const lost = `SELECT greatest(first_offset, {from: Int64}), last_offset, '', toString(cause) FROM lost
    WHERE ${WHERE} AND last_offset >= {from: Int64}`;
  const rows = await clickhouse.query<{ first: number; last: number; leaf: string; cause: string }>(
    `SELECT * FROM (${[...stored, lost].join(' UNION ALL ')}) ORDER BY first`,
    { ...at, from: fromOffset },
  );
  return rows.map((row) => ({
    offset: row.first,
    lastOffset: row.last,
    leaf: row.leaf === '' ? null : Buffer.from(row.leaf, 'hex'),
    lossCause: row.cause === '' ? null : (row.cause as LossCause),
  }));
}

/** The store works the identities out (event-identity.ts): a million rows of text would be long to read and to hash. */
async function readSeen(
  clickhouse: ClickHouse,
  at: PartitionId,
  fromOffset: number,
  toOffset: number,
): Promise<SeenIdentities> {
  const input = inputOfTopic(at.topic);
  const producer = input.producerPath === null ? "''" : `toString(${input.producerPath.join('_')})`;
  const [row] = await clickhouse.query<{ seen: string }>(
    `SELECT base64Encode(arrayStringConcat(groupArray(entry))) AS seen FROM (
       SELECT concat(substring(SHA256(concat(${[
         ...['tenant', 'producer'].flatMap((text) => [lengthOf(text), text]),
         `char(0, 0, 0, 16), UUIDStringToNum(toString(id))`,
       ].join(', ')})), 1, 16), reinterpretAsFixedString(offset)) AS entry
       FROM (SELECT offset, toString(tenant_id) AS tenant, ${producer} AS producer, ${input.idField} AS id
         FROM ${input.table} WHERE ${WHERE} AND offset >= {from: Int64} AND offset < {to: Int64})
       ORDER BY offset)`,
    { ...at, from: fromOffset, to: toOffset },
  );
  const bytes = Uint8Array.from(Buffer.from(row?.seen ?? '', 'base64'));
  return { words: new Uint32Array(bytes.buffer) };
}

/** Four bytes, big-endian, as in event-identity.ts; codes are short. */
function lengthOf(text: string): string {
  return `char(0, 0, intDiv(length(${text}), 256), length(${text}) % 256)`;
}

async function readReplays(clickhouse: ClickHouse, at: PartitionId, fromOffset: number, toOffset: number) {
  const replays = ['quarantine', 'duplicates', inputOfTopic(at.topic).table].map(
    (table) => `SELECT offset, origin_offset FROM ${table}
      WHERE ${WHERE} AND offset >= {from: Int64} AND offset < {to: Int64} AND origin_offset IS NOT NULL
        ${table === 'quarantine' ? "AND reason != 'already_replayed'" : ''}`,
  );
  const rows = await clickhouse.query<{ offset: number; origin_offset: number }>(
    `SELECT * FROM (${replays.join(' UNION ALL ')}) ORDER BY offset`,
    { ...at, from: fromOffset, to: toOffset },
  );
  return rows.map((row) => ({ offset: row.offset, originOffset: row.origin_offset }));
}

async function readRecords(
  clickhouse: ClickHouse,
  registry: SchemaRegistry,
  at: PartitionId,
  offsets: readonly number[],
): Promise<Map<number, Record<string, unknown>>> {
  const input = inputOfTopic(at.topic);
  const reader = compileRowReader(registry.newest(`recorded-${input.subject}`).type);
  const rows = await clickhouse.query<Record<string, unknown>>(
    `SELECT ${reader.select} FROM ${input.table} WHERE ${WHERE} AND offset IN {offsets: Array(Int64)}`,
    { ...at, offsets },
  );
  return new Map(
    rows.map((row) => {
      const record = reader.read(row);
      return [record.offset as number, record];
    }),
  );
}
