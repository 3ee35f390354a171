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
const NULLABLE_DICTIONARY = /^(?:Array\()?LowCardinality\(Nullable\(/;

/**
 * Writes the rows of some runs as one Native block. Cells are copied as they lie; a dictionary column brings the
 * values that occur and a number for each cell.
 */
export function encodeNativeColumns(
  columns: readonly ColumnInMemory[],
  runs: readonly RowRun[],
): NativeBlock {
  const sink = new ByteSink();
  sink.varint(columns.length);
  sink.varint(runs.reduce((rows, run) => rows + run.to - run.from, 0));
  for (const column of columns) {
    sink.text(column.name);
    sink.text(column.type);
    writeColumn(sink, column, runs);
  }
  return { structure: columns.map(({ name, type }) => ({ name, type })), bytes: sink.take() };
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
  let written = 0;
  for (const run of runs) {
    const before = firstCell(ends, run.from);
    for (let row = run.from; row < run.to; row++) sink.int64(written + ends.at(row) - before);
    written += firstCell(ends, run.to) - before;
  }
}

function writeCodes(sink: ByteSink, cells: CodeCells, runs: readonly RowRun[], nullable: boolean): void {
  const count = runs.reduce((total, run) => total + run.to - run.from, 0);
  if (count === 0) return;
  const keyOf = new Int32Array(cells.book.size).fill(-1);
  const keys: Uint8Array[] = nullable ? [new Uint8Array(0)] : [];
  const numbers = new Uint32Array(count);
  let at = 0;
  for (const run of runs) {
    for (let cell = run.from; cell < run.to; cell++) {
      const code = cells.at(cell);
      if (code < 0) {
        if (!nullable) throw new Error('native block: a null in a column that has none');
        numbers[at++] = 0;
        continue;
      }
      let key = keyOf[code] as number;
      if (key < 0) {
        key = keys.push(cells.book.valueOf(code)) - 1;
        keyOf[code] = key;
      }
      numbers[at++] = key;
    }
  }
  const width = keys.length <= 0x100 ? 0 : keys.length <= 0x10000 ? 1 : 2;
  sink.int64(OWN_KEYS | width);
  sink.int64(keys.length);
  for (const key of keys) {
    sink.varint(key.length);
    sink.bytes(key);
  }
  sink.int64(count);
  const narrow = width === 0 ? new Uint8Array(numbers) : width === 1 ? new Uint16Array(numbers) : numbers;
  sink.bytes(new Uint8Array(narrow.buffer, narrow.byteOffset, narrow.byteLength));
}

function firstCell(ends: NonNullable<ColumnInMemory['ends']>, row: number): number {
  return row === 0 ? 0 : ends.at(row - 1);
}
