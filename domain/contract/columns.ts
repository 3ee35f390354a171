import type { AvroType, RecordType } from '../avro/schema.ts';

/**
 * How a recorded schema lies in a ClickHouse table. Nested records are flattened (`policy.id` → `policy_id`), a
 * nullable record makes its fields nullable, an array of records becomes one array column per field (`rules.id`).
 */
export interface Column {
  readonly name: string;
  /** ClickHouse type, as `system.columns` spells it. */
  readonly clickhouseType: string;
  /** The value's own type, without the wrappers below. */
  readonly type: ScalarType;
  readonly nullable: boolean;
  readonly repeated: boolean;
  /** The column's value in a record: a scalar, null, or an array of them. */
  readonly read: (record: Record<string, unknown>) => unknown;
}

type ScalarType = Exclude<AvroType, { kind: 'record' | 'array' | 'nullable' }>;

type Read = (record: Record<string, unknown>) => unknown;

/** The table columns of a recorded schema, in schema order. Throws if the schema cannot lie flat. */
export function columnsOf(type: RecordType): readonly Column[] {
  return type.fields.flatMap((field) =>
    flatten(field.type, field.name, (record) => record[field.name], false),
  );
}

function flatten(type: AvroType, name: string, read: Read, nullable: boolean): Column[] {
  switch (type.kind) {
    case 'record':
      return type.fields.flatMap((field) =>
        flatten(field.type, `${name}_${field.name}`, insideOf(read, field.name), nullable),
      );
    case 'nullable':
      return flatten(type.of, name, read, true);
    case 'array':
      if (nullable) throw new Error(`columns: array ${name} cannot be nullable`);
      return type.items.kind === 'record'
        ? nested(type.items, name, read)
        : [repeated(type.items, name, read)];
    default:
      return [column(type, name, read, nullable, false)];
  }
}

function insideOf(read: Read, fieldName: string): Read {
  return (record) => {
    const inner = read(record);
    return inner === null ? null : (inner as Record<string, unknown>)[fieldName];
  };
}

function nested(items: RecordType, name: string, read: Read): Column[] {
  return items.fields.map((field) =>
    repeated(field.type, `${name}.${field.name}`, (record) =>
      (read(record) as Record<string, unknown>[]).map((item) => item[field.name]),
    ),
  );
}

function repeated(items: AvroType, name: string, read: Read): Column {
  const inner = items.kind === 'nullable' ? items.of : items;
  if (inner.kind === 'record' || inner.kind === 'array' || inner.kind === 'nullable') {
    throw new Error(`columns: ${name} is nested too deeply for a table`);
  }
  return column(inner, name, read, items.kind === 'nullable', true);
}

function column(type: ScalarType, name: string, read: Read, nullable: boolean, isRepeated: boolean): Column {
  const base = clickhouseScalar(type, name);
  const inner = nullable ? asNullable(base) : base;
  return {
    name,
    clickhouseType: isRepeated ? `Array(${inner})` : inner,
    type,
    nullable,
    repeated: isRepeated,
    read,
  };
}

function asNullable(type: string): string {
  const lowCardinality = /^LowCardinality\((.*)\)$/.exec(type);
  return lowCardinality === null ? `Nullable(${type})` : `LowCardinality(Nullable(${lowCardinality[1]}))`;
}

/** Free text and ids differ from row to row: a dictionary would only cost. */
const MANY_VALUES =
  /(^|[._])(request_id|resource|rationale|message|note|reason|value|commit|summary|safe_fallback)$/;

function clickhouseScalar(type: ScalarType, name: string): string {
  switch (type.kind) {
    case 'boolean':
      return 'Bool';
    case 'int':
      return 'Int32';
    case 'long':
      if (type.logicalType === 'timestamp-micros') return "DateTime64(6, 'UTC')";
      if (type.logicalType === 'timestamp-millis') return "DateTime64(3, 'UTC')";
      return 'Int64';
    case 'double':
      return 'Float64';
    case 'fixed':
      return type.logicalType === 'uuid' ? 'UUID' : `FixedString(${type.size})`;
    case 'enum':
      return 'LowCardinality(String)';
    case 'string':
      return MANY_VALUES.test(name) ? 'String' : 'LowCardinality(String)';
    case 'bytes':
      return 'String';
  }
}
