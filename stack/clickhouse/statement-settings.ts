import { ClickHouseError } from './clickhouse-error.ts';
import { quoteString, type Token } from './tokenize-sql.ts';

/** Settings of a request, as text. */
export type Settings = readonly (readonly [name: string, value: string])[];

/** `a = 'x', b = '1'`; the engine converts the strings. Throws 115 for what cannot be a setting's name. */
export function renderPairs(settings: Settings): string {
  const odd = settings.find(([name]) => !/^[A-Za-z_]\w*$/.test(name));
  if (odd !== undefined) throw new ClickHouseError(115, 'UNKNOWN_SETTING', `Unknown setting '${odd[0]}'`);
  return settings.map(([name, value]) => `${name} = ${quoteString(value)}`).join(', ');
}

/** Both lists of pairs as one. */
export function joinPairs(first: string, second: string): string {
  return [first, second].filter((pairs) => pairs !== '').join(', ');
}

/** The SETTINGS clause for a list of pairs; nothing for an empty one. */
export function withKeyword(pairs: string): string {
  return pairs === '' ? '' : `SETTINGS ${pairs}`;
}

/** Names that the statement sets itself, outside all brackets. */
export function ownSettings(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set<string>();
  const from = tokens.findLastIndex((token) => token.depth === 0 && token.keyword === 'SETTINGS');
  if (from === -1) return names;
  tokens.slice(from).forEach((token, index, rest) => {
    const before = rest[index - 1];
    const startsPair = before?.keyword === 'SETTINGS' || (before?.text === ',' && before.depth === 0);
    if (startsPair && token.kind === 'word' && rest[index + 1]?.text === '=') names.add(token.text);
  });
  return names;
}
