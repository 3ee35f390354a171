import { ByteWriter } from './byte-writer.ts';
import type { AvroType, RecordType } from './schema.ts';

type WriteValue = (writer: ByteWriter, value: unknown, at: string) => void;

/**
 * Compiles an encoder that gives a record's one and only canonical Avro form: fields in schema order, shortest
 * varints, an array as one block with a positive count and its items and then 00 (empty: 00), finite doubles.
 * The encoder throws a TypeError or RangeError naming the field (never the value) when a value does not fit.
 */
export function compileEncoder(type: RecordType): (value: object) => Buffer {
  const write = compile(type);
  const writer = new ByteWriter();
  return (value) => {
    writer.reset();
    write(writer, value, '');
    return writer.toBuffer();
  };
}

function compile(type: AvroType): WriteValue {
  switch (type.kind) {
    case 'record':
      return compileRecord(type);
    case 'nullable': {
      const write = compile(type.of);
      return (writer, value, at) => {
        writer.writeByte(value === null ? 0 : 2);
        if (value !== null) write(writer, value, at);
      };
    }
    case 'array': {
      const write = compile(type.items);
      return (writer, value, at) => {
        if (!Array.isArray(value)) throw misfit(at, 'an array');
        if (value.length > 0) writer.writeLong(value.length);
        for (const item of value) write(writer, item, at);
        writer.writeByte(0);
      };
    }
    case 'enum': {
      const indexes = new Map(type.symbols.map((symbol, index) => [symbol, index]));
      return (writer, value, at) => {
        const index = indexes.get(value as string);
        if (index === undefined) throw misfit(at, `one of ${type.symbols.join(', ')}`);
        writer.writeLong(index);
      };
    }
    case 'fixed':
      return (writer, value, at) => {
        if (!(value instanceof Uint8Array) || value.length !== type.size)
          throw misfit(at, `${type.size} bytes`);
        writer.writeBytes(value);
      };
    default:
      return compilePrimitive(type.kind);
  }
}

function compileRecord(type: RecordType): WriteValue {
  const fields = type.fields.map((field) => ({ name: field.name, write: compile(field.type) }));
  return (writer, value, at) => {
    if (typeof value !== 'object' || value === null) throw misfit(at, 'a record');
    const record = value as Record<string, unknown>;
    for (const field of fields) {
      field.write(writer, record[field.name], at === '' ? field.name : `${at}.${field.name}`);
    }
  };
}

function compilePrimitive(kind: 'boolean' | 'int' | 'long' | 'double' | 'bytes' | 'string'): WriteValue {
  switch (kind) {
    case 'boolean':
      return (writer, value, at) => {
        if (typeof value !== 'boolean') throw misfit(at, 'a boolean');
        writer.writeByte(value ? 1 : 0);
      };
    case 'int':
    case 'long':
      return (writer, value, at) => {
        if (!Number.isSafeInteger(value)) throw misfit(at, 'a whole number');
        if (kind === 'int' && (value as number) !== ((value as number) | 0))
          throw misfit(at, 'a 32-bit number');
        writer.writeLong(value as number);
      };
    case 'double':
      return (writer, value, at) => {
        if (typeof value !== 'number' || !Number.isFinite(value)) throw misfit(at, 'a finite number');
        writer.writeDouble(value);
      };
    case 'bytes':
      return (writer, value, at) => {
        if (!(value instanceof Uint8Array)) throw misfit(at, 'bytes');
        writer.writeLong(value.length);
        writer.writeBytes(value);
      };
    case 'string':
      return (writer, value, at) => {
        if (typeof value !== 'string' || !value.isWellFormed()) throw misfit(at, 'well-formed text');
        writer.writeString(value);
      };
  }
}

function misfit(at: string, wanted: string): TypeError {
  return new TypeError(`avro: field ${JSON.stringify(at)} must be ${wanted}`);
}
