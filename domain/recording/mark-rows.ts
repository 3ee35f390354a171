import { Buffer } from 'node:buffer';
import { ByteWriter } from '../avro/byte-writer.ts';
import { FixedCells, UuidCells } from '../columnar/byte-cells.ts';
import { ByteCells, DoubleCells } from '../columnar/cells.ts';
import { CodeCells } from '../columnar/code-cells.ts';
import type { RecordedColumns } from '../columnar/recorded-columns.ts';
import { HashArena } from './hash-arena.ts';
import { drawFraction, SAMPLE_PREFIX, SAMPLING_POLICY, stratumOf } from './mark-sample.ts';

/** What the record says of being drawn: the cells of its columns, and its canonical bytes. */
interface Mark {
  readonly stratumCode: number;
  readonly probability: number;
  readonly drawn: Uint8Array;
  readonly passedBy: Uint8Array;
}

const DIGEST_BYTES = 32;

/** Marks the decisions of a batch for review (mark-sample.ts), all at once. */
export class RowMarker {
  readonly #columns: RecordedColumns;
  readonly #arena = new HashArena(false);
  /** By outcome, then risk, as their dictionaries number them: a handful, worked out once. */
  #marks: (Mark | undefined)[][] = [];
  #canonical: Uint8Array[] = [];

  constructor(columns: RecordedColumns) {
    this.#columns = columns;
  }

  /** Fills the sample's columns for rows 0 to `rows` − 1. */
  mark(rows: number): void {
    const outcomes = this.#columns.cells('outcome', CodeCells);
    const risks = this.#columns.cells('risk', CodeCells);
    const policies = this.#columns.cells('sample_policy', CodeCells);
    const strata = this.#columns.cells('sample_stratum', CodeCells);
    const probabilities = this.#columns.cells('sample_probability', DoubleCells);
    const drawnCells = this.#columns.cells('sample_drawn', ByteCells);
    const digests = this.#hash(rows);
    const policy = Buffer.from(SAMPLING_POLICY, 'utf8');
    const policyCode = policies.book.codeOf(policy, 0, policy.length);
    this.#marks = [];
    this.#canonical = new Array<Uint8Array>(rows);
    for (let row = 0; row < rows; row++) {
      const mark = this.#markOf(outcomes, outcomes.at(row), risks, risks.at(row), strata);
      const drawn = drawFraction(digests, row * DIGEST_BYTES) < mark.probability;
      policies.push(policyCode);
      strata.push(mark.stratumCode);
      probabilities.push(mark.probability);
      drawnCells.push(drawn ? 1 : 0);
      this.#canonical[row] = drawn ? mark.drawn : mark.passedBy;
    }
  }

  /** Canonical Avro of a row's mark. */
  canonicalOf(row: number): Uint8Array {
    return this.#canonical[row] as Uint8Array;
  }

  #hash(rows: number): Uint8Array {
    const ids = this.#columns.cells('decision_id', UuidCells);
    const salts = this.#columns.cells('salt', FixedCells);
    const saltBytes = salts.slice(0, rows);
    const id = new Uint8Array(16);
    this.#arena.clear();
    for (let row = 0; row < rows; row++) {
      ids.copyTo(row, id, 0);
      this.#arena.bytes.writeBytes(SAMPLE_PREFIX);
      this.#arena.bytes.writeBytes(id);
      this.#arena.bytes.writeRange(saltBytes, row * salts.width, (row + 1) * salts.width);
      this.#arena.end();
    }
    return this.#arena.finish();
  }

  #markOf(outcomes: CodeCells, outcome: number, risks: CodeCells, risk: number, strata: CodeCells): Mark {
    this.#marks[outcome] ??= [];
    const known = this.#marks[outcome]?.[risk];
    if (known !== undefined) return known;
    const { stratum, probability } = stratumOf(textOfCode(outcomes, outcome), textOfCode(risks, risk));
    const name = Buffer.from(stratum, 'utf8');
    const mark = {
      stratumCode: strata.book.codeOf(name, 0, name.length),
      probability,
      drawn: encodeMark(stratum, probability, true),
      passedBy: encodeMark(stratum, probability, false),
    };
    (this.#marks[outcome] as (Mark | undefined)[])[risk] = mark;
    return mark;
  }
}

function encodeMark(stratum: string, probability: number, drawn: boolean): Uint8Array {
  const writer = new ByteWriter(64);
  writer.writeString(SAMPLING_POLICY);
  writer.writeString(stratum);
  writer.writeDouble(probability);
  writer.writeByte(drawn ? 1 : 0);
  return writer.toBuffer();
}

function textOfCode(cells: CodeCells, code: number): string {
  return Buffer.from(cells.book.valueOf(code)).toString('utf8');
}
