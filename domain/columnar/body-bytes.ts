import type { ByteWriter } from '../avro/byte-writer.ts';

/** Where the recorded form of one event's own fields lies: in its wire bytes, or spliced together in `pool`. */
export interface BodyPlace {
  readonly inPool: boolean;
  readonly start: number;
  readonly end: number;
}

/**
 * The part of a record's canonical bytes that comes from the wire. Mostly that is one stretch of the wire, up to the
 * erasable record at its end, and nothing is copied; what is cut out or replaced makes a copy necessary.
 */
export class BodyBytes {
  readonly pool: ByteWriter;
  #wire: Uint8Array = new Uint8Array(0);
  /** Wire bytes from here on are kept and not copied yet. */
  #from = 0;
  /** A stretch that is dropped, if nothing has been kept after it yet. */
  #dropStart = -1;
  #dropEnd = -1;
  #poolStart = -1;

  constructor(pool: ByteWriter) {
    this.pool = pool;
  }

  begin(wire: Uint8Array, at: number): void {
    this.#wire = wire;
    this.#from = at;
    this.#dropStart = -1;
    this.#poolStart = -1;
  }

  /** Leaves out the wire bytes `start` … `end`. */
  drop(start: number, end: number): void {
    if (this.#dropStart >= 0) this.#passDrop();
    this.#dropStart = start;
    this.#dropEnd = end;
  }

  /** Puts text (UTF-8, its length in front) in the place of the wire bytes `start` … `end`. */
  replaceText(start: number, end: number, text: Uint8Array): void {
    this.#copyUpTo(start);
    this.pool.writeLong(text.length);
    this.pool.writeBytes(text);
    this.#from = end;
  }

  /** Puts bytes in, in front of the wire byte at `at`. */
  insert(at: number, bytes: Uint8Array): void {
    this.#copyUpTo(at);
    this.pool.writeBytes(bytes);
  }

  finish(end: number): BodyPlace {
    if (this.#poolStart < 0 && this.#dropStart < 0) return { inPool: false, start: this.#from, end };
    if (this.#poolStart < 0 && this.#dropEnd === end)
      return { inPool: false, start: this.#from, end: this.#dropStart };
    this.#copyUpTo(end);
    return { inPool: true, start: this.#poolStart, end: this.pool.length };
  }

  #copyUpTo(at: number): void {
    if (this.#dropStart >= 0) this.#passDrop();
    if (this.#poolStart < 0) this.#poolStart = this.pool.length;
    this.pool.writeBytes(this.#wire.subarray(this.#from, at));
    this.#from = at;
  }

  #passDrop(): void {
    const { pool } = this;
    if (this.#poolStart < 0) this.#poolStart = pool.length;
    pool.writeBytes(this.#wire.subarray(this.#from, this.#dropStart));
    this.#from = this.#dropEnd;
    this.#dropStart = -1;
  }
}
