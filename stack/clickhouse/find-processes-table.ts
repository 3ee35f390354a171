import type { Token } from './tokenize-sql.ts';

/** Where the tokens name the table system.processes, in any spelling: offsets into the SQL. */
export function findProcessesTable(tokens: readonly Token[]): { start: number; end: number }[] {
  return tokens.flatMap((token, index) => {
    const [dot, table] = [tokens[index + 1], tokens[index + 2]];
    if (nameOf(token) !== 'system' || dot?.text !== '.' || nameOf(table) !== 'processes') return [];
    return [{ start: token.start, end: table?.end ?? 0 }];
  });
}

export function namesProcesses(tokens: readonly Token[]): boolean {
  return findProcessesTable(tokens).length > 0;
}

function nameOf(token: Token | undefined): string {
  if (token?.kind === 'word') return token.text;
  return token?.kind === 'quoted' ? token.text.slice(1, -1) : '';
}
