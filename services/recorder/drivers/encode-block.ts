import type { RowRun } from '../../../domain/columnar/table-column.ts';
import { columnsOf } from '../../../domain/contract/columns.ts';
import type { SchemaRegistry } from '../../../domain/contract/registry.ts';
import type { ByteSink } from '../../../platform/clickhouse/byte-sink.ts';
import {
  encodeNativeBlock,
  type NativeBlock,
  type NativeColumn,
} from '../../../platform/clickhouse/native-block.ts';
import { encodeNativeColumns } from '../../../platform/clickhouse/native-columns.ts';
import type { RecordedRow, TableBlock } from '../ports.ts';

/** The rows of a block at the given offsets, or all for null, as ClickHouse takes them. `sink` may hold them. */
export function encodeBlock(
  registry: SchemaRegistry,
  { offsets, rows }: TableBlock,
  wanted: ReadonlySet<number> | null,
  sink: ByteSink,
): NativeBlock {
  if ('columns' in rows)
    return encodeNativeColumns(rows.columns, runsOf(rows.numbers, offsets, wanted), sink);
  return encodeNativeBlock(
    columnsOfRows(
      registry,
      rows.filter((row) => wanted === null || wanted.has(row.offset)),
    ),
  );
}

/** The wanted rows as few runs as can be: copies and refused records leave holes, but they are few. */
function runsOf(
  numbers: readonly number[],
  offsets: readonly number[],
  wanted: ReadonlySet<number> | null,
): RowRun[] {
  const runs: { from: number; to: number }[] = [];
  numbers.forEach((number, index) => {
    if (wanted !== null && !wanted.has(offsets[index] as number)) return;
    const last = runs.at(-1);
    if (last?.to === number) last.to = number + 1;
    else runs.push({ from: number, to: number + 1 });
  });
  return runs;
}

/** The columns of rows of one table: those of its recorded schema, then the payload's box, then the leaf. */
function columnsOfRows(registry: SchemaRegistry, rows: readonly RecordedRow[]): NativeColumn[] {
  const first = rows[0];
  if (first === undefined) return [];
  const schema = registry.newest(first.table === 'duplicates' ? 'recorded-duplicate' : 'recorded-quarantine');
  const columns = columnsOf(schema.type).map((column) => ({
    name: column.name,
    type: column.clickhouseType,
    values: rows.map((row) => column.read(row.record)),
  }));
  const boxes = rows.map((row) => row.payloadBox ?? null);
  return [
    ...columns,
    ...(first.table === 'quarantine'
      ? [{ name: 'payload_box', type: 'Nullable(String)', values: boxes }]
      : []),
    { name: 'leaf_hash', type: 'FixedString(32)', values: rows.map((row) => row.leaf) },
  ];
}
