import { ByteWriter } from '../../../domain/avro/byte-writer.ts';
import type { AvroType, RecordType } from '../../../domain/avro/schema.ts';
import type { Dice } from './dice.ts';

/** Bytes that are written in the place of a value, whatever they mean there. */
export class RawBytes {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

const LONGEST_VARINT = 10;
const CANONICAL = 0;

/**
 * Writes a value as some Avro writer might: `oddity` 0 is the canonical form (encode.ts); above it, varints are
 * padded, arrays come in several blocks, with or without their size in bytes, and a zero may be −0. Unlike the
 * encoder it refuses nothing: NaN and numbers out of range are written as they are.
 * @param oddity probability of each oddity, where it can occur
 */
export function writeAvro(type: RecordType, value: unknown, dice: Dice, oddity = CANONICAL): Buffer {
  const writer = new ByteWriter();
  write(type, value, { writer, dice, oddity });
  return writer.toBuffer();
}

interface Writing {
  readonly writer: ByteWriter;
  readonly dice: Dice;
  readonly oddity: number;
}

function write(type: AvroType, value: unknown, at: Writing): void {
  if (value instanceof RawBytes) at.writer.writeBytes(value.bytes);
  else if (type.kind === 'record') {
    for (const field of type.fields) write(field.type, (value as Record<string, unknown>)[field.name], at);
  } else if (type.kind === 'nullable') {
    writeLong(value === null ? 0 : 1, at);
    if (value !== null) write(type.of, value, at);
  } else if (type.kind === 'array') writeArray(type.items, value as readonly unknown[], at);
  else writeScalar(type, value, at);
}

function writeScalar(type: AvroType, value: unknown, at: Writing): void {
  switch (type.kind) {
    case 'enum':
      writeLong(type.symbols.indexOf(value as string), at);
      break;
    case 'fixed':
      at.writer.writeBytes(value as Uint8Array);
      break;
    case 'boolean':
      at.writer.writeByte(value === true ? 1 : 0);
      break;
    case 'int':
    case 'long':
      writeLong(value as number, at);
      break;
    case 'double':
      writeDouble(value as number, at);
      break;
    default: {
      const bytes = Buffer.from(value as string);
      writeLong(bytes.length, at);
      at.writer.writeBytes(bytes);
    }
  }
}

function writeArray(items: AvroType, value: readonly unknown[], at: Writing): void {
  let rest = value;
  while (rest.length > 0) {
    const split = at.dice.chance(at.oddity);
    const block = rest.slice(0, split ? 1 + at.dice.below(rest.length) : rest.length);
    rest = rest.slice(block.length);
    const content = { ...at, writer: new ByteWriter(64) };
    for (const item of block) write(items, item, content);
    const sized = at.dice.chance(at.oddity);
    writeLong(sized ? -block.length : block.length, at);
    // A reader that does not skip has no use for the size, so a wrong one is no reason to refuse.
    if (sized) writeLong(at.dice.chance(0.2) ? at.dice.below(1000) : content.writer.length, at);
    at.writer.writeBytes(content.writer.toBuffer());
  }
  writeLong(0, at);
}

function writeLong(value: number, { writer, dice, oddity }: Writing): void {
  const shortest = new ByteWriter(LONGEST_VARINT);
  shortest.writeLong(value);
  const bytes = shortest.toBuffer();
  if (oddity === CANONICAL || !dice.chance(oddity)) {
    writer.writeBytes(bytes);
    return;
  }
  for (const byte of bytes) writer.writeByte(byte | 0x80);
  for (let more = dice.below(LONGEST_VARINT - bytes.length); more > 0; more--) writer.writeByte(0x80);
  writer.writeByte(0);
}

function writeDouble(value: number, { writer, dice, oddity }: Writing): void {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value === 0 && dice.chance(oddity) ? -0 : value);
  writer.writeBytes(bytes);
}
