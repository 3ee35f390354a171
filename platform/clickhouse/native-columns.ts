import { ByteSink } from './byte-sink.ts';
import type { NativeBlock } from './native-block.ts';

/** Rows `from` ≤ row < `to`. */
interface RowRun {
  readonly from: number;
  readonly to: number;
}

/** Cells that lie in memory as Native has them. */
interface PlainCells {
  readonly kind: 'plain';
  slice(from: number, to: number): Uint8Array;
}

/** Cells that are numbers in a dictionary; −1 is null. */
interface CodeCells {
  readonly kind: 'codes';
  readonly book: { readonly size: number; valueOf(code: number): Uint8Array };
  at(cell: number): number;
}

/** A column whose values lie in memory already. */
interface ColumnInMemory {
  readonly name: string;
  /** ClickHouse type, as `system.columns` spells it. */
  readonly type: string;
  readonly cells: PlainCells | CodeCells;
  /** For each cell, 1 where it is null. Codes have a null of their own. */
  readonly nulls: { slice(from: number, to: number): Uint8Array } | null;
  /** For each row of an array, how many cells there are up to its end. */
  readonly ends: { at(row: number): number } | null;
}

/** "Shared dictionaries with additional keys": the one version of LowCardinality's serialization there is. */
const LOW_CARDINALITY_VERSION = 1;
/** The block brings its own keys, and they are all there are (HasAdditionalKeys, NeedUpdateDictionary). */
const OWN_KEYS = (1 << 9) | (1 << 10);
/** The numbers of dictionary values, by the width that their head names. */
const NUMBERS = [Uint8Array, Uint16Array, Uint32Array] as const;
const ENDS_BYTES = 8;
/**
 * A function with a long loop in a loop, called once a batch, is compiled anew in each call, and thrown away at the end
 * of the inner loop. One that is called often for some rows is compiled once.
 */
