import type { Cells, PlainCells } from '../../domain/columnar/cells.ts';
import { CodeCells } from '../../domain/columnar/code-cells.ts';
import { firstCell, type TableColumn } from '../../domain/columnar/table-column.ts';
import { columnsOf } from '../../domain/contract/columns.ts';
import type { Input } from '../../domain/contract/inputs.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { compileRowReader } from '../../domain/contract/rows.ts';
import { formatUuid } from '../../domain/contract/uuid.ts';
import type { ColumnRows, JudgedBatch, RecordedRow } from '../../services/recorder/ports.ts';

/** The rows of all tables of a judged batch, in offset order, those in columns read back to records. */
export function rowsOfBatch(registry: SchemaRegistry, input: Input, batch: JudgedBatch): RecordedRow[] {
  const rows = batch.blocks.flatMap((block) =>
    'columns' in block.rows ? readColumnRows(registry, input, block.offsets, block.rows) : block.rows,
  );
  return rows.sort((a, b) => a.offset - b.offset);
}

function readColumnRows(
  registry: SchemaRegistry,
  input: Input,
  offsets: readonly number[],
  { columns, numbers }: ColumnRows,
): RecordedRow[] {
  const { type } = registry.newest(`recorded-${input.subject}`);
  const names = columnsOf(type).map((column) => column.name);
  const reader = compileRowReader(type);
  return numbers.map((number, index) => {
    const json = Object.fromEntries(
      names.map((name, at) => [`v${at}`, readCell(find(columns, name), number)]),
    );
    const record = reader.read(json);
    return {
      table: input.table,
      offset: offsets[index] ?? -1,
      appendMs: record.append_time as number,
      record,
      leaf: bytesOfCell(find(columns, 'leaf_hash'), number),
    };
  });
}

function find(columns: readonly TableColumn[], name: string): TableColumn {
  const column = columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new Error(`there is no column ${name}`);
  return column;
}

function bytesOfCell({ cells }: TableColumn, row: number): Buffer {
  return Buffer.from((cells as PlainCells).slice(row, row + 1));
}

/** A cell as `compileRowReader` expects it of a query: 64-bit integers as numbers, bytes as hex. */
function readCell({ type, cells, nulls, ends }: TableColumn, row: number): unknown {
  if (ends === null) return readScalar(scalarOf(type), cells, nulls, row);
  const items: unknown[] = [];
  for (let cell = firstCell(ends, row); cell < firstCell(ends, row + 1); cell++)
    items.push(readScalar(scalarOf(type), cells, nulls, cell));
  return items;
}

function scalarOf(type: string): string {
  return type.replace(/^Array\((.*)\)$/, '$1').replace(/^Nullable\((.*)\)$/, '$1');
}

function readScalar(type: string, cells: Cells, nulls: TableColumn['nulls'], cell: number): unknown {
  if (cells instanceof CodeCells) {
    const code = cells.at(cell);
    return code < 0 ? null : Buffer.from(cells.book.valueOf(code)).toString('utf8');
  }
  if (nulls !== null && nulls.at(cell) === 1) return null;
  const bytes = Buffer.from((cells as PlainCells).slice(cell, cell + 1));
  if (type === 'Bool') return bytes[0] === 1;
  if (type === 'Int32') return bytes.readInt32LE(0);
  if (type === 'Int64' || type.startsWith('DateTime64')) return Number(bytes.readBigInt64LE(0));
  if (type === 'Float64') return bytes.readDoubleLE(0);
  if (type.startsWith('FixedString')) return bytes.toString('hex');
  if (type === 'UUID')
    return formatUuid(Buffer.concat([bytes.subarray(0, 8).reverse(), bytes.subarray(8).reverse()]));
  if (type === 'String') return textBehindLength(bytes);
  throw new Error(`no test reads cells of ${type}`);
}

function textBehindLength(bytes: Buffer): string {
  let at = 0;
  while ((bytes[at] ?? 0) > 0x7f) at++;
  return bytes.toString('utf8', at + 1);
}
