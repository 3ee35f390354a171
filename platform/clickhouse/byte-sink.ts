const TWO_TO_32 = 2 ** 32;
const ROOM_TO_SPARE = 1.25;

/** A growing buffer with the primitive encodings of ClickHouse's binary formats (little-endian). */
export class ByteSink {
  #buffer: Buffer = Buffer.allocUnsafe(4 * 1024);
  #length = 0;

  /** What was written, as it lies: valid until something is written after `clear`. */
  take(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /**
   * Begins anew in the same memory, which is enlarged at once for what is to come, with some room to spare: growing step
   * by step would take as much again.
   * @param expectedBytes what will be written, about
   */
  clear(expectedBytes = 0): void {
    this.#length = 0;
    if (expectedBytes > this.#buffer.length)
      this.#buffer = Buffer.allocUnsafeSlow(expectedBytes * ROOM_TO_SPARE);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  /** Unsigned LEB128. */
  varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.byte((rest % 128) | 0x80);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  text(value: string): void {
    const bytes = Buffer.byteLength(value, 'utf8');
    this.varint(bytes);
    this.#reserve(bytes);
    this.#length += this.#buffer.write(value, this.#length, 'utf8');
  }

  int32(value: number): void {
    this.#reserve(4);
    this.#length = this.#buffer.writeInt32LE(value, this.#length);
  }

  /** @param value a safe integer */
  int64(value: number): void {
    this.#reserve(8);
    // Two's complement in two halves: a BigInt for each number would cost more than all else.
    this.#length = this.#buffer.writeInt32LE(value | 0, this.#length);
    this.#length = this.#buffer.writeInt32LE(Math.floor(value / TWO_TO_32), this.#length);
  }

  float64(value: number): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
