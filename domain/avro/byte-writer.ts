/** A growing byte buffer with Avro's primitive encodings. Reused between records: `reset` keeps its memory. */
export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  constructor(initialBytes = 1024) {
    this.#buffer = Buffer.allocUnsafe(initialBytes);
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
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Zig-zag varint in its shortest form. Throws RangeError unless `value` is a safe integer. */
  writeLong(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError('avro: a long must be a safe integer');
    this.#reserve(10);
    if (value >= -0x40000000 && value < 0x40000000) {
      let zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
      while (zigzag > 0x7f) {
        this.#buffer[this.#length++] = (zigzag & 0x7f) | 0x80;
        zigzag >>>= 7;
      }
      this.#buffer[this.#length++] = zigzag;
      return;
    }
    const big = BigInt(value);
    let zigzag = big >= 0n ? big << 1n : (-big << 1n) - 1n;
    while (zigzag > 0x7fn) {
      this.#buffer[this.#length++] = Number(zigzag & 0x7fn) | 0x80;
      zigzag >>= 7n;
    }
    this.#buffer[this.#length++] = Number(zigzag);
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

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
