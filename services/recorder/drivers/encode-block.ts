import { columnsOf } from '../../../domain/contract/columns.ts';
import { INPUTS } from '../../../domain/contract/inputs.ts';
import type { SchemaRegistry } from '../../../domain/contract/registry.ts';
import type { NativeColumn } from '../../../platform/clickhouse/native-block.ts';
import type { RecordedRow } from '../ports.ts';

/** The columns of rows of one table: those of its recorded schema, then the tokens, then the leaf. */
export function encodeRows(registry: SchemaRegistry, rows: readonly RecordedRow[]): NativeColumn[] {
  const first = rows[0];
  if (first === undefined) return [];
  const schema = registry.newest(`recorded-${recordedSubject(first.table)}`);
  const columns = columnsOf(schema.type).map((column) => ({
    name: column.name,
    type: column.clickhouseType,
    values: rows.map((row) => column.read(row.record)),
  }));
  const tokens = Object.keys(first.tokens).map((field) => ({
    name: `${field}_token`,
    type: 'FixedString(16)',
    values: rows.map((row) => row.tokens[field]),
  }));
  return [
    ...columns,
    ...tokens,
    { name: 'leaf_hash', type: 'FixedString(32)', values: rows.map((row) => row.leaf) },
  ];
}

/** What follows `recorded-` in the name of a table's schema. */
function recordedSubject(table: string): string {
  if (table === 'duplicates') return 'duplicate';
  if (table === 'quarantine') return 'quarantine';
  const input = INPUTS.find((candidate) => candidate.table === table);
  if (input === undefined) throw new Error(`table ${table} holds no records`);
  return input.subject;
}
