import type { PlainCells } from '../../domain/columnar/cells.ts';
import { firstCell, type TableColumn } from '../../domain/columnar/table-column.ts';
import type { JudgedBatch } from '../../services/recorder/ports.ts';

const TOKEN_BYTES = 16;

/** What a row holds that may have to be forgotten; tokens as hexadecimal digits. */
interface PeopleOfRow {
  readonly offset: number;
  readonly box: Buffer | null;
  readonly subjects: readonly string[];
  readonly principal: string | null;
  /** Token fields by name. */
  readonly tokens: Readonly<Record<string, string>>;
}

/** Boxes and tokens of the rows of a judged batch that are columns, in offset order. */
export function peopleOfBatch({ blocks }: JudgedBatch): PeopleOfRow[] {
  for (const { rows, offsets } of blocks) {
    if (!('columns' in rows)) continue;
    const column = (name: string) => rows.columns.find((candidate) => candidate.name === name);
    const tokens = rows.columns.filter(({ name }) => /_token$/.test(name) && name !== 'principal_token');
    return rows.numbers.map((row, index) => ({
      offset: offsets[index] ?? -1,
      box: textBehindLength(cellOf(column('erasable_box'), row)),
      subjects: itemsOf(column('subject_tokens'), row),
      principal: cellOf(column('principal_token'), row)?.toString('hex') ?? null,
      tokens: Object.fromEntries(
        tokens.map((token) => [token.name.replace(/_token$/, ''), cellOf(token, row)?.toString('hex') ?? '']),
      ),
    }));
  }
  return [];
}

function cellOf(column: TableColumn | undefined, row: number): Buffer | null {
  if (column === undefined || column.nulls?.at(row) === 1) return null;
  return Buffer.from((column.cells as PlainCells).slice(row, row + 1));
}

function itemsOf(column: TableColumn | undefined, row: number): string[] {
  if (column === undefined || column.ends === null) return [];
  const cells = column.cells as PlainCells;
  const bytes = Buffer.from(cells.slice(firstCell(column.ends, row), firstCell(column.ends, row + 1)));
  const count = bytes.length / TOKEN_BYTES;
  return Array.from({ length: count }, (_, item) => bytes.toString('hex', item * 16, item * 16 + 16));
}

function textBehindLength(bytes: Buffer | null): Buffer | null {
  if (bytes === null) return null;
  let at = 0;
  while ((bytes[at] ?? 0) > 0x7f) at++;
  return bytes.subarray(at + 1);
}
