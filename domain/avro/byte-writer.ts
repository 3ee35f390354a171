const SHORT_BYTES = 32;
const TWO_TO_31 = 2 ** 31;

/** A growing byte buffer with Avro's primitive encodings. Reused between records: `reset` keeps its memory. */
export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  constructor(initialBytes = 1024) {
    this.#buffer = Buffer.allocUnsafe(initialBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** The memory behind what was written; valid until more is. */
  get bytes(): Uint8Array {
    return this.#buffer;
  }

  reset(): void {
    this.#length = 0;
  }

  /** A copy of what was written since the last reset. */
  toBuffer(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#length));
  }

  writeByte(byte: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = byte;
  }

  writeBytes(bytes: Uint8Array): void {
    this.writeRange(bytes, 0, bytes.length);
  }

  /** Writes the bytes `start` ≤ index < `end`. */
  writeRange(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    const buffer = this.#buffer;
    let at = this.#length;
    this.#length += end - start;
    // For a few bytes a loop is faster than a call.
    if (end - start > SHORT_BYTES) buffer.set(bytes.subarray(start, end), at);
    else for (let index = start; index < end; index++) buffer[at++] = bytes[index] as number;
  }

  /** Zig-zag varint in its shortest form. Throws RangeError unless `value` is a safe integer. */
  writeLong(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError('avro: a long must be a safe integer');
    this.#reserve(10);
    if (value >= -0x40000000 && value < 0x40000000) this.#writeVarint(((value << 1) ^ (value >> 31)) >>> 0);
    else this.#writeLarge(value);
  }

  /** IEEE 754, little-endian; −0 becomes +0 so that equal numbers have equal bytes. Throws RangeError if not finite. */
  writeDouble(value: number): void {
    if (!Number.isFinite(value)) throw new RangeError('avro: a double must be finite');
    this.#reserve(8);
    this.#buffer.writeDoubleLE(value === 0 ? 0 : value, this.#length);
    this.#length += 8;
  }

  /** Length and UTF-8 bytes. Throws RangeError on a lone surrogate: it has no UTF-8. */
  writeString(value: string): void {
    if (!value.isWellFormed()) throw new RangeError('avro: a string must be well-formed Unicode');
    const bytes = Buffer.byteLength(value, 'utf8');
    this.writeLong(bytes);
    this.#reserve(bytes);
    this.#buffer.write(value, this.#length, 'utf8');
    this.#length += bytes;
  }

  #writeVarint(unsigned: number): void {
    let rest = unsigned;
    while (rest > 0x7f) {
      this.#buffer[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#length++] = rest;
  }

  /** The zig-zag form may need 54 bits, more than a number holds exactly: its lowest bit, the sign, goes apart. */
  #writeLarge(value: number): void {
    const sign = value < 0 ? 1 : 0;
    // zigzag = 2 · magnitude + sign, and the first byte holds its lowest seven bits.
    let magnitude = value < 0 ? -(value + 1) : value;
    this.#buffer[this.#length++] = ((magnitude % 64) << 1) | sign | 0x80;
    magnitude = Math.floor(magnitude / 64);
    while (magnitude >= TWO_TO_31) {
      this.#buffer[this.#length++] = (magnitude % 128) | 0x80;
      magnitude = Math.floor(magnitude / 128);
    }
    this.#writeVarint(magnitude);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
