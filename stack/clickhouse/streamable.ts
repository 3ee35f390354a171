import type { PlainStatement } from './statement.ts';
import type { Settings } from './statement-settings.ts';

/** Formats without head, foot or separators: pieces that were formatted one by one make the whole. */
const PIECEWISE = new Set([
  'JSONEachRow',
  'JSONLines',
  'NDJSON',
  'JSONStringsEachRow',
  'JSONCompactEachRow',
  'JSONCompactStringsEachRow',
  'TabSeparated',
  'TSV',
  'TabSeparatedRaw',
  'TSVRaw',
  'TSKV',
  'CSV',
  'RowBinary',
  'Native',
]);

/** Whether the engine may hand out this SELECT piece by piece with the same bytes as in one. */
export function isStreamable(statement: PlainStatement, settings: Settings, format: string): boolean {
  if (statement.kind !== 'select' || !PIECEWISE.has(format)) return false;
  const names = [...settings.map(([name]) => name), ...statement.ownSettings];
  if (names.includes('extremes') || names.includes('output_format_json_array_of_rows')) return false;
  return !statement.tokens.some((token) => token.keyword === 'TOTALS');
}
