import { Buffer, isUtf8 } from 'node:buffer';

/**
 * Thrown when a record is not what nearly all are: bad, or good in an unusual form. Who catches it looks at the
 * record again the long way, which finds out which. Made once: it carries nothing.
 */
export class UnusualRecord extends Error {
  override readonly name = 'UnusualRecord';
}
const UNUSUAL = new UnusualRecord('the record takes a closer look');

/** Gives the record up to the long way. */
export function unusual(): never {
  throw UNUSUAL;
}

const SHORT_TEXT = 64;
const TWO_TO_28 = 2 ** 28;
const LARGEST_ZIGZAG = 2 * Number.MAX_SAFE_INTEGER;

/**
 * Reads canonical Avro (docs/contract.md) from one record at a time, and keeps note of which of its bytes will be
 * recorded: what a record's canonical recorded form takes over from the wire is copied, not encoded again.
 */
export class WireReader {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  /** Length of what is read. */
  length = 0;

  start(bytes: Uint8Array, at: number, end: number): void {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.length = end - at;
  }

  /** A long that is not negative, as nearly all are. Anything else, an overlong form included, is unusual. */
  readLong(): number {
    const { bytes } = this;
    let at = this.at;
    let byte = bytes[at++] as number;
    let low = byte & 0x7f;
    if (byte > 0x7f) {
      let shift = 7;
      do {
        byte = bytes[at++] as number;
        low |= (byte & 0x7f) << shift;
        shift += 7;
      } while (byte > 0x7f && shift < 28);
      if (byte > 0x7f) return this.#readLarge(at, low);
      if (byte === 0) unusual();
    }
    if (at > this.end || (low & 1) === 1) unusual();
    this.at = at;
    return low >>> 1;
  }

  /** How many bytes follow; they are there. */
  readLength(): number {
    const length = this.readLong();
    if (length > this.end - this.at) unusual();
    return length;
  }

  /** An index below `count`. */
  readIndex(count: number): number {
    const index = this.readLong();
    if (index >= count) unusual();
    return index;
  }

  /** The branch of `[null, T]`: whether there is a value. */
  readPresence(): boolean {
    const byte = this.readByte();
    if (byte !== 0 && byte !== 2) unusual();
    return byte === 2;
  }

  /** 0 or 1. */
  readFlag(): number {
    const byte = this.readByte();
    if (byte > 1) unusual();
    return byte;
  }

  readByte(): number {
    if (this.at >= this.end) unusual();
    return this.bytes[this.at++] as number;
  }

  /** Passes over so many bytes; gives where they begin. */
  take(length: number): number {
    const { at } = this;
    if (length > this.end - at) unusual();
    this.at = at + length;
    return at;
  }

  /** Passes over well-formed UTF-8 and its length; gives where it begins. It ends where the reader is then. */
  takeText(): number {
    const start = this.take(this.readLength());
    if (!isWellFormed(this.bytes, start, this.at)) unusual();
    return start;
  }

  /** An array in its canonical form is one block. Gives the number of its items, and `closeArray` ends it. */
  openArray(): number {
    return this.readLong();
  }

  closeArray(items: number): void {
    if (items > 0 && this.readByte() !== 0) unusual();
  }

  #readLarge(at: number, low: number): number {
    const { bytes } = this;
    let byte: number;
    let high = 0;
    let unit = 1;
    do {
      byte = bytes[at++] as number;
      high += (byte & 0x7f) * unit;
      unit *= 128;
    } while (byte > 0x7f && unit < 2 ** 28);
    // Past the end a byte is undefined, which compares as false: the end is checked here.
    if (byte === 0 || byte > 0x7f || at > this.end || (low & 1) === 1) unusual();
    const zigzag = (low >>> 0) + high * TWO_TO_28;
    if (zigzag > LARGEST_ZIGZAG) unusual();
    this.at = at;
    return zigzag / 2;
  }
}

/** Whether bytes are UTF-8. Short ASCII is told without a call. */
export function isWellFormed(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start <= SHORT_TEXT) {
    let at = start;
    while (at < end && (bytes[at] as number) < 0x80) at++;
    if (at === end) return true;
  }
  return isUtf8(bytes.subarray(start, end));
}

/** The text of UTF-8 bytes that are well formed. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}
