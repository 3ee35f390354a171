import type { AvroType, RecordType } from '../../domain/avro/schema.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { eventColumnTypes, eventTableStatements } from './event-table.ts';

export interface PeerSource {
  readonly brokers: string;
  readonly topic: string;
  readonly group: string;
  /** Base URL of our registry's read paths. */
  readonly registryUrl: string;
}

/** How the peer is set. */
export interface PeerTuning {
  readonly consumers: number;
  readonly blockRows: number;
  readonly flushIntervalMs: number;
}

/** A column of the Kafka table, and what the columns of `decisions` take from it. */
interface QueueColumn {
  readonly name: string;
  readonly type: string;
  /** `expression AS column` for each. */
  readonly selects: readonly string[];
}

/** Coordinates, from the virtual columns of the Kafka engine. */
const COORDINATES =
  '_topic AS topic, toInt32(_partition) AS partition, toInt64(_offset) AS offset, _timestamp_ms AS append_time';

export const PEER_TABLE = 'peer_decisions';

/**
 * Statements that let ClickHouse's own Kafka engine store what the recorder stores of a decision: every column that
 * comes from the event, in a table of the same types, codecs, indexes, partitions and order as `decisions`. What only
 * the recorder makes (manifest, flags, marks, seals) is left out of it. The last statement starts it.
 */
export function peerStatements(registry: SchemaRegistry, source: PeerSource, tuning: PeerTuning): string[] {
  const types = eventColumnTypes(registry);
  // ClickHouse reads a UUID only out of a string of 36 characters, which ours is not.
  const changed = new Map(
    [...types].filter(([, type]) => type === 'UUID').map(([name]) => [name, 'FixedString(16)']),
  );
  const queue = queueColumns(
    registry.newest('decision').type,
    new Map([...types].map(([name, type]) => [name, withoutDictionary(changed.get(name) ?? type)])),
  );
  return [
    ...eventTableStatements(registry, PEER_TABLE, changed),
    `CREATE TABLE peer_queue (${queue.map(({ name, type }) => `\`${name}\` ${type}`).join(', ')})
     ENGINE = Kafka SETTINGS ${kafkaSettings(source, tuning)}`,
    `CREATE MATERIALIZED VIEW peer_view TO ${PEER_TABLE} AS
     SELECT ${[COORDINATES, ...queue.flatMap(({ selects }) => selects)].join(', ')} FROM peer_queue`,
  ];
}

function kafkaSettings(source: PeerSource, tuning: PeerTuning): string {
  return [
    `kafka_broker_list = '${source.brokers}'`,
    `kafka_topic_list = '${source.topic}'`,
    `kafka_group_name = '${source.group}'`,
    `kafka_format = 'AvroConfluent'`,
    `format_avro_schema_registry_url = '${source.registryUrl}'`,
    `kafka_num_consumers = ${tuning.consumers}`,
    `kafka_thread_per_consumer = ${tuning.consumers > 1 ? 1 : 0}`,
    `kafka_max_block_size = ${tuning.blockRows}`,
    `kafka_poll_max_batch_size = ${tuning.blockRows}`,
    `kafka_flush_interval_ms = ${tuning.flushIntervalMs}`,
  ].join(', ');
}

/**
 * Every field that is recorded, as ClickHouse's Avro reader finds it: a nullable record's name stands in the path, an
 * array of records is one column per field (`rules.id`), unless it only names a record that an earlier field defines:
 * that one is found as an array of tuples only.
 */
function queueColumns(type: RecordType, typeOf: ReadonlyMap<string, string>): QueueColumn[] {
  const defined = new Set<string>();
  const inRecord = (record: RecordType, path: string, column: string): QueueColumn[] =>
    record.fields.flatMap((field) => inField(field.type, `${path}${field.name}`, `${column}${field.name}`));
  const inField = (field: AvroType, path: string, column: string): QueueColumn[] => {
    if (field.kind === 'record') return inRecord(field, `${path}.`, `${column}_`);
    if (field.kind === 'nullable' && field.of.kind === 'record') {
      return inRecord(field.of, `${path}.${simpleName(field.of.name)}.`, `${column}_`);
    }
    if (field.kind !== 'array' || field.items.kind !== 'record') return plain(path, column, typeOf);
    const { name, fields } = field.items;
    if (!defined.has(name)) {
      defined.add(name);
      return fields.flatMap((item) => plain(`${path}.${item.name}`, `${column}.${item.name}`, typeOf));
    }
    const items = fields.map(
      (item) => `${item.name} ${itemType(typeOf.get(`${column}.${item.name}`) ?? '')}`,
    );
    const selects = fields.map((item) => `\`${path}\`.${item.name} AS \`${column}.${item.name}\``);
    return [{ name: path, type: `Array(Tuple(${items.join(', ')}))`, selects }];
  };
  return inRecord(type, '', '');
}

/** A column as it is; none if it is not recorded. */
function plain(path: string, column: string, typeOf: ReadonlyMap<string, string>): QueueColumn[] {
  const type = typeOf.get(column);
  return type === undefined ? [] : [{ name: path, type, selects: [`\`${path}\` AS \`${column}\``] }];
}

function itemType(arrayType: string): string {
  return arrayType.slice('Array('.length, -1);
}

/**
 * The Kafka engine appends message by message, where a dictionary costs a microsecond per column and row (measured);
 * the view makes it for a whole block.
 */
function withoutDictionary(type: string): string {
  return type.replace(/LowCardinality\((String|Nullable\(String\))\)/, '$1');
}

function simpleName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