const ROWS_AT_ONCE = 256;
const NULLABLE_DICTIONARY = /^(?:Array\()?LowCardinality\(Nullable\(/;

/**
 * Writes the rows of some runs as one Native block. Cells are copied as they lie; a dictionary column brings the
 * values that occur and a number for each cell.
 * @param sink the block's memory: what was in it before is gone
 */
export function encodeNativeColumns(
  columns: readonly ColumnInMemory[],
  runs: readonly RowRun[],
  sink: ByteSink = new ByteSink(),
): NativeBlock {
  sink.clear(expectedBytes(columns, runs));
  sink.varint(columns.length);
  sink.varint(countOf(runs));
  for (const column of columns) {
    sink.text(column.name);
    sink.text(column.type);
    writeColumn(sink, column, runs);
  }
  return { structure: columns.map(({ name, type }) => ({ name, type })), bytes: sink.take() };
}

/** Nearly all that a block takes; what is left out are heads and dictionaries. */
function expectedBytes(columns: readonly ColumnInMemory[], runs: readonly RowRun[]): number {
  const rows = countOf(runs);
  let bytes = 0;
  for (const { cells, nulls, ends } of columns) {
    const cellRuns = ends === null ? runs : runs.map((run) => cellsOf(ends, run));
    const count = ends === null ? rows : countOf(cellRuns);
    bytes += (ends === null ? 0 : rows * ENDS_BYTES) + (nulls === null ? 0 : count);
    if (cells.kind === 'codes') bytes += count * NUMBERS.length;
    else for (const run of cellRuns) bytes += cells.slice(run.from, run.to).length;
  }
  return bytes;
}

function writeColumn(sink: ByteSink, column: ColumnInMemory, runs: readonly RowRun[]): void {
  const { cells, nulls, ends } = column;
  if (cells.kind === 'codes') sink.int64(LOW_CARDINALITY_VERSION);
  const cellRuns = ends === null ? runs : runs.map((run) => cellsOf(ends, run));
  if (ends !== null) writeArrayEnds(sink, ends, runs);
  if (cells.kind === 'codes') {
    writeCodes(sink, cells, cellRuns, NULLABLE_DICTIONARY.test(column.type));
    return;
  }
  if (nulls !== null) for (const run of cellRuns) sink.bytes(nulls.slice(run.from, run.to));
  for (const run of cellRuns) sink.bytes(cells.slice(run.from, run.to));
}

function cellsOf(ends: NonNullable<ColumnInMemory['ends']>, run: RowRun): RowRun {
  return { from: firstCell(ends, run.from), to: firstCell(ends, run.to) };
}

/** For each row how many items there are up to its end, counted over the rows that are written. */
function writeArrayEnds(
  sink: ByteSink,
  ends: NonNullable<ColumnInMemory['ends']>,
  runs: readonly RowRun[],
): void {
  // Each is an Int64, low half first; the high half stays 0, as a block has no 2³² cells.
  const halves = roomForHalves(2 * countOf(runs));
  let at = 0;
  let written = 0;
  for (const run of runs) {
    const shift = written - firstCell(ends, run.from);
    for (let from = run.from; from < run.to; from += ROWS_AT_ONCE) {
      const to = Math.min(run.to, from + ROWS_AT_ONCE);
      putLowHalves(halves, at, ends, from, to, shift);
      at += (to - from) * 2;
    }
    written = firstCell(ends, run.to) + shift;
  }
  sink.bytes(bytesOf(halves));
}

function putLowHalves(
  halves: Uint32Array,
  at: number,
  ends: NonNullable<ColumnInMemory['ends']>,
  from: number,
  to: number,
  shift: number,
): void {
  for (let row = from, half = at; row < to; row++, half += 2) halves[half] = ends.at(row) + shift;
}

/** Used again by every array column: the high halves in it are 0 and stay so. */
let halvesRoom = new Uint32Array(0);

function roomForHalves(words: number): Uint32Array {
  if (words > halvesRoom.length) halvesRoom = new Uint32Array(Math.max(words, halvesRoom.length * 2));
  return halvesRoom.subarray(0, words);
}

function writeCodes(sink: ByteSink, cells: CodeCells, runs: readonly RowRun[], nullable: boolean): void {
  const count = countOf(runs);
  if (count === 0) return;
  const { size } = cells.book;
  const own = new OwnKeys(cells, nullable);
  // As wide as the whole dictionary needs, null included: which of its values occur is known at the end only.
  const width = size < 0x100 ? 0 : size < 0x10000 ? 1 : 2;
  const numbers = new NUMBERS[width](count);
  let at = 0;
  for (const run of runs) {
    for (let from = run.from; from < run.to; from += ROWS_AT_ONCE) {
      const to = Math.min(run.to, from + ROWS_AT_ONCE);
      own.putNumbers(numbers, at, from, to);
      at += to - from;
    }
  }
  sink.int64(OWN_KEYS | width);
  sink.int64(own.keys.length);
  for (const key of own.keys) {
    sink.varint(key.length);
    sink.bytes(key);
  }
  sink.int64(count);
  sink.bytes(bytesOf(numbers));
}

/** The dictionary values that occur in a column, in the order in which they first do. Null is the first of all. */
class OwnKeys {
  readonly keys: Uint8Array[];
  readonly #cells: CodeCells;
  readonly #nullable: boolean;
  readonly #numberOf: Int32Array;

  constructor(cells: CodeCells, nullable: boolean) {
    this.#cells = cells;
    this.#nullable = nullable;
    this.#numberOf = new Int32Array(cells.book.size).fill(-1);
    this.keys = nullable ? [new Uint8Array(0)] : [];
  }

  /** Puts the numbers of the cells `from` ≤ cell < `to` where `at` is, and behind it. */
  putNumbers(numbers: Uint8Array | Uint16Array | Uint32Array, at: number, from: number, to: number): void {
    for (let cell = from; cell < to; cell++) {
      const code = this.#cells.at(cell);
      const known = code < 0 ? this.#null() : (this.#numberOf[code] as number);
      numbers[at + cell - from] = known < 0 ? this.#add(code) : known;
    }
  }

  #null(): number {
    if (!this.#nullable) throw new Error('native block: a null in a column that has none');
    return 0;
  }

  #add(code: number): number {
    const number = this.keys.push(this.#cells.book.valueOf(code)) - 1;
    this.#numberOf[code] = number;
    return number;
  }
}

function countOf(runs: readonly RowRun[]): number {
  return runs.reduce((count, run) => count + run.to - run.from, 0);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function firstCell(ends: NonNullable<ColumnInMemory['ends']>, row: number): number {
  return row === 0 ? 0 : ends.at(row - 1);
}
