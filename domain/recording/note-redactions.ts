import type { ByteWriter } from '../avro/byte-writer.ts';
import { IntCells } from '../columnar/cells.ts';
import { CodeCells } from '../columnar/code-cells.ts';
import type { RedactionCount } from '../columnar/event-row.ts';
import type { RecordedColumns } from '../columnar/recorded-columns.ts';
import { compareUtf8 } from '../contract/key-values.ts';

/** Only text is redacted (redact-event.ts). */
const CLASS = 'text';
const FIELDS = ['path', 'class', 'rule', 'count'] as const;

/** The redaction manifests of a batch: an array in each row, nearly always empty. */
export class RedactionColumns {
  readonly #paths: CodeCells;
  readonly #classes: CodeCells;
  readonly #rules: CodeCells;
  readonly #counts: IntCells;
  readonly #ends: readonly IntCells[];
  readonly #notes = new Map<number, readonly RedactionCount[]>();

  constructor(columns: RecordedColumns) {
    this.#paths = columns.cells('redactions.path', CodeCells);
    this.#classes = columns.cells('redactions.class', CodeCells);
    this.#rules = columns.cells('redactions.rule', CodeCells);
    this.#counts = columns.cells('redactions.count', IntCells);
    this.#ends = FIELDS.flatMap((field) => columns.get(`redactions.${field}`).ends ?? []);
  }

  clear(): void {
    this.#notes.clear();
  }

  append(row: number, found: readonly RedactionCount[] | null): void {
    if (found !== null) {
      const notes = mergeCounts(found);
      this.#notes.set(row, notes);
      for (const { path, rule, count } of notes) {
        this.#paths.pushText(path);
        this.#classes.pushText(CLASS);
        this.#rules.pushText(rule);
        this.#counts.push(count);
      }
    }
    for (const ends of this.#ends) ends.push(this.#counts.count);
  }

  writeCanonical(row: number, out: ByteWriter): void {
    const notes = this.#notes.get(row);
    if (notes !== undefined) {
      out.writeLong(notes.length);
      for (const { path, rule, count } of notes) {
        out.writeString(path);
        out.writeString(CLASS);
        out.writeString(rule);
        out.writeLong(count);
      }
    }
    out.writeByte(0);
  }
}

/** One note for each path and rule, sorted by them. */
function mergeCounts(found: readonly RedactionCount[]): RedactionCount[] {
  const byKey = new Map<string, RedactionCount>();
  for (const { path, rule, count } of found) {
    const key = `${path}\0${rule}`;
    byKey.set(key, { path, rule, count: count + (byKey.get(key)?.count ?? 0) });
  }
  return [...byKey.keys()].sort(compareUtf8).flatMap((key) => byKey.get(key) ?? []);
}
