import type { AvroType, RecordType } from './schema.ts';

/** Why bytes are not a record of their schema. A closed set, safe as a metric label. */
export type DecodeFault =
  | 'truncated'
  | 'trailing_bytes'
  | 'invalid_utf8'
  | 'invalid_number'
  | 'invalid_enum'
  | 'invalid_union'
  | 'too_many_items';

/** Thrown inside a decoder only; `decode` turns it into a value. Carries no payload. */
class DecodeError extends Error {
  readonly fault: DecodeFault;

  constructor(fault: DecodeFault) {
    super(`avro: ${fault}`);
    this.fault = fault;
  }
}

export type Decoded =
  | { readonly ok: true; readonly value: Record<string, unknown> }
  | { readonly ok: false; readonly fault: DecodeFault };

interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

type ReadValue = (cursor: Cursor) => unknown;

/** No honest event needs more: a few bytes must not make us build a million objects. */
const MAX_ITEMS = 65_536;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Compiles a strict decoder: every byte is accounted for, text is valid UTF-8, longs are safe integers.
 * It accepts whatever a conforming writer may send (split and sized array blocks included) and never throws for
 * the content: a fault is a value.
 */
export function compileDecoder(type: RecordType): (bytes: Buffer, offset?: number) => Decoded {
  const read = compile(type);
  return (bytes, offset = 0) => {
    const cursor = { bytes, at: offset };
    try {
      const value = read(cursor) as Record<string, unknown>;
      return cursor.at === bytes.length ? { ok: true, value } : { ok: false, fault: 'trailing_bytes' };
    } catch (error) {
      if (error instanceof DecodeError) return { ok: false, fault: error.fault };
      throw error;
    }
  };
}

function compile(type: AvroType): ReadValue {
  switch (type.kind) {
    case 'record': {
      const fields = type.fields.map((field) => ({ name: field.name, read: compile(field.type) }));
      return (cursor) => {
        const record: Record<string, unknown> = {};
        for (const field of fields) record[field.name] = field.read(cursor);
        return record;
      };
    }
    case 'nullable': {
      const read = compile(type.of);
      return (cursor) => {
        const branch = readLong(cursor);
        if (branch !== 0 && branch !== 1) throw new DecodeError('invalid_union');
        return branch === 0 ? null : read(cursor);
      };
    }
    case 'array':
      return compileArray(compile(type.items));
    case 'enum':
      return (cursor) => {
        const symbol = type.symbols[readLong(cursor)];
        if (symbol === undefined) throw new DecodeError('invalid_enum');
        return symbol;
      };
    case 'fixed':
      return (cursor) => Buffer.from(take(cursor, type.size));
    case 'boolean':
      return readBoolean;
    case 'int':
      return (cursor) => {
        const value = readLong(cursor);
        if (value !== (value | 0)) throw new DecodeError('invalid_number');
        return value;
      };
    case 'long':
      return readLong;
    case 'double':
      return readDouble;
    case 'bytes':
      return (cursor) => Buffer.from(take(cursor, readLong(cursor)));
    case 'string':
      return readString;
  }
}

function compileArray(read: ReadValue): ReadValue {
  return (cursor) => {
    const items: unknown[] = [];
    for (let count = readLong(cursor); count !== 0; count = readLong(cursor)) {
      if (count < 0) {
        readLong(cursor); // size of the block in bytes: only of use to readers that skip
        count = -count;
      }
      if (items.length + count > MAX_ITEMS) throw new DecodeError('too_many_items');
      for (let index = 0; index < count; index++) items.push(read(cursor));
    }
    return items;
  };
}

function take(cursor: Cursor, length: number): Buffer {
  const end = cursor.at + length;
  if (length < 0 || end > cursor.bytes.length) throw new DecodeError('truncated');
  const bytes = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return bytes;
}

function readByte(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at];
  if (byte === undefined) throw new DecodeError('truncated');
  cursor.at++;
  return byte;
}

function readBoolean(cursor: Cursor): boolean {
  const byte = readByte(cursor);
  if (byte > 1) throw new DecodeError('invalid_number');
  return byte === 1;
}

function readLong(cursor: Cursor): number {
  let low = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = readByte(cursor);
    low |= (byte & 0x7f) << shift;
    if (byte < 0x80) return (low >>> 1) ^ -(low & 1);
  }
  let zigzag = BigInt(low);
  for (let shift = 28n; shift < 70n; shift += 7n) {
    const byte = readByte(cursor);
    zigzag |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return toSafe(zigzag);
  }
  throw new DecodeError('invalid_number');
}

function toSafe(zigzag: bigint): number {
  const value = Number((zigzag >> 1n) ^ -(zigzag & 1n));
  if (!Number.isSafeInteger(value)) throw new DecodeError('invalid_number');
  return value;
}

/** NaN and infinities pass: they are not a fault of the encoding, and validation refuses them by name. −0 is 0. */
function readDouble(cursor: Cursor): number {
  return take(cursor, 8).readDoubleLE(0) + 0;
}

function readString(cursor: Cursor): string {
  const bytes = take(cursor, readLong(cursor));
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new DecodeError('invalid_utf8');
  }
}
