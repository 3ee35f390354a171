import { Buffer } from 'node:buffer';
import { ByteWriter } from '../avro/byte-writer.ts';
import type { BodyPlace } from '../columnar/body-bytes.ts';
import { IntCells } from '../columnar/cells.ts';
import { LEAF_DOMAIN } from '../contract/leaf.ts';
import type { ReleasedSchema } from '../contract/registry.ts';
import type { AddedFields } from './added-fields.ts';
import { HashArena } from './hash-arena.ts';
import type { SourceRecord } from './source-record.ts';

/**
 * Writes the canonical bytes of each row and hashes them to its leaf (leaf.ts): coordinates, then the event's own
 * fields as they came over the wire, then what the recorder adds.
 */
export class RowSealer {
  readonly #added: AddedFields;
  readonly #transform: Buffer;
  /** Everything up to the offset: the same in every row. */
  readonly #head: Uint8Array;
  readonly #arena = new HashArena(true);
  /** By writer: the fingerprint and the transform, which stand between the times and the event. */
  readonly #middles = new Map<number, Uint8Array>();
  #records: SourceRecord[] = [];
  #wires: Uint8Array[] = [];
  #middleOf: Uint8Array[] = [];
  readonly #starts = new IntCells();
  readonly #ends = new IntCells();
  #inPool: boolean[] = [];

  constructor(
    recorded: ReleasedSchema,
    at: { readonly topic: string; readonly partition: number },
    transform: Buffer,
    added: AddedFields,
  ) {
    const head = new ByteWriter(256);
    head.writeBytes(LEAF_DOMAIN);
    head.writeBytes(recorded.sha256);
    head.writeString(at.topic);
    head.writeLong(at.partition);
    this.#head = head.toBuffer();
    this.#transform = transform;
    this.#added = added;
  }

  clear(): void {
    this.#forgetRows();
    this.#arena.clear();
  }

  append(record: SourceRecord, writer: ReleasedSchema, wire: Uint8Array, body: BodyPlace): void {
    this.#records.push(record);
    this.#wires.push(wire);
    this.#middleOf.push(this.#middleFor(writer));
    this.#inPool.push(body.inPool);
    this.#starts.push(body.start);
    this.#ends.push(body.end);
  }

  /** Seals the rows `from` ≤ row < `to`; `pool` holds the bodies that were spliced together. Gives `to`. */
  seal(from: number, to: number, pool: ByteWriter): number {
    const out = this.#arena.bytes;
    for (let row = from; row < to; row++) {
      const record = this.#records[row] as SourceRecord;
      out.writeBytes(this.#head);
      out.writeLong(record.offset);
      out.writeLong(record.appendMs);
      out.writeBytes(this.#middleOf[row] as Uint8Array);
      const body = this.#inPool[row] === true ? pool.bytes : (this.#wires[row] as Uint8Array);
      out.writeRange(body, this.#starts.at(row), this.#ends.at(row));
      this.#added.writeCanonical(row, out);
      this.#arena.end();
    }
    return to;
  }

  /** The leaves of all rows, once: what they were made of is let go, as the batch may wait long for its storing. */
  finish(): Uint8Array {
    this.#forgetRows();
    return this.#arena.finish();
  }

  #forgetRows(): void {
    this.#records = [];
    this.#wires = [];
    this.#middleOf = [];
    this.#inPool = [];
    this.#starts.truncate(0);
    this.#ends.truncate(0);
  }

  #middleFor(writer: ReleasedSchema): Uint8Array {
    let middle = this.#middles.get(writer.id);
    if (middle === undefined) {
      // 02: the branch of a nullable that holds a value.
      middle = Buffer.concat([Buffer.from([2]), writer.fingerprint, this.#transform]);
      this.#middles.set(writer.id, middle);
    }
    return middle;
  }
}
