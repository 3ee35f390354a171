import { notImplemented } from './clickhouse-error.ts';
import { findProcessesTable } from './find-processes-table.ts';
import type { ProcessList } from './processes.ts';
import type { PlainStatement } from './statement.ts';
import { tokenizeSql } from './tokenize-sql.ts';

/** A query's own name for the list; a table of the user's with this name is hidden in such a statement. */
const NAME = 'processes';

/**
 * Lets a SELECT read the front's process list under the name system.processes: the engine's own knows neither the
 * clients' query ids nor statements that wait. Other statements that name the table are refused (48).
 */
export function withProcesses(statement: PlainStatement, processes: ProcessList): PlainStatement {
  const places = findProcessesTable(statement.tokens);
  if (places.length === 0) return statement;
  const first = statement.tokens[0];
  if (first?.keyword !== 'SELECT' && first?.keyword !== 'WITH') {
    throw notImplemented(`system.processes in a statement that begins with ${statement.head}`);
  }
  let sql = statement.sql;
  for (const { start, end } of places.toReversed()) {
    sql = sql.slice(0, start) + NAME + sql.slice(end);
  }
  const table = `${NAME} AS (${processes.toSelect()})`;
  const rest = sql.slice(first.start);
  const whole =
    first.keyword === 'WITH' ? `WITH ${table}, ${rest.slice('WITH'.length)}` : `WITH ${table} ${rest}`;
  return { ...statement, sql: whole, tokens: [...tokenizeSql(whole)] };
}
