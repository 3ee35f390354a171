import { ByteWriter } from '../avro/byte-writer.ts';
import { enlarge } from '../columnar/cells.ts';
import { sha256Many } from '../merkle/hash-many.ts';

const HASH_BYTES = 32;
/** Small enough to stay in the cache between being written and being hashed. */
const FLUSH_BYTES = 256 * 1024;

/** Many inputs to SHA-256, written one after another and hashed many at a time. Used again for each batch. */
export class HashArena {
  /** Write an input here, then call `end`. */
  readonly bytes = new ByteWriter(FLUSH_BYTES + 4096);
  #starts = new Uint32Array(1024);
  #ends = new Uint32Array(1024);
  /** Inputs waiting, and digests made. */
  #waiting = 0;
  #done = 0;
  #digests = new Uint8Array(0);
  /** As many as the batch before had: then they need no other memory soon after. */
  #expectedBytes = 0;
  readonly #lasting: boolean;

  /** @param lasting whether digests outlive the batch; else their memory is used again as well */
  constructor(lasting: boolean) {
    this.#lasting = lasting;
  }

  /** Forgets everything, for the next batch. */
  clear(): void {
    this.bytes.reset();
    this.#waiting = 0;
    this.#expectedBytes = this.#done * HASH_BYTES;
    this.#done = 0;
    if (this.#lasting) this.#digests = new Uint8Array(0);
  }

  /** Ends the input that was written since the one before. */
  end(): void {
    const index = this.#waiting++;
    this.#starts[index] = index === 0 ? 0 : (this.#ends[index - 1] as number);
    this.#ends[index] = this.bytes.length;
    if (this.#waiting === this.#starts.length || this.bytes.length > FLUSH_BYTES) this.#flush();
  }

  /** 32 bytes for each input, in order. If they do not last, a view that is valid until `clear`. */
  finish(): Uint8Array {
    this.#flush();
    return this.#digests.subarray(0, this.#done * HASH_BYTES);
  }

  #flush(): void {
    const room = (this.#done + this.#waiting) * HASH_BYTES;
    if (room > this.#digests.length)
      this.#digests = enlarge(
        this.#digests,
        new Uint8Array(Math.max(room, this.#expectedBytes, this.#digests.length * 2)),
      );
    const out = this.#digests.subarray(this.#done * HASH_BYTES);
    sha256Many(this.bytes.bytes, this.#starts, this.#ends, this.#waiting, out);
    this.#done += this.#waiting;
    this.#waiting = 0;
    this.bytes.reset();
  }
}
