import type { RecordType } from '../avro/schema.ts';
import { type Column, columnsOf } from '../contract/columns.ts';
import { ConstantCells, FixedCells, TextCells, UuidCells } from './byte-cells.ts';
import { ByteCells, type Cells, DoubleCells, IntCells, LongCells, type PlainCells } from './cells.ts';
import { CodeBook, CodeCells } from './code-cells.ts';
import type { TableColumn } from './table-column.ts';

/** The columns of a recorded schema, empty, by name and in schema order. */
export class RecordedColumns {
  readonly all: readonly TableColumn[];
  readonly #byName: ReadonlyMap<string, TableColumn>;

  /**
   * @param constants bytes, in Native's form, of columns of fixed width that are the same in every row
   * @param acceptsCode judges values of dictionary columns, once each
   */
  constructor(
    recorded: RecordType,
    constants: ReadonlyMap<string, Uint8Array>,
    acceptsCode: (value: string) => boolean,
  ) {
    this.all = columnsOf(recorded).map((column) =>
      emptyColumn(column, constants.get(column.name), acceptsCode),
    );
    this.#byName = new Map(this.all.map((column) => [column.name, column]));
  }

  /** Undefined where nothing of the kind is recorded. */
  find(name: string): TableColumn | undefined {
    return this.#byName.get(name);
  }

  /** Throws an Error where nothing of the kind is recorded. */
  get(name: string): TableColumn {
    const column = this.#byName.get(name);
    if (column === undefined) throw new Error(`columns: ${name} is not recorded`);
    return column;
  }

  /** The cells of a column, of the kind that they must be. Throws an Error where they are not. */
  cells<C extends Cells>(name: string, kind: abstract new (...given: never[]) => C): C {
    const { cells } = this.get(name);
    if (!(cells instanceof kind)) throw new Error(`columns: ${name} has other cells`);
    return cells;
  }

  /** Makes the columns empty, for the next batch. */
  clear(): void {
    for (const { cells, nulls, ends } of this.all) {
      cells.truncate(0);
      nulls?.truncate(0);
      ends?.truncate(0);
      if (cells.kind === 'codes') cells.book.trim();
    }
  }
}

function emptyColumn(
  column: Column,
  constant: Uint8Array | undefined,
  acceptsCode: (value: string) => boolean,
): TableColumn {
  const { name, clickhouseType: type } = column;
  if (constant !== undefined)
    return { name, type, cells: new ConstantCells(constant), nulls: null, ends: null };
  const cells = type.includes('LowCardinality(')
    ? new CodeCells(new CodeBook(acceptsCode))
    : plainCells(column);
  return {
    name,
    type,
    cells,
    nulls: column.nullable && cells.kind === 'plain' ? new ByteCells() : null,
    ends: column.repeated ? new IntCells() : null,
  };
}

function plainCells({ type, name }: Column): PlainCells {
  switch (type.kind) {
    case 'boolean':
      return new ByteCells();
    case 'int':
      return new IntCells();
    case 'long':
      return new LongCells();
    case 'double':
      return new DoubleCells();
    case 'fixed':
      return type.logicalType === 'uuid' ? new UuidCells() : new FixedCells(type.size);
    case 'string':
      return new TextCells();
    default:
      throw new Error(`columns: ${name} cannot be a column of ${type.kind}`);
  }
}
