import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { type Cells, enlarge } from './cells.ts';

/** So that nobody can prepare values that all fall into one place of the table. It shows in no result. */
const SEED = randomBytes(4).readInt32LE(0);
const FNV_PRIME = 0x01000193;
const UNKNOWN = -1;
/** What is remembered from batch to batch. Codes recur; what does not recur is not worth remembering. */
const MAX_REMEMBERED = 4096;
const MAX_REMEMBERED_BYTES = 256 * 1024;

/**
 * A dictionary of the values that a column has had: value ↔ number. A value is judged when it is first seen and not
 * again: codes such as a tenant or a region recur in every record.
 */
export class CodeBook {
  readonly #accepts: (value: string) => boolean;
  #slots = new Int32Array(512);
  #hashes = new Int32Array(256);
  #ends = new Uint32Array(256);
  #bytes = new Uint8Array(4096);
  #size = 0;
  #generation = 0;

  /** @param accepts whether a value may stand in the column at all; asked once for each value */
  constructor(accepts: (value: string) => boolean) {
    this.#accepts = accepts;
  }

  get size(): number {
    return this.#size;
  }

  /** Changes when values are forgotten, and codes given before are void. */
  get generation(): number {
    return this.#generation;
  }

  /** The number of a value (UTF-8); −1 if it is not acceptable. */
  codeOf(from: Uint8Array, start: number, end: number): number {
    const hash = hashBytes(from, start, end);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const code = (this.#slots[slot] as number) - 1;
      if (code < 0) return this.#learn(from, start, end, hash, slot);
      if (this.#hashes[code] === hash && this.#holds(code, from, start, end)) return code;
    }
  }

  /** The bytes of a value. A view. */
  valueOf(code: number): Uint8Array {
    return this.#bytes.subarray(this.#startOf(code), this.#ends[code]);
  }

  /** Copies the bytes of a value into `into` at `at`; gives where they end. */
  copyValue(code: number, into: Uint8Array, at: number): number {
    const end = this.#ends[code] as number;
    let to = at;
    for (let index = this.#startOf(code); index < end; index++) into[to++] = this.#bytes[index] as number;
    return to;
  }

  /** Forgets all values once they are too many. Only between batches: codes given before are void. */
  trim(): void {
    if (this.#size <= MAX_REMEMBERED && this.#startOf(this.#size) <= MAX_REMEMBERED_BYTES) return;
    this.#slots = new Int32Array(512);
    this.#size = 0;
    this.#generation++;
  }

  #learn(from: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    if (!this.#accepts(Buffer.from(from.buffer, from.byteOffset + start, end - start).toString('utf8')))
      return UNKNOWN;
    const code = this.#size++;
    const at = this.#startOf(code);
    if (code === this.#hashes.length) {
      this.#hashes = enlarge(this.#hashes, new Int32Array(code * 2));
      this.#ends = enlarge(this.#ends, new Uint32Array(code * 2));
    }
    if (at + end - start > this.#bytes.length)
      this.#bytes = enlarge(this.#bytes, new Uint8Array(Math.max(this.#bytes.length * 2, at + end - start)));
    this.#bytes.set(from.subarray(start, end), at);
    this.#ends[code] = at + end - start;
    this.#hashes[code] = hash;
    this.#slots[slot] = code + 1;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return code;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let code = 0; code < this.#size; code++) {
      let slot = (this.#hashes[code] as number) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = code + 1;
    }
  }

  #holds(code: number, from: Uint8Array, start: number, end: number): boolean {
    let at = this.#startOf(code);
    if ((this.#ends[code] as number) - at !== end - start) return false;
    for (let index = start; index < end; index++) if (this.#bytes[at++] !== from[index]) return false;
    return true;
  }

  #startOf(code: number): number {
    return code === 0 ? 0 : (this.#ends[code - 1] as number);
  }
}

/** As of Fowler, Noll and Vo, four bytes at a time; as a product moves bits up only, they are brought down in between. */
function hashBytes(from: Uint8Array, start: number, end: number): number {
  let hash = SEED ^ (end - start);
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const low = (from[at] as number) | ((from[at + 1] as number) << 8);
    const high = (from[at + 2] as number) | ((from[at + 3] as number) << 8);
    hash = Math.imul(hash ^ (low | (high << 16)), FNV_PRIME);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ (from[at] as number), FNV_PRIME);
  return hash ^ (hash >>> 15);
}

/** The codes of a few values of our own, such as the symbols of an enum: each is looked up once. */
export class KnownCodes {
  readonly #book: CodeBook;
  readonly #values: readonly Uint8Array[];
  readonly #codes: Int32Array;
  #generation = -1;

  constructor(book: CodeBook, values: readonly string[]) {
    this.#book = book;
    this.#values = values.map((value) => Buffer.from(value, 'utf8'));
    this.#codes = new Int32Array(values.length);
  }

  /** The code of the value at an index. Throws RangeError beyond the last. */
  at(index: number): number {
    if (this.#generation !== this.#book.generation) {
      this.#codes.fill(UNKNOWN);
      this.#generation = this.#book.generation;
    }
    const known = this.#codes[index] as number;
    return known >= 0 ? known : this.#lookUp(index);
  }

  #lookUp(index: number): number {
    const value = this.#values[index];
    if (value === undefined) throw new RangeError('columns: there is no such value');
    const code = this.#book.codeOf(value, 0, value.length);
    this.#codes[index] = code;
    return code;
  }
}

/** LowCardinality(String): a number of a dictionary in each row, or none where the value is null. */
export class CodeCells implements Cells {
  readonly kind = 'codes';
  readonly book: CodeBook;
  /** Number + 1; 0 is null. */
  #marks = new Uint32Array(256);
  #count = 0;

  constructor(book: CodeBook) {
    this.book = book;
  }

  get count(): number {
    return this.#count;
  }

  push(code: number): void {
    if (this.#count === this.#marks.length)
      this.#marks = enlarge(this.#marks, new Uint32Array(this.#count * 2));
    this.#marks[this.#count++] = code + 1;
  }

  /** For values of our own; they are acceptable. */
  pushText(value: string): void {
    const bytes = Buffer.from(value, 'utf8');
    this.push(this.book.codeOf(bytes, 0, bytes.length));
  }

  pushNull(): void {
    this.push(UNKNOWN);
  }

  /** The number in a cell; −1 for null. */
  at(index: number): number {
    return (this.#marks[index] ?? 0) - 1;
  }

  truncate(count: number): void {
    this.#count = Math.min(this.#count, count);
  }
}
