import type { AvroType, RecordType } from '../avro/schema.ts';
import { type Column, columnsOf } from './columns.ts';
import { parseUuid } from './uuid.ts';

/**
 * Reads recorded records back from a table, in the form in which they were encoded: the inverse of `columnsOf`.
 * `select` lists one expression per column, aliased so that no alias shadows a column in the rest of the statement.
 */
export interface RowReader {
  readonly select: string;
  /** The recorded record of one row of `select` (JSON form, 64-bit integers as numbers). */
  read(row: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

/** Compiles a reader for the table of a recorded schema. */
export function compileRowReader(type: RecordType): RowReader {
  const columns = columnsOf(type);
  const indexOf = new Map(columns.map((column, index) => [column.name, index]));
  return {
    select: columns.map((column, index) => `${expressionOf(column)} AS v${index}`).join(', '),
    read: (row) => {
      const columnValue = (name: string): unknown => {
        const index = indexOf.get(name);
        const column = index === undefined ? undefined : columns[index];
        if (column === undefined) throw new Error(`rows: there is no column ${name}`);
        return fromJson(column, row[`v${index}`]);
      };
      return Object.fromEntries(
        type.fields.map((field) => [field.name, rebuild(field.type, field.name, columnValue)]),
      );
    },
  };
}

function expressionOf(column: Column): string {
  const name = `\`${column.name}\``;
  const scalar = scalarExpression(column, column.repeated ? 'x' : name);
  return column.repeated && scalar !== 'x'
    ? `arrayMap(x -> ${scalar}, ${name})`
    : column.repeated
      ? name
      : scalar;
}

function scalarExpression(column: Column, value: string): string {
  const { type } = column;
  if (type.kind === 'fixed' && type.logicalType !== 'uuid') return `hex(${value})`;
  if (type.kind === 'bytes') return `hex(${value})`;
  if (type.kind === 'long' && type.logicalType === 'timestamp-micros')
    return `toUnixTimestamp64Micro(${value})`;
  if (type.kind === 'long' && type.logicalType === 'timestamp-millis')
    return `toUnixTimestamp64Milli(${value})`;
  return value;
}

function fromJson(column: Column, value: unknown): unknown {
  if (column.repeated) return (value as unknown[]).map((item) => scalarFromJson(column, item));
  return scalarFromJson(column, value);
}

function scalarFromJson(column: Column, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (column.type.kind === 'fixed' && column.type.logicalType === 'uuid') return parseUuid(value as string);
  if (column.type.kind === 'fixed' || column.type.kind === 'bytes')
    return Buffer.from(value as string, 'hex');
  return value;
}

function rebuild(type: AvroType, name: string, columnValue: (name: string) => unknown): unknown {
  switch (type.kind) {
    case 'record':
      return Object.fromEntries(
        type.fields.map((field) => [field.name, rebuild(field.type, `${name}_${field.name}`, columnValue)]),
      );
    case 'nullable':
      return type.of.kind === 'record'
        ? rebuildNullable(type.of, name, columnValue)
        : rebuild(type.of, name, columnValue);
    case 'array':
      return type.items.kind === 'record' ? rebuildNested(type.items, name, columnValue) : columnValue(name);
    default:
      return columnValue(name);
  }
}

/** A nullable record is null when the first of its fields that cannot be null is. */
function rebuildNullable(type: RecordType, name: string, columnValue: (name: string) => unknown): unknown {
  const witness = type.fields.find((field) => field.type.kind !== 'nullable');
  if (witness === undefined) throw new Error(`rows: nothing in ${name} tells null from a record of nulls`);
  return columnValue(`${name}_${witness.name}`) === null ? null : rebuild(type, name, columnValue);
}

function rebuildNested(items: RecordType, name: string, columnValue: (name: string) => unknown): unknown {
  const columns = items.fields.map((field) => ({
    name: field.name,
    values: columnValue(`${name}.${field.name}`) as unknown[],
  }));
  const length = columns[0]?.values.length ?? 0;
  return Array.from({ length }, (_, index) =>
    Object.fromEntries(columns.map((column) => [column.name, column.values[index]])),
  );
}
