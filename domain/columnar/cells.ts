/**
 * Values of one column, laid out as ClickHouse's Native format has them, so that a run of rows is written by copying
 * memory. Cells are appended one by one and cut back when a record turns out to be bad. The classes look alike and stay
 * apart on purpose: code that appends a million values is fast as long as it meets one kind of array.
 */
export interface Cells {
  readonly count: number;
  /** Forgets every cell from `count` on. */
  truncate(count: number): void;
}

/** Cells whose memory can be written as it is. */
export interface PlainCells extends Cells {
  readonly kind: 'plain';
  /** The bytes of cells `from` ≤ index < `to`. A view, valid until the next append. */
  slice(from: number, to: number): Uint8Array;
  /** Appends what stands in the place of a null. */
  pushZero(): void;
}

const FIRST_CAPACITY = 256;
const TWO_TO_32 = 2 ** 32;

/** Whole numbers of 64 bits, little-endian: Int64 and DateTime64. */
export class LongCells implements PlainCells {
  readonly kind = 'plain';
  #words = new Int32Array(FIRST_CAPACITY * 2);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** @param value a safe integer, not negative */
  push(value: number): void {
    const at = this.#count * 2;
    if (at === this.#words.length) this.#words = enlarge(this.#words, new Int32Array(at * 2));
    // Storing takes the value modulo 2^32: the low half.
    this.#words[at] = value;
    this.#words[at + 1] = Math.floor(value / TWO_TO_32);
    this.#count++;
  }

  at(index: number): number {
    return ((this.#words[index * 2] ?? 0) >>> 0) + (this.#words[index * 2 + 1] ?? 0) * TWO_TO_32;
  }

  pushZero(): void {
    this.push(0);
  }

  truncate(count: number): void {
    this.#count = Math.min(this.#count, count);
  }

  slice(from: number, to: number): Uint8Array {
    return bytesOf(this.#words.subarray(from * 2, to * 2));
  }
}

/** Whole numbers of 32 bits: Int32, and where the items of each row of an array end. */
export class IntCells implements PlainCells {
  readonly kind = 'plain';
  #values = new Int32Array(FIRST_CAPACITY);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  push(value: number): void {
    if (this.#count === this.#values.length)
      this.#values = enlarge(this.#values, new Int32Array(this.#count * 2));
    this.#values[this.#count++] = value;
  }

  at(index: number): number {
    return this.#values[index] ?? 0;
  }

  pushZero(): void {
    this.push(0);
  }

  truncate(count: number): void {
    this.#count = Math.min(this.#count, count);
  }

  slice(from: number, to: number): Uint8Array {
    return bytesOf(this.#values.subarray(from, to));
  }
}

/** Float64. */
export class DoubleCells implements PlainCells {
  readonly kind = 'plain';
  #values = new Float64Array(FIRST_CAPACITY);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  push(value: number): void {
    if (this.#count === this.#values.length)
      this.#values = enlarge(this.#values, new Float64Array(this.#count * 2));
    this.#values[this.#count++] = value;
  }

  pushZero(): void {
    this.push(0);
  }

  truncate(count: number): void {
    this.#count = Math.min(this.#count, count);
  }

  slice(from: number, to: number): Uint8Array {
    return bytesOf(this.#values.subarray(from, to));
  }
}

/** One byte each: Bool, and the map of nulls (1 is null). */
export class ByteCells implements PlainCells {
  readonly kind = 'plain';
  #values = new Uint8Array(FIRST_CAPACITY);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  push(value: number): void {
    if (this.#count === this.#values.length)
      this.#values = enlarge(this.#values, new Uint8Array(this.#count * 2));
    this.#values[this.#count++] = value;
  }

  at(index: number): number {
    return this.#values[index] ?? 0;
  }

  pushZero(): void {
    this.push(0);
  }

  truncate(count: number): void {
    this.#count = Math.min(this.#count, count);
  }

  slice(from: number, to: number): Uint8Array {
    return this.#values.subarray(from, to);
  }
}

/** The bytes of a typed array, in memory order: little-endian on every machine that Node runs on here. */
function bytesOf(values: Int32Array | Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** The values of `from` in a larger array. */
export function enlarge<T extends { set(from: T): void }>(from: T, into: T): T {
  into.set(from);
  return into;
}
