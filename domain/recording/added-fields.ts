import type { ByteWriter } from '../avro/byte-writer.ts';
import type { RecordType } from '../avro/schema.ts';
import { ConstantCells, FixedCells } from '../columnar/byte-cells.ts';
import { LongCells } from '../columnar/cells.ts';
import { CodeCells, KnownCodes } from '../columnar/code-cells.ts';
import type { EventRow } from '../columnar/event-row.ts';
import type { RecordedColumns } from '../columnar/recorded-columns.ts';
import type { ReleasedSchema } from '../contract/registry.ts';
import { CommitmentColumn } from './commit-rows.ts';
import { flagTimes } from './flag-times.ts';
import { RowMarker } from './mark-rows.ts';
import { RedactionColumns } from './note-redactions.ts';
import { originOffsetOf } from './read-origin.ts';
import type { SourceRecord } from './source-record.ts';

type WriteField = (row: number, out: ByteWriter) => void;

/** The coordinates come before the event's fields and are written by RowSealer. */
const COORDINATES = new Set(['topic', 'partition', 'offset', 'append_time', 'wire_schema', 'transform']);

/**
 * What the recorder adds to an event: where it stands in Kafka, what was redacted, flags, the mark for review, the
 * commitment to its erasable part. Columns are filled row by row, or for all rows at once where hashes are needed.
 */
export class AddedFields {
  readonly #columns: RecordedColumns;
  readonly #appendTimes: LongCells;
  readonly #wireSchemas: FixedCells;
  readonly #partitions: ConstantCells;
  readonly #transforms: ConstantCells;
  readonly #topics: CodeCells;
  readonly #decidedAt: LongCells | null;
  readonly #redactions: RedactionColumns;
  readonly #marker: RowMarker | null;
  readonly #commitments: CommitmentColumn | null;
  readonly #writers: readonly WriteField[];
  readonly #topicCodes: KnownCodes;
  /** Rows that are odd about something, with what. */
  readonly #flags = new Map<number, readonly string[]>();
  readonly #originOffsets: LongCells;
  /** Rows that are replays, with the offset of what they replay. */
  readonly #origins = new Map<number, number>();

  /** @param ownFields names of the fields that come from the event */
  constructor(recorded: RecordType, ownFields: ReadonlySet<string>, columns: RecordedColumns, topic: string) {
    this.#columns = columns;
    this.#appendTimes = columns.cells('append_time', LongCells);
    this.#wireSchemas = columns.cells('wire_schema', FixedCells);
    this.#topics = columns.cells('topic', CodeCells);
    this.#topicCodes = new KnownCodes(this.#topics.book, [topic]);
    this.#partitions = columns.cells('partition', ConstantCells);
    this.#transforms = columns.cells('transform', ConstantCells);
    this.#originOffsets = columns.cells('origin_offset', LongCells);
    const isDecision = columns.find('sample_policy') !== undefined;
    this.#decidedAt = isDecision ? columns.cells('decided_at', LongCells) : null;
    this.#redactions = new RedactionColumns(columns);
    this.#marker = isDecision ? new RowMarker(columns) : null;
    this.#commitments = columns.find('erase_commitment') === undefined ? null : new CommitmentColumn(columns);
    this.#writers = recorded.fields
      .filter(({ name }) => !COORDINATES.has(name) && !ownFields.has(name))
      .map(({ name }) => this.#writerOf(name));
  }

  clear(): void {
    this.#redactions.clear();
    this.#commitments?.clear();
    this.#flags.clear();
    this.#origins.clear();
  }

  /** Fills what a row's record tells by itself; its own columns and its offset are filled before. */
  append(row: number, record: SourceRecord, writer: ReleasedSchema, event: EventRow, wire: Uint8Array): void {
    this.#topics.push(this.#topicCodes.at(0));
    this.#partitions.push();
    this.#transforms.push();
    this.#appendTimes.push(record.appendMs);
    this.#wireSchemas.push(writer.fingerprint, 0);
    this.#columns.get('wire_schema').nulls?.push(0);
    this.#redactions.append(row, event.redactions);
    this.#appendFlags(row, record);
    this.#appendOrigin(row, record);
    this.#commitments?.append(event, wire);
  }

  /** Fills what takes hashing, for rows 0 to `rows` − 1. */
  complete(rows: number): void {
    this.#marker?.mark(rows);
    this.#commitments?.complete();
  }

  /** Writes the fields after the event's own, in canonical Avro. */
  writeCanonical(row: number, out: ByteWriter): void {
    for (const write of this.#writers) write(row, out);
  }

  #appendOrigin(row: number, record: SourceRecord): void {
    const originOffset = record.origin === null ? null : originOffsetOf(record);
    this.#originOffsets.push(originOffset ?? 0);
    this.#columns.get('origin_offset').nulls?.push(originOffset === null ? 1 : 0);
    if (originOffset !== null) this.#origins.set(row, originOffset);
  }

  #appendFlags(row: number, record: SourceRecord): void {
    const { cells, ends } = this.#columns.get('flags');
    const flags = this.#decidedAt === null ? [] : flagTimes(this.#decidedAt.at(row), record.appendMs);
    if (flags.length > 0 && cells.kind === 'codes') {
      this.#flags.set(row, flags);
      for (const flag of flags) cells.pushText(flag);
    }
    ends?.push(cells.count);
  }

  #writerOf(field: string): WriteField {
    const marker = this.#marker;
    const commitments = this.#commitments;
    if (field === 'redactions') return (row, out) => this.#redactions.writeCanonical(row, out);
    if (field === 'flags') return (row, out) => this.#writeFlags(row, out);
    if (field === 'sample' && marker !== null) return (row, out) => out.writeBytes(marker.canonicalOf(row));
    if (field === 'erase_commitment' && commitments !== null)
      return (row, out) => commitments.writeCanonical(row, out);
    if (field === 'origin_offset') return (row, out) => this.#writeOrigin(row, out);
    throw new Error(`columns: nothing fills the recorded field ${field}`);
  }

  #writeFlags(row: number, out: ByteWriter): void {
    const flags = this.#flags.get(row);
    if (flags !== undefined) {
      out.writeLong(flags.length);
      for (const flag of flags) out.writeString(flag);
    }
    out.writeByte(0);
  }

  #writeOrigin(row: number, out: ByteWriter): void {
    const originOffset = this.#origins.get(row);
    out.writeByte(originOffset === undefined ? 0 : 2);
    if (originOffset !== undefined) out.writeLong(originOffset);
  }
}
