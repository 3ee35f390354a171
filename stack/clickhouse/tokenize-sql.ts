type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'symbol';

/** A piece of SQL that means something; blanks and comments are not among them. */
export interface Token {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
  /** Upper-case text of a word; empty for every other kind, so that a quoted "select" is no keyword. */
  readonly keyword: string;
  /** Offsets into the SQL, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** How many brackets ( [ { are open around it; a bracket itself counts as outside. */
  readonly depth: number;
}

const PATTERNS: readonly (readonly [TokenKind | 'blank', RegExp])[] = [
  ['blank', /\s+|--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?\*\//y],
  ['word', /[\p{L}_][\p{L}\p{N}_]*/uy],
  ['number', /\d[\w.]*/y],
  ['string', /'(?:[^'\\]|\\[\s\S]|'')*'|‘[^’]*’|\$(\w*)\$[\s\S]*?\$\1\$/y],
  ['quoted', /"(?:[^"\\]|\\[\s\S]|"")*"|`(?:[^`\\]|\\[\s\S]|``)*`|“[^”]*”/y],
  ['symbol', /[\s\S]/y],
];

/**
 * Reads ClickHouse's SQL token by token, lazily: whoever stops early never looks at the data behind an INSERT.
 * An unclosed string or comment yields symbols; the engine's parser then complains about it.
 */
export function* tokenizeSql(sql: string): Generator<Token, void> {
  let at = 0;
  let depth = 0;
  while (at < sql.length) {
    const [kind, text] = nextPiece(sql, at);
    if (kind !== 'blank') {
      if (kind === 'symbol' && ')]}'.includes(text)) depth = Math.max(0, depth - 1);
      const keyword = kind === 'word' ? text.toUpperCase() : '';
      yield { kind, text, keyword, start: at, end: at + text.length, depth };
      if (kind === 'symbol' && '([{'.includes(text)) depth += 1;
    }
    at += text.length;
  }
}

function nextPiece(sql: string, at: number): [TokenKind | 'blank', string] {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const text = pattern.exec(sql)?.[0];
    if (text !== undefined && text !== '') return [kind, text];
  }
  throw new Error('unreachable: every character is at least a symbol');
}

/** A string literal for SQL. */
export function quoteString(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** A quoted identifier for SQL. */
export function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}
