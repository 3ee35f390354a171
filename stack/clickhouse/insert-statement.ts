import { ClickHouseError, notImplemented, severalStatements } from './clickhouse-error.ts';
import { namesProcesses } from './find-processes-table.ts';
import { refuseForbidden } from './refuse-forbidden.ts';
import { joinPairs, ownSettings, renderPairs, type Settings, withKeyword } from './statement-settings.ts';
import { quoteString, type Token, tokenizeSql } from './tokenize-sql.ts';

/** An INSERT, taken apart where the front has to put something in. */
export interface InsertStatement {
  readonly kind: 'insert';
  /** `INSERT INTO t (a, b)` as written. */
  readonly target: string;
  /** `a = 1, b = 2` of the SETTINGS before the data, without the keyword; or empty. */
  readonly settings: string;
  readonly ownSettings: ReadonlySet<string>;
  /** Where the rows come from: the request's body, or a query that may read the body through input(). */
  readonly source: InsertBody | InsertSelect;
}

interface InsertBody {
  readonly from: 'body';
  readonly format: string;
  /** Where data that stands in the statement's own text begins, in UTF-16 units. */
  readonly dataStart: number;
}

interface InsertSelect {
  readonly from: 'select';
  /** The query as written, without its FORMAT. */
  readonly sql: string;
  /** input('structure') within `sql`, and the format of the body. */
  readonly input: { readonly start: number; readonly end: number; readonly structure: string } | null;
  readonly format: string | null;
  readonly dataStart: number;
}

const CLAUSES = new Set(['SETTINGS', 'VALUES', 'FORMAT', 'SELECT', 'WITH', 'FROM']);

/** Throws ClickHouseError 62 for what is no INSERT, 48 for what the embedded engine refuses. */
export function parseInsert(text: string): InsertStatement {
  const { tokens, dataStart } = readToData(text);
  if (tokens.some((token, index) => index < 4 && token.keyword === 'FUNCTION')) {
    throw notImplemented('INSERT INTO FUNCTION');
  }
  refuseForbidden('INSERT', tokens);
  if (namesProcesses(tokens)) throw notImplemented('system.processes in an INSERT');
  const targetEnd = nextClause(tokens, 2);
  const hasSettings = tokens[targetEnd]?.keyword === 'SETTINGS';
  const settingsEnd = hasSettings ? nextClause(tokens, targetEnd + 1) : targetEnd;
  const pairs = tokens.slice(targetEnd, settingsEnd);
  const rest = tokens.slice(settingsEnd);
  const source = parseSource(text, rest, dataStart);
  const queryOwn = source.from === 'select' ? [...ownSettings(rest)] : [];
  return {
    kind: 'insert',
    target: text.slice(0, tokens[targetEnd - 1]?.end),
    settings: text.slice(pairs[1]?.start ?? 0, pairs.at(-1)?.end ?? 0),
    ownSettings: new Set([...ownSettings(pairs), ...queryOwn]),
    source,
  };
}

/** Where the next part of an INSERT begins: a keyword, or the bracket around a query; the end when there is none. */
function nextClause(tokens: readonly Token[], from: number): number {
  const found = tokens.findIndex((token, index) => {
    if (index < from || token.depth !== 0) return false;
    const inside = token.text === '(' ? tokens[index + 1]?.keyword : undefined;
    return CLAUSES.has(token.keyword) || inside === 'SELECT' || inside === 'WITH';
  });
  return found === -1 ? tokens.length : found;
}

/** The tokens up to the data: behind VALUES, or behind `FORMAT x`. */
function readToData(text: string): { tokens: readonly Token[]; dataStart: number } {
  const tokens: Token[] = [];
  let ended = false;
  for (const token of tokenizeSql(text)) {
    if (token.text === ';') {
      ended = true;
      continue;
    }
    if (ended) throw severalStatements();
    tokens.push(token);
    const values =
      token.keyword === 'VALUES' && token.depth === 0 && !tokens.some((t) => t.keyword === 'SELECT');
    if (values || (tokens.at(-2)?.keyword === 'FORMAT' && token.kind === 'word' && token.depth === 0)) {
      return { tokens, dataStart: token.end };
    }
  }
  return { tokens, dataStart: text.length };
}

function parseSource(text: string, rest: readonly Token[], dataStart: number): InsertBody | InsertSelect {
  const [first, second] = rest;
  if (first === undefined)
    throw new ClickHouseError(62, 'SYNTAX_ERROR', 'Syntax error: INSERT without VALUES, FORMAT or SELECT');
  if (first.keyword === 'VALUES') return { from: 'body', format: 'Values', dataStart };
  if (first.keyword === 'FORMAT') return { from: 'body', format: second?.text ?? '', dataStart };
  const hasFormat = rest.at(-2)?.keyword === 'FORMAT' && rest.at(-2)?.depth === 0;
  const query = hasFormat ? rest.slice(0, -2) : rest;
  const sql = text.slice(first.start, query.at(-1)?.end);
  const format = hasFormat ? (rest.at(-1)?.text ?? null) : null;
  return { from: 'select', sql, input: findInput(query, first.start), format, dataStart };
}

function findInput(query: readonly Token[], offset: number): InsertSelect['input'] {
  const found = query.flatMap((token, index) => {
    const structure = query[index + 2];
    const isInput =
      token.keyword === 'INPUT' && query[index + 1]?.text === '(' && query[index - 1]?.text !== '.';
    if (!isInput) return [];
    const close = query[index + 3];
    if (structure?.kind !== 'string' || close?.text !== ')')
      throw notImplemented("input() without one 'structure'");
    return [{ start: token.start - offset, end: close.end - offset, structure: structure.text }];
  });
  if (found.length > 1) throw notImplemented('More than one input() in a statement');
  return found[0] ?? null;
}

/** Whether the statement takes its rows from the request's body. */
export function readsBody(insert: InsertStatement): boolean {
  return insert.source.from === 'body' || insert.source.input !== null;
}

/**
 * The INSERT as the engine can run it: rows come from `file`, and the request's settings stand in the statement.
 * The file's path must not contain glob characters. Throws 48 when input() lacks a FORMAT.
 */
export function renderInsert(insert: InsertStatement, settings: Settings, file: string | null): string {
  const rest = settings.filter(([name]) => !insert.ownSettings.has(name));
  const clause = ` ${withKeyword(joinPairs(renderPairs(rest), insert.settings))}`;
  const { source } = insert;
  if (source.from === 'body') {
    return `${insert.target} FROM INFILE ${quoteString(file ?? '')} COMPRESSION 'none'${clause} FORMAT ${source.format}`;
  }
  if (source.input === null) return `${insert.target}${clause} ${source.sql}`;
  if (source.format === null) throw notImplemented('input() without a FORMAT at the end of the statement');
  const { start, end, structure } = source.input;
  const rows = `file(${quoteString(file ?? '')}, ${quoteString(source.format)}, ${structure})`;
  return `${insert.target}${clause} ${source.sql.slice(0, start)}${rows}${source.sql.slice(end)}`;
}
