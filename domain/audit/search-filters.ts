import { createHash } from 'node:crypto';
import { fitsSafeGrammar } from '../contract/safe-grammar.ts';
import { decodeCursor, type PageCursor, type Position } from './page-cursor.ts';
import { parseRfc3339 } from './rfc3339.ts';

/** What values a filter takes. All are equalities. */
export type FilterKind =
  | { readonly kind: 'code' }
  | { readonly kind: 'hex'; readonly bytes: number }
  | { readonly kind: 'one-of'; readonly values: readonly string[] };

/** A kind of search: its name in access records, and its filters. */
export interface SearchSpec {
  readonly name: string;
  readonly filters: Readonly<Record<string, FilterKind>>;
}

export interface Search {
  /** Filter → value as it is compared; hex in lower case. */
  readonly equals: Readonly<Record<string, string>>;
  /** Append time, first included, milliseconds since 1970. */
  readonly fromMs: number;
  /** Append time, first excluded. */
  readonly toMs: number;
  readonly limit: number;
  readonly filtersDigest: string;
  /** The last record of the page before; null for the first page. */
  readonly after: Position | null;
}

/** What is wrong with one parameter, and what to do. Never the value. */
export interface FilterProblem {
  readonly parameter: string;
  readonly message: string;
}

export type ParsedSearch =
  | { readonly search: Search }
  | { readonly problems: readonly [FilterProblem, ...FilterProblem[]] };

const DEFAULT_RANGE_MS = 3_600_000;
export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1000;

/** Parameters that every search has beside its filters. */
const COMMON = ['from', 'to', 'limit', 'cursor'] as const;

/**
 * Reads the parameters of a search. Without `from` it covers the hour before `to`; without `to` it ends now. With a
 * cursor it goes on in the range of its first page. All problems at once.
 */
export function parseSearch(
  spec: SearchSpec,
  given: Readonly<Record<string, unknown>>,
  nowMs: number,
): ParsedSearch {
  const problems: FilterProblem[] = [];
  const texts = singleValues([...COMMON, ...Object.keys(spec.filters)], given, problems);
  const equals = readEqualities(spec, texts, problems);
  const filtersDigest = digestOf(spec, equals);
  const limit = readLimit(texts.get('limit'), problems);
  const cursor = readCursor(texts.get('cursor'), filtersDigest, problems);
  const range = readRange(texts, cursor, nowMs, problems);
  const [first, ...rest] = problems;
  if (first !== undefined) return { problems: [first, ...rest] };
  return { search: { equals, ...range, limit, filtersDigest, after: cursor?.after ?? null } };
}

/** Reads the parameters of a look-up: filters alone, no range and no pages. All problems at once. */
export function parseFilters(
  spec: SearchSpec,
  given: Readonly<Record<string, unknown>>,
): { readonly equals: Readonly<Record<string, string>>; readonly problems: readonly FilterProblem[] } {
  const problems: FilterProblem[] = [];
  const texts = singleValues(Object.keys(spec.filters), given, problems);
  return { equals: readEqualities(spec, texts, problems), problems };
}

/** A search as it is kept in the access log: its filters, its range in Unix milliseconds, and where its page began. */
export function searchEntries(search: Search): Record<string, string> {
  const { after } = search;
  return {
    ...search.equals,
    from_ms: String(search.fromMs),
    to_ms: String(search.toMs),
    limit: String(search.limit),
    ...(after === null ? {} : { after: `${after.topic}/${after.partition}/${after.offset}` }),
  };
}

function singleValues(
  known: readonly string[],
  given: Readonly<Record<string, unknown>>,
  problems: FilterProblem[],
): Map<string, string> {
  const texts = new Map<string, string>();
  for (const name of known) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (typeof value === 'string') texts.set(name, value);
    else if (value !== undefined) problems.push({ parameter: name, message: 'is given more than once' });
  }
  if (Object.keys(given).some((name) => !known.includes(name))) {
    const message = `there is one that is not known here; known are ${known.join(', ')}`;
    problems.push({ parameter: '(unknown)', message });
  }
  return texts;
}

function readEqualities(
  spec: SearchSpec,
  texts: ReadonlyMap<string, string>,
  problems: FilterProblem[],
): Record<string, string> {
  const equals: Record<string, string> = {};
  for (const [name, kind] of Object.entries(spec.filters)) {
    const text = texts.get(name);
    if (text === undefined) continue;
    const message = problemOf(kind, text);
    if (message === null) equals[name] = kind.kind === 'hex' ? text.toLowerCase() : text;
    else problems.push({ parameter: name, message });
  }
  return equals;
}

function problemOf(kind: FilterKind, text: string): string | null {
  switch (kind.kind) {
    case 'code':
      return text !== '' && fitsSafeGrammar(text)
        ? null
        : 'must be an id or a code: 1 to 200 letters, digits and . _ : / ~ + -';
    case 'hex':
      return new RegExp(`^[0-9a-fA-F]{${kind.bytes * 2}}$`).test(text)
        ? null
        : `must be ${kind.bytes * 2} hexadecimal digits`;
    case 'one-of':
      return kind.values.includes(text) ? null : `must be one of ${kind.values.join(', ')}`;
  }
}

function readLimit(text: string | undefined, problems: FilterProblem[]): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  problems.push({ parameter: 'limit', message: `must be a whole number from 1 to ${MAX_LIMIT}` });
  return DEFAULT_LIMIT;
}

function readCursor(
  text: string | undefined,
  filtersDigest: string,
  problems: FilterProblem[],
): PageCursor | null {
  if (text === undefined) return null;
  const cursor = decodeCursor(text);
  const message =
    cursor === null
      ? 'is not one of ours; take it from next_cursor as it is, or leave it out to start again'
      : cursor.filters !== filtersDigest
        ? 'belongs to a search with other filters; repeat those, or leave it out to start again'
        : null;
  if (message !== null) problems.push({ parameter: 'cursor', message });
  return cursor;
}

function readRange(
  texts: ReadonlyMap<string, string>,
  cursor: PageCursor | null,
  nowMs: number,
  problems: FilterProblem[],
): { fromMs: number; toMs: number } {
  const from = readTime('from', texts.get('from'), problems);
  const to = readTime('to', texts.get('to'), problems);
  if (cursor !== null) {
    const other = (from !== null && from !== cursor.fromMs) || (to !== null && to !== cursor.toMs);
    const message = 'belongs to a search with another from or to; leave those out when you give a cursor';
    if (other) problems.push({ parameter: 'cursor', message });
    return { fromMs: cursor.fromMs, toMs: cursor.toMs };
  }
  const toMs = to ?? (from === null ? nowMs : Math.max(nowMs, from + 1));
  const fromMs = from ?? Math.max(0, toMs - DEFAULT_RANGE_MS);
  if (fromMs >= toMs) problems.push({ parameter: 'to', message: 'must be later than from' });
  return { fromMs, toMs };
}

function readTime(name: string, text: string | undefined, problems: FilterProblem[]): number | null {
  if (text === undefined) return null;
  const ms = parseRfc3339(text);
  if (ms === null) {
    const message =
      'must be a time in RFC 3339, such as 2026-01-31T12:00:00Z (in a URL, write + of an offset as %2B)';
    problems.push({ parameter: name, message });
  }
  return ms;
}

function digestOf(spec: SearchSpec, equals: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(equals).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([spec.name, sorted]))
    .digest('hex')
    .slice(0, 16);
}
