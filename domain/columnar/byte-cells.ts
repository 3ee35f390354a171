import { enlarge, type PlainCells } from './cells.ts';

const FIRST_BYTES = 4096;
/** Below it a loop copies faster than a call. */
const SHORT = 48;

/** Copies `from[start … end)` to `into` at `at`. */
function copyBytes(from: Uint8Array, start: number, end: number, into: Uint8Array, at: number): void {
  if (end - start < SHORT) {
    for (let index = start; index < end; index++) into[at++] = from[index] as number;
  } else {
    into.set(from.subarray(start, end), at);
  }
}

/** FixedString(n): n bytes each. */
export class FixedCells implements PlainCells {
  readonly kind = 'plain';
  readonly width: number;
  #bytes: Uint8Array;
  #count = 0;

  constructor(width: number) {
    this.width = width;
    this.#bytes = new Uint8Array(width * 64);
  }

  get count(): number {
    return this.#count;
  }

  push(from: Uint8Array, start: number): void {
    copyBytes(from, start, start + this.width, this.#reserve(), this.#count++ * this.width);
  }

  pushZero(): void {
    const at = this.#count * this.width;
    this.#reserve().fill(0, at, at + this.width);
    this.#count++;
  }

  truncate(count: number): void {
    this.#count = Math.min(this.#count, count);
  }

  slice(from: number, to: number): Uint8Array {
    return this.#bytes.subarray(from * this.width, to * this.width);
  }

  #reserve(): Uint8Array {
    if ((this.#count + 1) * this.width > this.#bytes.length)
      this.#bytes = enlarge(this.#bytes, new Uint8Array(this.#bytes.length * 2));
    return this.#bytes;
  }
}

const UUID_BYTES = 16;
const NO_BYTES = new Uint8Array(UUID_BYTES);

/** UUID: ClickHouse keeps it as two little-endian halves, so each half of the usual byte order is reversed. */
export class UuidCells implements PlainCells {
  readonly kind = 'plain';
  #bytes = new Uint8Array(UUID_BYTES * 64);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  push(from: Uint8Array, start: number): void {
    const at = this.#count * UUID_BYTES;
    if (at === this.#bytes.length) this.#bytes = enlarge(this.#bytes, new Uint8Array(at * 2));
    for (let index = 0; index < 8; index++) {
      this.#bytes[at + index] = from[start + 7 - index] as number;
      this.#bytes[at + 8 + index] = from[start + 15 - index] as number;
    }
    this.#count++;
  }

  pushZero(): void {
    this.push(NO_BYTES, 0);
  }

  /** The 16 bytes in their usual order, into `into` at `at`. */
  copyTo(index: number, into: Uint8Array, at: number): void {
    const own = index * UUID_BYTES;
    for (let byte = 0; byte < 8; byte++) {
      into[at + byte] = this.#bytes[own + 7 - byte] as number;
      into[at + 8 + byte] = this.#bytes[own + 15 - byte] as number;
    }
  }

  truncate(count: number): void {
    this.#count = Math.min(this.#count, count);
  }

  slice(from: number, to: number): Uint8Array {
    return this.#bytes.subarray(from * UUID_BYTES, to * UUID_BYTES);
  }
}

/** Cells that are views of bytes which lie somewhere else already, `width` for each. */
export class ViewCells implements PlainCells {
  readonly kind = 'plain';
  readonly #width: number;
  #bytes: Uint8Array = NO_BYTES;

  constructor(width: number) {
    this.#width = width;
  }

  get count(): number {
    return this.#bytes.length / this.#width;
  }

  show(bytes: Uint8Array): void {
    this.#bytes = bytes;
  }

  pushZero(): void {
    throw new Error('columns: cells that are views cannot be appended to');
  }

  truncate(count: number): void {
    this.#bytes = this.#bytes.subarray(0, count * this.#width);
  }

  slice(from: number, to: number): Uint8Array {
    return this.#bytes.subarray(from * this.#width, to * this.#width);
  }
}

/** String: each with its length in front, as a LEB128 varint. */
export class TextCells implements PlainCells {
  readonly kind = 'plain';
  #bytes = new Uint8Array(FIRST_BYTES);
  #length = 0;
  #ends = new Uint32Array(256);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  push(from: Uint8Array, start: number, end: number): void {
    let rest = end - start;
    this.#reserve(rest + 5);
    const bytes = this.#bytes;
    let at = this.#length;
    while (rest > 0x7f) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    copyBytes(from, start, end, bytes, at);
    this.#length = at + end - start;
    this.#ends[this.#count++] = this.#length;
  }

  pushZero(): void {
    this.push(NO_BYTES, 0, 0);
  }

  truncate(count: number): void {
    if (count >= this.#count) return;
    this.#count = count;
    this.#length = this.#endOf(count);
  }

  slice(from: number, to: number): Uint8Array {
    return this.#bytes.subarray(this.#endOf(from), this.#endOf(to));
  }

  #endOf(count: number): number {
    return count === 0 ? 0 : (this.#ends[count - 1] ?? 0);
  }

  #reserve(more: number): void {
    if (this.#length + more > this.#bytes.length)
      this.#bytes = enlarge(
        this.#bytes,
        new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more)),
      );
    if (this.#count === this.#ends.length) this.#ends = enlarge(this.#ends, new Uint32Array(this.#count * 2));
  }
}

/** The same bytes in every row. */
export class ConstantCells implements PlainCells {
  readonly kind = 'plain';
  readonly #value: Uint8Array;
  #count = 0;

  constructor(value: Uint8Array) {
    this.#value = value;
  }

  get count(): number {
    return this.#count;
  }

  push(): void {
    this.#count++;
  }

  pushZero(): void {
    throw new Error('columns: a constant is never null');
  }

  truncate(count: number): void {
    this.#count = Math.min(this.#count, count);
  }

  slice(from: number, to: number): Uint8Array {
    const width = this.#value.length;
    const bytes = new Uint8Array((to - from) * width);
    if (bytes.length === 0) return bytes;
    bytes.set(this.#value);
    for (let filled = width; filled < bytes.length; filled *= 2) bytes.copyWithin(filled, 0, filled);
    return bytes;
  }
}
