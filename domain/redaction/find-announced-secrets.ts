import { isAsciiAlnum } from './char-class.ts';
import { GATE } from './gate-text.ts';
import { type Emit, markerPrefixLength, type Rule } from './rule.ts';
import type { SecretNames } from './ruleset.ts';

const BEARER = /(?<![a-z0-9])bearer(?:[\s:="']|%20|\+){1,4}([a-z0-9._~+/=-]{6,})/gi;
const AUTHORIZATION =
  /authorization["'\\]{0,4}\s{0,3}[:=]\s{0,3}["'\\]{0,4}(basic|bearer|token|digest|negotiate|ntlm|apikey|aws4-hmac-sha256|hoba|mutual|dpop)?\s{0,3}([^\s"'\\,;]+)/gi;
const WHOLE_LINE_SCHEME = /^(?:digest|aws4-hmac-sha256|hoba|mutual)$/i;
const LINE_REST = /[^\r\n]*/y;
const WORDS = /^[a-z]{1,24}(?:[/.-][a-z]{1,24}){0,8}$/;
const MIN_PROSE_PROOF_UNITS = 20;

/** Bearer tokens (RFC 6750) and the values of Authorization headers (RFC 9110). */
export const bearerTokenRule: Rule = {
  id: 'bearer-token',
  marker: '[TOKEN]',
  gate: GATE.announced,
  sources: [BEARER.source, AUTHORIZATION.source, WHOLE_LINE_SCHEME.source, String(MIN_PROSE_PROOF_UNITS)],
  find(text, emit) {
    for (const match of text.matchAll(BEARER)) {
      const value = (match[1] ?? '').replace(/[.,]{1,3}$/, '');
      const start = match.index + match[0].length - (match[1] ?? '').length;
      if (isTokenLike(value)) emit(start, start + value.length);
    }
    let found = 0;
    for (const match of text.matchAll(AUTHORIZATION)) {
      // A whole line may have been taken already; reading it again for each name in it would be quadratic.
      if (match.index >= found) found = Math.max(found, findHeaderValue(text, match, emit));
    }
  },
};

/** Emits the value of one header; gives back where reading may go on. */
function findHeaderValue(text: string, match: RegExpExecArray, emit: Emit): number {
  const [whole, scheme, value = ''] = match;
  const end = match.index + whole.length;
  const start = end - value.length;
  if (markerPrefixLength(value) === value.length) return end;
  if (scheme === undefined) {
    if (isTokenLike(value)) emit(start, end);
  } else if (WHOLE_LINE_SCHEME.test(scheme)) {
    LINE_REST.lastIndex = start;
    LINE_REST.test(text);
    emit(start, LINE_REST.lastIndex);
    return LINE_REST.lastIndex;
  } else {
    emit(start, end);
  }
  return end;
}

/** Tells a token from the next word of a sentence ("bearer of news", "bearer authentication"). */
function isTokenLike(value: string): boolean {
  if (WORDS.test(value)) return false;
  return value.length >= MIN_PROSE_PROOF_UNITS || /\d|[._~+/=][^.]|.[A-Z]/.test(value);
}

const NAME_UNITS = 24;
/** What a value may be wrapped in where it was escaped: read away before it is judged. */
const WRAPPING = /^(?:%[\da-f]{2}|[+<>"'\s[({]){1,16}|(?:%[\da-f]{2}|[<>"'\s\])}]){1,16}$/gi;
/** What stands after a secret's name without being one: states, types, placeholders. */
const NOT_A_VALUE =
  /^(?:null|nil|none|undefined|true|false|yes|no|ok|required|optional|missing|invalid|valid|expired|incorrect|wrong|empty|must|is|was|are|not|reset|changed|rotated|revoked|redacted|unset|set|hidden|masked|secret|password|token|string|str|bytes|number|bool|boolean|any|the|an?|for|please|should|cannot|at|be|see|your|enter|expected|enabled|disabled|include|same-origin|omit|n\/a|\*+|\$\{[\w.:-]{1,64}\}?|\$\w{1,64}|\{\{[\w. -]{1,64}(?:\}\})?|process\.env\.\w{1,64})$/i;
/** A key may begin with a word as well: `a/7…`. */
const OF_ALL_KINDS = /^(?=[^\d\s]{0,40}\d)(?=[^A-Z\s]{0,40}[A-Z])(?=[^a-z\s]{0,40}[a-z])[^\s,;|]{20,}$/;
const NEXT_PAIR = /[&;,]\s?["'\\]{0,4}[\w.-]{1,64}["'\\]{0,4}\s?[:=]/y;
/** So long a value is taken as it is: one that was left would be read again for each name in it. */
const LONG_UNITS = 256;
const SESSIONS = new Set(['session', 'sess', 'remember']);
/** What a session is called by, where it is long enough to be one's key. */
const SESSION_KEY = /^(?=.{0,64}\d)[\w%.+/=:-]{16,}$/;
/** Beside the sign: names and values stand in columns. */
const MAX_BLANKS = 24;
const SHORT_COUNT = /^\d{1,5}$/;

/** Values given to a name that says secret: `password=…`, `"api_key": "…"`, `X-Auth-Token: …`. */
export function createSecretAssignmentRule({ names, words }: SecretNames): Rule {
  const secretName = compileNames(names, words);
  return {
    id: 'secret-assignment',
    marker: '[TOKEN]',
    gate: GATE.assignment,
    sources: [
      secretName.source,
      WRAPPING.source,
      NOT_A_VALUE.source,
      NEXT_PAIR.source,
      OF_ALL_KINDS.source,
      SESSION_KEY.source,
      SHORT_COUNT.source,
    ],
    find: (text, emit) => findAssignments(text, emit, secretName),
  };
}

/** Names at the end of a longer one, words with no letter in front; a dash in them is any sign or none. */
function compileNames(names: readonly string[], words: readonly string[]): RegExp {
  const join = (list: readonly string[]) =>
    list.map((name) => name.toLowerCase().replace(/\./g, '\\.').replace(/[ _-]/g, '[ _.-]?')).join('|');
  const nothing = '(?!)';
  return new RegExp(`(?:${join(names) || nothing}|(?<![a-z])(?:${join(words) || nothing}))$`, 'i');
}

function findAssignments(text: string, emit: Emit, secretName: RegExp): void {
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (sign !== 58 && sign !== 61) continue;
    const name = nameBefore(text, at, secretName);
    if (name === undefined) continue;
    const [start, end] = valueAfter(text, at);
    if (end > start && isSecretValue(text.slice(start, end), name)) {
      emit(start, end);
      at = end - 1;
    }
  }
}

function nameBefore(text: string, at: number, secretName: RegExp): string | undefined {
  let end = isFormSign(text, at) ? at - 1 : at;
  while (at - end < MAX_BLANKS && ' \t"\'\\'.includes(text.charAt(end - 1)) && end > 0) end--;
  if (!isAsciiAlnum(text.charCodeAt(end - 1))) return undefined;
  return secretName.exec(text.slice(Math.max(0, end - NAME_UNITS), end))?.[0].toLowerCase();
}

/** ` = ` as a form writes it. */
function isFormSign(text: string, sign: number): boolean {
  return text.charAt(sign - 1) === '+' && text.charAt(sign + 1) === '+';
}

/** From the sign to the value's end: its closing quote, or white space, a quote, or the next `name=` outside. */
function valueAfter(text: string, sign: number): readonly [number, number] {
  const operator = text.slice(sign, sign + 2);
  if (
    operator === '::' ||
    operator === '==' ||
    text.charAt(sign - 1) === ':' ||
    text.startsWith('://', sign)
  ) {
    return [sign, sign];
  }
  let start = operator === '=>' || operator === ':=' || isFormSign(text, sign) ? sign + 2 : sign + 1;
  for (
    let spaces = 0;
    spaces < MAX_BLANKS && ' \t'.includes(text.charAt(start)) && start < text.length;
    spaces++
  )
    start++;
  const quote = /\\{0,3}["'`]/y;
  quote.lastIndex = start;
  const opening = quote.exec(text)?.[0];
  if (opening !== undefined) return quotedValue(text, start + opening.length, opening);
  let end = start;
  for (; end < text.length && !/[\s"'`<>\\]/.test(text.charAt(end)); end++) {
    NEXT_PAIR.lastIndex = end;
    if (NEXT_PAIR.test(text)) break;
  }
  return [start, start + trimmedLength(text.slice(start, end))];
}

function quotedValue(text: string, start: number, opening: string): readonly [number, number] {
  for (let at = start; at < text.length && text.charAt(at) !== '\n'; at++) {
    if (text.startsWith(opening, at)) return [start, at];
    if (text.charAt(at) === '\\') at++;
  }
  const line = text.indexOf('\n', start);
  return [start, line === -1 ? text.length : line];
}

function trimmedLength(value: string): number {
  let length = value.length;
  while (length > 0 && '.,;:!?)]}&'.includes(value.charAt(length - 1))) length--;
  return Math.max(length, Math.min(value.length, markerPrefixLength(value)));
}

function isSecretValue(value: string, name: string): boolean {
  if (markerPrefixLength(value) === value.length || NOT_A_VALUE.test(value)) return false;
  const bare = value.replace(WRAPPING, '');
  if (bare === '' || (NOT_A_VALUE.test(bare.split(/[|/,;]|[^ -~]/)[0] ?? '') && !OF_ALL_KINDS.test(bare)))
    return false;
  if (SESSIONS.has(name)) return value.length > LONG_UNITS || SESSION_KEY.test(value);
  return !((name === 'token' || name === 'sid') && SHORT_COUNT.test(value));
}
