import type { ByteCells, IntCells, PlainCells } from './cells.ts';
import type { CodeCells } from './code-cells.ts';

/** A column of a table: its cells, and what tells nulls and the rows of an array. */
export interface TableColumn {
  readonly name: string;
  /** ClickHouse type, as `system.columns` spells it. */
  readonly type: string;
  readonly cells: PlainCells | CodeCells;
  /** For each cell, 1 where it is null; null where none can be, and for codes, which have a null of their own. */
  readonly nulls: ByteCells | null;
  /** For each row, how many cells there are up to its end; null unless the column is an array. */
  readonly ends: IntCells | null;
}

/** Rows `from` ≤ row < `to`. */
export interface RowRun {
  readonly from: number;
  readonly to: number;
}

/** Forgets every row of a column from `rows` on. */
export function truncateColumn({ cells, nulls, ends }: TableColumn, rows: number): void {
  const count = ends === null ? rows : firstCell(ends, rows);
  ends?.truncate(rows);
  cells.truncate(count);
  nulls?.truncate(count);
}

/** Index of the first cell of a row. */
export function firstCell(ends: IntCells, row: number): number {
  return row === 0 ? 0 : ends.at(Math.min(row, ends.count) - 1);
}
