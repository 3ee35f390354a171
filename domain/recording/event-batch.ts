import { Buffer } from 'node:buffer';
import { ByteWriter } from '../avro/byte-writer.ts';
import { BodyBytes } from '../columnar/body-bytes.ts';
import { UuidCells, ViewCells } from '../columnar/byte-cells.ts';
import { LongCells } from '../columnar/cells.ts';
import { CodeCells } from '../columnar/code-cells.ts';
import { compileEventReader } from '../columnar/compile-event-reader.ts';
import { type BlankedText, EventRow } from '../columnar/event-row.ts';
import type { ReadPart } from '../columnar/read-part.ts';
import { RecordedColumns } from '../columnar/recorded-columns.ts';
import { type TableColumn, truncateColumn } from '../columnar/table-column.ts';
import { UnusualRecord, WireReader } from '../columnar/wire-reader.ts';
import type { Input } from '../contract/inputs.ts';
import type { ReleasedSchema } from '../contract/registry.ts';
import { fitsSafeGrammar } from '../contract/safe-grammar.ts';
import { AddedFields } from './added-fields.ts';
import { IdentityHasher } from './hash-identities.ts';
import type { BatchKeys, KeyNeeds } from './key-needs.ts';
import { PeopleColumns } from './people-columns.ts';
import type { RecordingRules } from './recording-rules.ts';
import { RowSealer } from './seal-rows.ts';
import type { SourceRecord } from './source-record.ts';
import { transformDigest } from './transform-digest.ts';

const LEAF_BYTES = 32;

/** Where an event's Avro lies. */
interface EventBytes {
  readonly bytes: Uint8Array;
  readonly bodyOffset: number;
  readonly end: number;
}

/** A text of one event that the final gate blanked: where it stood, never what it was. */
export interface FoundLeak extends BlankedText {
  readonly offset: number;
  readonly tenantId: string;
}

/**
 * The good events of one batch of one partition, as columns of their recorded schema. Used again for every batch:
 * what `columns` shows is valid until the next `clear`.
 */
export class EventBatch {
  /** In the order of the table: the recorded schema's, then what people may have forgotten, then the leaf. */
  readonly columns: readonly TableColumn[];
  readonly #recorded: RecordedColumns;
  readonly #readers: ReadonlyMap<number, ReadPart>;
  readonly #wire = new WireReader();
  readonly #row = new EventRow(new BodyBytes(new ByteWriter(16 * 1024)));
  readonly #offsets: LongCells;
  readonly #tenants: CodeCells;
  readonly #people: PeopleColumns;
  readonly #leaves = new ViewCells(LEAF_BYTES);
  readonly #identities: IdentityHasher;
  readonly #added: AddedFields;
  readonly #sealer: RowSealer;
  readonly #leaks: FoundLeak[] = [];
  #rows = 0;

