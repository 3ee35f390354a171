import { ClickHouseError } from './clickhouse-error.ts';
import { tokenizeSql } from './tokenize-sql.ts';

/**
 * Throws ClickHouseError 456 for a placeholder `{name: Type}` without a value. The engine would say so itself, but a
 * session remembers values of earlier statements.
 */
export function requireParameters(sql: string, parameters: ReadonlyMap<string, string>): void {
  const tokens = [...tokenizeSql(sql)];
  tokens.forEach((token, index) => {
    const name = tokens[index + 1];
    const isPlaceholder = token.text === '{' && name?.kind === 'word' && tokens[index + 2]?.text === ':';
    if (!isPlaceholder || parameters.has(name.text)) return;
    throw new ClickHouseError(456, 'UNKNOWN_QUERY_PARAMETER', `Substitution \`${name.text}\` is not set`);
  });
}
