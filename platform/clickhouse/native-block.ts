import { ByteSink } from './byte-sink.ts';

/** A column of a Native block: its ClickHouse type and one value per row. */
export interface NativeColumn {
  readonly name: string;
  readonly type: string;
  readonly values: readonly unknown[];
}

/** One block of ClickHouse's Native format, and what to declare for it in `input(…)`. */
export interface NativeBlock {
  readonly structure: readonly { readonly name: string; readonly type: string }[];
  readonly bytes: Buffer;
}

type WriteValues = (sink: ByteSink, values: readonly unknown[]) => void;

/**
 * Writes one block of ClickHouse's Native format: number of columns and rows, then name, type and values of each
 * column. `LowCardinality(T)` is sent as plain T: the server converts it, and a dictionary per block would not pay.
 * Throws an Error for a type it does not know or columns of unequal length.
 */
export function encodeNativeBlock(columns: readonly NativeColumn[]): NativeBlock {
  const rows = columns[0]?.values.length ?? 0;
  const sink = new ByteSink();
  sink.varint(columns.length);
  sink.varint(rows);
  for (const column of columns) {
    if (column.values.length !== rows)
      throw new Error(`native block: column ${column.name} has another length`);
    const type = plainType(column.type);
    sink.text(column.name);
    sink.text(type);
    writerOf(type)(sink, column.values);
  }
  const structure = columns.map(({ name, type }) => ({ name, type: plainType(type) }));
  return { structure, bytes: sink.take() };
}

/** The type as it is sent: without LowCardinality. */
function plainType(type: string): string {
  return type.replace(/LowCardinality\(((?:[^()]|\([^()]*\))*)\)/g, '$1');
}

function writerOf(type: string): WriteValues {
  const wrapped = /^(Nullable|Array)\((.*)\)$/.exec(type);
  const inner = wrapped?.[2];
  if (inner !== undefined) return wrapped?.[1] === 'Array' ? arrayOf(writerOf(inner)) : nullableOf(inner);
  const fixed = /^FixedString\((\d+)\)$/.exec(type);
  if (fixed !== null) return fixedString(Number(fixed[1]));
  const writer = SCALARS[type.replace(/\(.*\)$/, '')];
  if (writer === undefined) throw new Error(`native block: type ${type} is not supported`);
  return writer;
}

const SCALARS: Readonly<Record<string, WriteValues>> = {
  String: (sink, values) => {
    for (const value of values) writeString(sink, value as string | Uint8Array);
  },
  Bool: (sink, values) => {
    for (const value of values) sink.byte(value === true ? 1 : 0);
  },
  Int32: (sink, values) => {
    for (const value of values) sink.int32(value as number);
  },
  Int64: (sink, values) => {
    for (const value of values) sink.int64(value as number);
  },
  DateTime64: (sink, values) => {
    for (const value of values) sink.int64(value as number);
  },
  Float64: (sink, values) => {
    for (const value of values) sink.float64(value as number);
  },
  UUID: (sink, values) => {
    for (const value of values) writeUuid(sink, value as Uint8Array);
  },
};

/** A String holds any bytes; text is written as UTF-8. */
function writeString(sink: ByteSink, value: string | Uint8Array): void {
  if (typeof value === 'string') {
    sink.text(value);
  } else {
    sink.varint(value.length);
    sink.bytes(value);
  }
}

/** ClickHouse keeps a UUID as two little-endian halves: each half of the usual byte order is reversed. */
function writeUuid(sink: ByteSink, uuid: Uint8Array): void {
  for (let index = 7; index >= 0; index--) sink.byte(uuid[index] ?? 0);
  for (let index = 15; index >= 8; index--) sink.byte(uuid[index] ?? 0);
}

function fixedString(size: number): WriteValues {
  return (sink, values) => {
    for (const value of values) {
      const bytes = value as Uint8Array;
      if (bytes.length !== size)
        throw new Error(`native block: a FixedString(${size}) has ${bytes.length} bytes`);
      sink.bytes(bytes);
    }
  };
}

function arrayOf(writeItems: WriteValues): WriteValues {
  return (sink, values) => {
    let end = 0;
    for (const value of values) {
      end += (value as readonly unknown[]).length;
      sink.int64(end);
    }
    writeItems(sink, values.flat(1));
  };
}

function nullableOf(inner: string): WriteValues {
  const write = writerOf(inner);
  const absent = zeroOf(inner);
  return (sink, values) => {
    for (const value of values) sink.byte(value === null ? 1 : 0);
    write(
      sink,
      values.map((value) => value ?? absent),
    );
  };
}

function zeroOf(type: string): unknown {
  const fixed = /^FixedString\((\d+)\)$/.exec(type);
  if (fixed !== null) return new Uint8Array(Number(fixed[1]));
  if (type === 'UUID') return new Uint8Array(16);
  if (type === 'String') return '';
  return type === 'Bool' ? false : 0;
}