  constructor(
    input: Input,
    at: { readonly topic: string; readonly partition: number },
    rules: RecordingRules,
  ) {
    const reader = rules.registry.newest(input.subject);
    const recorded = rules.registry.newest(`recorded-${input.subject}`);
    const transform = transformDigest(rules.registry, rules.redactor.digest);
    const partition = Buffer.alloc(4);
    partition.writeInt32LE(at.partition);
    const constants = new Map([
      ['partition', partition],
      ['transform', transform],
    ]);
    this.#recorded = new RecordedColumns(recorded.type, constants, fitsSafeGrammar);
    this.#readers = compileReaders(input, reader, rules, this.#recorded, () => this.#tenantOfRow());
    this.#offsets = this.#recorded.cells('offset', LongCells);
    this.#tenants = this.#recorded.cells('tenant_id', CodeCells);
    this.#people = new PeopleColumns(reader.type, at, rules.maskErasable ?? null);
    this.#identities = createIdentityHasher(input, this.#recorded);
    const ownFields = new Set(reader.type.fields.map(({ name }) => name));
    this.#added = new AddedFields(recorded.type, ownFields, this.#recorded, at.topic);
    this.#sealer = new RowSealer(recorded, at, transform, this.#added);
    const leaf = { name: 'leaf_hash', type: `FixedString(${LEAF_BYTES})`, cells: this.#leaves };
    const beside = [...this.#people.columns, { ...leaf, nulls: null, ends: null }];
    this.columns = [...this.#recorded.all, ...beside];
  }

  /** How many events it holds. */
  get rows(): number {
    return this.#rows;
  }

  /** What the final gate found in its events. Empty, as long as the redactor does what it should. */
  get leaks(): readonly FoundLeak[] {
    return this.#leaks;
  }

  clear(): void {
    this.#leaks.length = 0;
    this.#recorded.clear();
    this.#people.clear();
    this.#row.body.pool.reset();
    this.#added.clear();
    this.#sealer.clear();
    this.#rows = 0;
  }

  /**
   * Reads an event into the next row. False, with nothing changed, when it is bad or of an unusual form: then the
   * long way has to find out which, and may give it again in its canonical form.
   * @param writer the schema it was sent under; `readAs` is the one that `bytes` are written in
   * @param bodyOffset where in `bytes` the event lies, up to `end`
   */
  append(
    record: SourceRecord,
    writer: ReleasedSchema,
    { bytes, bodyOffset, end }: EventBytes,
    readAs: ReleasedSchema = writer,
  ): boolean {
    const read = this.#readers.get(readAs.id);
    if (read === undefined) return false;
    this.#wire.start(bytes, bodyOffset, end);
    this.#row.begin(bytes, bodyOffset);
    try {
      read(this.#wire, this.#row);
      if (this.#wire.at === end) {
        this.#complete(record, writer, bytes, end);
        return true;
      }
    } catch (error) {
      if (!(error instanceof UnusualRecord)) throw error;
    }
    for (const column of this.#recorded.all) truncateColumn(column, this.#rows);
    return false;
  }

  /** Identities of all rows (see IdentityHasher). */
  hashIdentities(): Uint32Array {
    return this.#identities.hash(this.#rows);
  }

  offsetOf(row: number): number {
    return this.#offsets.at(row);
  }

  /** Fills what the recorder adds, once every row is there. */
  complete(): void {
    this.#added.complete(this.#rows);
  }

  /** Seals rows in steps, so that others get their turn. Gives the row behind the last that was sealed. */
  seal(fromRow: number, rows: number): number {
    return this.#sealer.seal(fromRow, Math.min(this.#rows, fromRow + rows), this.#row.body.pool);
  }

  /** The leaves of all rows, 32 bytes each, once all are sealed. */
  leaves(): Uint8Array {
    const leaves = this.#sealer.finish();
    this.#leaves.show(leaves);
    return leaves;
  }

  /** Adds the keys that boxes and tokens need. @param isKept whether a row will be stored: copies need nothing */
  addNeeds(needs: KeyNeeds, isKept: (row: number) => boolean): void {
    this.#people.addNeeds(needs, isKept);
  }

  /** Fills boxes and tokens of the rows up to `to`, not included, in order; the leaves are made without them. */
  fillPeople(to: number, keys: BatchKeys | null): void {
    this.#people.fill(to, keys);
  }

  /** Of the row that is being read. */
  #tenantOfRow(): string {
    return Buffer.from(this.#tenants.book.valueOf(this.#tenants.at(this.#rows))).toString('utf8');
  }

  #complete(record: SourceRecord, writer: ReleasedSchema, bytes: Uint8Array, end: number): void {
    if (this.#row.blanked !== null) {
      const at = { offset: record.offset, tenantId: this.#tenantOfRow() };
      for (const { path, rule } of this.#row.blanked) this.#leaks.push({ ...at, path, rule });
    }
    this.#offsets.push(record.offset);
    this.#added.append(this.#rows, record, writer, this.#row, bytes);
    this.#sealer.append(record, writer, bytes, this.#row.body.finish(end));
    if (this.#people.concerns(this.#row)) this.#notePeople(record, bytes);
    this.#rows++;
  }

  #notePeople({ offset, appendMs }: SourceRecord, wire: Uint8Array): void {
    const place = { row: this.#rows, tenant: this.#tenantOfRow(), offset, appendMs };
    this.#people.append(place, this.#row, wire);
  }
}

function compileReaders(
  input: Input,
  reader: ReleasedSchema,
  rules: RecordingRules,
  columns: RecordedColumns,
  tenantOf: () => string,
): ReadonlyMap<number, ReadPart> {
  const requiredPaths = new Set(['tenant_id']);
  if (input.producerPath !== null) requiredPaths.add(input.producerPath.join('.'));
  const writers = rules.registry.all.filter((schema) => schema.subject === input.subject);
  return new Map(
    writers.flatMap((writer) => {
      const read = compileEventReader(writer.type, reader.type, {
        columns,
        redactor: rules.redactor,
        requiredPaths,
        tenantOf,
      });
      return read === null ? [] : [[writer.id, read] as const];
    }),
  );
}

function createIdentityHasher(input: Input, columns: RecordedColumns): IdentityHasher {
  const producers =
    input.producerPath === null ? null : columns.cells(input.producerPath.join('_'), CodeCells);
  const ids = columns.cells(input.idField, UuidCells);
  return new IdentityHasher(columns.cells('tenant_id', CodeCells), producers, ids);
}
