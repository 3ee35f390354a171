import type { ByteWriter } from '../avro/byte-writer.ts';
import { FixedCells } from '../columnar/byte-cells.ts';
import type { ByteCells } from '../columnar/cells.ts';
import type { EventRow } from '../columnar/event-row.ts';
import type { RecordedColumns } from '../columnar/recorded-columns.ts';
import { ERASE_DOMAIN } from '../contract/leaf.ts';
import { HashArena } from './hash-arena.ts';

const DIGEST_BYTES = 32;
const SALT_BYTES = 16;
const NO_COMMITMENT = -1;

/** The commitments (leaf.ts) to the erasable data of a batch. */
export class CommitmentColumn {
  readonly #cells: FixedCells;
  readonly #nulls: ByteCells | null;
  readonly #arena = new HashArena(false);
  /** By row, which of the digests is its own. */
  #digestOf: number[] = [];
  #count = 0;
  #digests: Uint8Array = new Uint8Array(0);

  constructor(columns: RecordedColumns) {
    this.#cells = columns.cells('erase_commitment', FixedCells);
    this.#nulls = columns.get('erase_commitment').nulls;
  }

  clear(): void {
    this.#digestOf = [];
    this.#count = 0;
    this.#arena.clear();
  }

  /** The erasable record stands on the wire in its canonical form, and its salt comes first. */
  append(event: EventRow, wire: Uint8Array): void {
    if (event.erasableStart < 0) {
      this.#digestOf.push(NO_COMMITMENT);
      return;
    }
    const { bytes } = this.#arena;
    bytes.writeBytes(ERASE_DOMAIN);
    bytes.writeRange(wire, event.erasableStart, event.erasableStart + SALT_BYTES);
    bytes.writeRange(wire, event.erasableStart, event.erasableEnd);
    this.#arena.end();
    this.#digestOf.push(this.#count++);
  }

  /** Fills the column for all rows. */
  complete(): void {
    this.#digests = this.#arena.finish();
    for (const digest of this.#digestOf) {
      if (digest === NO_COMMITMENT) this.#cells.pushZero();
      else this.#cells.push(this.#digests, digest * DIGEST_BYTES);
      this.#nulls?.push(digest === NO_COMMITMENT ? 1 : 0);
    }
  }

  writeCanonical(row: number, out: ByteWriter): void {
    const digest = this.#digestOf[row] ?? NO_COMMITMENT;
    out.writeByte(digest === NO_COMMITMENT ? 0 : 2);
    if (digest !== NO_COMMITMENT)
      out.writeRange(this.#digests, digest * DIGEST_BYTES, (digest + 1) * DIGEST_BYTES);
  }
}
