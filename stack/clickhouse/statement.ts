import { ClickHouseError, notImplemented, severalStatements } from './clickhouse-error.ts';
import type { InsertStatement } from './insert-statement.ts';
import { parseInsert } from './insert-statement.ts';
import { refuseForbidden } from './refuse-forbidden.ts';
import { BARE, WITH_OUTPUT, WITH_ROWS } from './statement-heads.ts';
import { joinPairs, ownSettings, renderPairs, type Settings, withKeyword } from './statement-settings.ts';
import { type Token, tokenizeSql } from './tokenize-sql.ts';

/** A statement whose answer is rows, or nothing. */
export interface PlainStatement {
  readonly kind: 'select' | 'other';
  /** Upper-case first word, such as SELECT, SHOW, CREATE. */
  readonly head: string;
  /** Without a trailing `;` and without its FORMAT clause. */
  readonly sql: string;
  /** What FORMAT asked for. */
  readonly format: string | null;
  /** Settings that stand behind FORMAT, as written, without the keyword; or empty. */
  readonly tail: string;
  readonly ownSettings: ReadonlySet<string>;
  /** Tokens of `sql`. */
  readonly tokens: readonly Token[];
}

/** KILL QUERY: answered by the front, which alone knows the clients' query ids. */
export interface KillStatement {
  readonly kind: 'kill';
  readonly condition: string;
  /** Whether to answer only when the killed statements are over. */
  readonly sync: boolean;
  readonly format: string | null;
}

export type Statement = PlainStatement | KillStatement | InsertStatement;

/**
 * Understands one statement as far as the front has to.
 * Throws ClickHouseError: 62 for an empty text or several statements, 48 for what the embedded engine cannot do.
 */
export function parseStatement(text: string): Statement {
  const first = tokenizeSql(text).next().value;
  if (first === undefined) throw new ClickHouseError(62, 'SYNTAX_ERROR', 'Syntax error: empty query');
  const head = first.keyword === '' ? first.text : first.keyword;
  if (head === 'INSERT') return parseInsert(text);
  const tokens = withoutSemicolon([...tokenizeSql(text)]);
  refuseForbidden(head, tokens);
  if (head === 'KILL') return parseKill(text, tokens);
  if (!WITH_ROWS.has(head) && !WITH_OUTPUT.has(head) && !BARE.has(head)) {
    if (first.kind === 'word') throw notImplemented(`A statement that begins with ${head}`);
    throw new ClickHouseError(
      62,
      'SYNTAX_ERROR',
      `Syntax error: failed at position ${first.start + 1} (${head})`,
    );
  }
  const { body, format, behind } = BARE.has(head) ? withoutFormat(tokens) : splitFormat(tokens);
  const select = head === 'SELECT' || head === 'WITH' || head === '(' || head === 'FROM';
  const sql = text.slice(0, body.at(-1)?.end ?? 0);
  const tail = text.slice(behind[1]?.start ?? 0, behind.at(-1)?.end ?? 0);
  const own = new Set([...ownSettings(body), ...ownSettings(behind)]);
  return { kind: select ? 'select' : 'other', head, sql, format, tail, ownSettings: own, tokens: body };
}

/**
 * The statement with the settings of its request, and the format of its answer, written into it. What the statement
 * itself sets is left alone. Never SET: it would stay for the statements after it.
 */
export function renderPlain(statement: PlainStatement, settings: Settings, format: string): string {
  const rest = settings.filter(([name]) => !statement.ownSettings.has(name));
  if (statement.head === 'SYSTEM') {
    const refused = rest.find(([name]) => !name.startsWith('output_format_'));
    if (refused !== undefined) throw notImplemented(`The setting ${refused[0]} with a SYSTEM statement`);
    return statement.sql;
  }
  // ALTER takes one SETTINGS clause, before FORMAT or behind it.
  if (statement.head === 'ALTER' && ownSettings(statement.tokens).size > 0)
    return `${joinPairs(statement.sql, renderPairs(rest))}\nFORMAT ${format}`;
  if (BARE.has(statement.head)) {
    return statement.ownSettings.size > 0 && rest.length > 0
      ? `${statement.sql}, ${renderPairs(rest)}`
      : `${statement.sql}\n${withKeyword(renderPairs(rest))}`;
  }
  return `${statement.sql}\nFORMAT ${format} ${withKeyword(joinPairs(renderPairs(rest), statement.tail))}`;
}

function withoutSemicolon(tokens: readonly Token[]): readonly Token[] {
  const at = tokens.findIndex((token) => token.text === ';');
  if (at === -1) return tokens;
  if (tokens.slice(at).some((token) => token.text !== ';')) throw severalStatements();
  return tokens.slice(0, at);
}

interface Split {
  readonly body: readonly Token[];
  readonly format: string | null;
  /** SETTINGS … behind the FORMAT. */
  readonly behind: readonly Token[];
}

function withoutFormat(tokens: readonly Token[]): Split {
  return { body: tokens, format: null, behind: [] };
}

/** Takes `FORMAT x [SETTINGS …]` off the end. A column named format is none: a word and the end must follow. */
function splitFormat(tokens: readonly Token[]): Split {
  const at = tokens.findLastIndex(
    (token, index) => token.depth === 0 && token.keyword === 'FORMAT' && tokens[index + 1]?.kind === 'word',
  );
  const behind = tokens.slice(at + 2);
  if (at < 1 || (behind[0] !== undefined && behind[0].keyword !== 'SETTINGS')) return withoutFormat(tokens);
  return { body: tokens.slice(0, at), format: tokens[at + 1]?.text ?? null, behind };
}

function parseKill(text: string, tokens: readonly Token[]): Statement {
  if (tokens[1]?.keyword !== 'QUERY') throw notImplemented(`KILL ${tokens[1]?.keyword ?? ''}`);
  const { body, format } = splitFormat(tokens);
  const last = body.at(-1);
  const mode = last?.depth === 0 && ['SYNC', 'ASYNC', 'TEST'].includes(last.keyword) ? last.keyword : 'ASYNC';
  if (mode === 'TEST') throw notImplemented('KILL QUERY … TEST');
  const where = body[2];
  const condition = body.slice(3, mode === last?.keyword ? -1 : undefined);
  const from = condition[0];
  const to = condition.at(-1);
  if (where?.keyword !== 'WHERE' || from === undefined || to === undefined) {
    throw new ClickHouseError(62, 'SYNTAX_ERROR', 'Syntax error: expected KILL QUERY WHERE condition');
  }
  return { kind: 'kill', condition: text.slice(from.start, to.end), sync: mode === 'SYNC', format };
}
