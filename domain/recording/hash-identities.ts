import type { UuidCells } from '../columnar/byte-cells.ts';
import type { CodeCells } from '../columnar/code-cells.ts';
import { HashArena } from './hash-arena.ts';
import { IDENTITY_WORDS } from './seen-events.ts';

const ID_BYTES = 16;
const DIGEST_WORDS = 8;
/** Three lengths, and more than the longest code twice (safe-grammar.ts). */
const SCRATCH_BYTES = 1024;

/** Makes the identities (event-identity.ts) of the rows of a batch, all at once. */
export class IdentityHasher {
  readonly #tenants: CodeCells;
  readonly #producers: CodeCells | null;
  readonly #ids: UuidCells;
  readonly #arena = new HashArena(false);
  readonly #scratch = new Uint8Array(SCRATCH_BYTES);

  /** @param producers null where the event's id is unique within its tenant */
  constructor(tenants: CodeCells, producers: CodeCells | null, ids: UuidCells) {
    this.#tenants = tenants;
    this.#producers = producers;
    this.#ids = ids;
  }

  /** The identities of rows 0 to `rows` − 1, each as IDENTITY_WORDS words. */
  hash(rows: number): Uint32Array {
    this.#arena.clear();
    for (let row = 0; row < rows; row++) {
      let at = this.#writeCode(this.#tenants, row, 0);
      at = this.#writeCode(this.#producers, row, at);
      writeLength(this.#scratch, at, ID_BYTES);
      this.#ids.copyTo(row, this.#scratch, at + 4);
      this.#arena.bytes.writeRange(this.#scratch, 0, at + 4 + ID_BYTES);
      this.#arena.end();
    }
    const digests = this.#arena.finish();
    const words = new Uint32Array(digests.buffer, digests.byteOffset, rows * DIGEST_WORDS);
    const identities = new Uint32Array(rows * IDENTITY_WORDS);
    for (let row = 0; row < rows; row++) {
      for (let word = 0; word < IDENTITY_WORDS; word++)
        identities[row * IDENTITY_WORDS + word] = words[row * DIGEST_WORDS + word] as number;
    }
    return identities;
  }

  #writeCode(cells: CodeCells | null, row: number, at: number): number {
    const end = cells === null ? at + 4 : cells.book.copyValue(cells.at(row), this.#scratch, at + 4);
    writeLength(this.#scratch, at, end - at - 4);
    return end;
  }
}

/** Four bytes, big-endian; lengths here fit two. */
function writeLength(into: Uint8Array, at: number, length: number): void {
  into[at] = 0;
  into[at + 1] = 0;
  into[at + 2] = length >>> 8;
  into[at + 3] = length & 0xff;
}
