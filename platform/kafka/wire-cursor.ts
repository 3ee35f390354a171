const TWO_TO_32 = 2 ** 32;

/**
 * Reads the primitive types of Kafka's protocol, one after another. Throws RangeError beyond the end. 64-bit integers
 * are numbers: offsets and times are far below 2^53.
 */
export class WireCursor {
  readonly bytes: Buffer;
  /** Where the next read begins. */
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  moveTo(at: number): void {
    if (at < 0 || at > this.bytes.length) throw new RangeError('kafka: an answer is shorter than it says');
    this.at = at;
  }

  /** Passes bytes by; gives where they end. */
  skip(bytes: number): number {
    this.moveTo(this.at + bytes);
    return this.at;
  }

  int16(): number {
    const value = this.int16At(this.at);
    this.at += 2;
    return value;
  }

  int32(): number {
    const value = this.int32At(this.at);
    this.at += 4;
    return value;
  }

  int64(): number {
    const value = this.int64At(this.at);
    this.at += 8;
    return value;
  }

  int16At(at: number): number {
    return this.bytes.readInt16BE(at);
  }

  int32At(at: number): number {
    return this.bytes.readInt32BE(at);
  }

  int64At(at: number): number {
    return this.bytes.readInt32BE(at) * TWO_TO_32 + this.bytes.readUInt32BE(at + 4);
  }

  /** Its length in two bytes, then UTF-8. */
  string(): string {
    const start = this.at + 2;
    const end = start + this.int16();
    this.moveTo(end);
    return this.bytes.toString('utf8', start, end);
  }

  /** Its length in four bytes, then the items. Empty for null. */
  array<T>(readItem: () => T): T[] {
    const items: T[] = [];
    for (let left = this.int32(); left > 0; left--) items.push(readItem());
    return items;
  }

  /** Zigzag, seven bits a byte, at most 32 of them. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes[this.at++] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    throw new RangeError('kafka: a number is too long');
  }

  /** Zigzag, seven bits a byte, at most 64 of them. */
  varlong(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      const byte = this.bytes[this.at++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    throw new RangeError('kafka: a number is too long');
  }
}
