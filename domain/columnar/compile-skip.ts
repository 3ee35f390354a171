import type { AvroType } from '../avro/schema.ts';
import { END_OF_TIME_US, MAX_TEXT_BYTES } from '../recording/validate-event.ts';
import { unusual, type WireReader } from './wire-reader.ts';

const INT_END = 2 ** 31;
const MAX_ITEMS = 65_536;
const DOUBLE_BYTES = 8;

/**
 * Compiles a step that passes over a value and makes sure that it is one. `checked`: its numbers, times and lengths
 * are held to what validation asks of every field (validate-event.ts), as nothing is of erasable data.
 */
export function compileSkip(
  type: AvroType,
  how: 'checked' | 'decoded' = 'decoded',
): (wire: WireReader) => void {
  switch (type.kind) {
    case 'record': {
      const skips = type.fields.map((field) => compileSkip(field.type, how));
      return (wire) => {
        for (const skip of skips) skip(wire);
      };
    }
    case 'nullable': {
      const skip = compileSkip(type.of, how);
      return (wire) => {
        if (wire.readPresence()) skip(wire);
      };
    }
    case 'array': {
      const skip = compileSkip(type.items, how);
      return (wire) => {
        const count = wire.openArray();
        if (count > MAX_ITEMS) unusual();
        for (let index = 0; index < count; index++) skip(wire);
        wire.closeArray(count);
      };
    }
    case 'enum':
      return (wire) => void wire.readIndex(type.symbols.length);
    case 'fixed':
      return (wire) => void wire.take(type.size);
    case 'boolean':
      return (wire) => void wire.readFlag();
    case 'int':
      return (wire) => void wire.readIndex(INT_END);
    case 'long': {
      const end = how === 'checked' && type.logicalType !== null ? END_OF_TIME_US : Number.POSITIVE_INFINITY;
      return (wire) => void wire.readIndex(end);
    }
    case 'bytes':
      return (wire) => void wire.take(wire.readLength());
    case 'string':
      return (wire) => {
        const start = wire.takeText();
        if (how === 'checked' && wire.at - start > MAX_TEXT_BYTES) unusual();
      };
    case 'double':
      return (wire) => {
        if (!isUsual(wire.bytes, wire.take(DOUBLE_BYTES))) unusual();
      };
  }
}

/** Whether a double is finite and not −0, which has another canonical form. */
function isUsual(bytes: Uint8Array, at: number): boolean {
  const value = new DataView(bytes.buffer, bytes.byteOffset + at, DOUBLE_BYTES).getFloat64(0, true);
  return Number.isFinite(value) && !Object.is(value, -0);
}
