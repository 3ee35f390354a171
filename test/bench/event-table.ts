import { columnsOf } from '../../domain/contract/columns.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';

/** Columns of `decisions` that only the recorder makes: manifest, flags, marks and seals. */
const MADE_BY_RECORDER =
  /^(wire_schema|transform|redactions\..*|flags|sample_.*|erase_commitment|origin_offset|leaf_hash)$/;
/** What the virtual columns of a Kafka table, or the consumer, know of a record. */
const COORDINATES = ['topic', 'partition', 'offset', 'append_time'];

/** ClickHouse types of the columns of `decisions` that come from the event itself, by name. */
export function eventColumnTypes(registry: SchemaRegistry): Map<string, string> {
  const columns = columnsOf(registry.newest('recorded-decision').type);
  return new Map(
    columns
      .filter(({ name }) => !MADE_BY_RECORDER.test(name) && !COORDINATES.includes(name))
      .map(({ name, clickhouseType }) => [name, clickhouseType]),
  );
}

/**
 * Statements that make a table like `decisions`, with its codecs, indexes, partitions and order, for what comes from
 * the event and its coordinates only. `changed` gives other types to columns that a format cannot carry as they are.
 */
export function eventTableStatements(
  registry: SchemaRegistry,
  table: string,
  changed: ReadonlyMap<string, string>,
): string[] {
  const made = [...columnsOf(registry.newest('recorded-decision').type).map(({ name }) => name), 'leaf_hash'];
  const dropped = made.filter((name) => MADE_BY_RECORDER.test(name));
  const changes = [...changed].flatMap(([column, type]) => [
    `ALTER TABLE ${table} DROP INDEX IF EXISTS ${column}_bloom`,
    `ALTER TABLE ${table} DROP COLUMN \`${column}\`, ADD COLUMN \`${column}\` ${type}`,
    ...(INDEXED.includes(column)
      ? [`ALTER TABLE ${table} ADD INDEX ${column}_bloom \`${column}\` TYPE bloom_filter GRANULARITY 1`]
      : []),
  ]);
  return [
    `CREATE TABLE ${table} AS decisions`,
    `ALTER TABLE ${table} ${dropped.map((column) => `DROP COLUMN \`${column}\``).join(', ')}`,
    ...changes,
  ];
}

const INDEXED = ['decision_id', 'request_id', 'trace_id'];
