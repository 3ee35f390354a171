import { Buffer } from 'node:buffer';
import { isAsciiAlnum, isHexDigit } from './char-class.ts';
import type { Hint } from './compile-hints.ts';
import { FOREIGN_SIGN } from './fold-code-point.ts';
import { DEFAULT_KEYS } from './key-patterns.ts';

/** What a text contains that makes a group of rules worth running. */
export const GATE = {
  at: 1,
  iban: 2,
  card: 4,
  octets: 8,
  colonGroups: 16,
  assignment: 32,
  credential: 64,
  url: 128,
  phone: 256,
  announced: 512,
  ssn: 1024,
  /** The text may say something else when it is read in another way: these lead to no rule but to a layer. */
  escape: 2048,
  base64: 4096,
  lineEnd: 8192,
  spaced: 16384,
  /** A URL of any kind: no code may hold one, see safe-grammar.ts. */
  scheme: 32768,
  keyRun: 65536,
  context: 131072,
  /** An `@`, wherever it stands. */
  sign: 262144,
  /** A beginning of a key that the ruleset adds. */
  added: 524288,
} as const;

/** Set beside others when the bytes are no UTF-8, or when nothing at all can be said of them. */
export const EVERY_GATE = 0x3fffffff;

/** Literals one of which is in every credential that is told by its kind and is no key of DEFAULT_KEYS. */
const CREDENTIAL_WORDS = ['eyJ', '-----BEGIN', '---- BEGIN SSH2', 'PuTTY-User-Key'];
/** The same, in any case (HOOK in find-credentials.ts). */
const HOOK_WORDS = [
  ...['hooks.slack', '/api/webhooks', 'hooks.zapier', 'webhook.office', 'office.com/webhook', 'maker.ifttt'],
  ...['office365.com/webhook', 'open-apis/bot', 'hook.eu', 'hook.us', 'hook.integromat', 'telegram.org/bot'],
];
/** Patterns that something else than their hint begins. */
const BEGINS_WITH_CLASS = /^(?:\\[dw]|\[(?:\\w|A-Z))/;
const KEY_HINTS = DEFAULT_KEYS.flatMap(({ hints, pattern }) =>
  hints.map((word) => ({ word, begins: !BEGINS_WITH_CLASS.test(pattern) })),
);

/** Any beginning of a credential, for what is read over line ends. */
export const CREDENTIAL_HINT = new RegExp(
  [...CREDENTIAL_WORDS, ...HOOK_WORDS, ...KEY_HINTS.map(({ word }) => word)]
    .map((word) => word.replace(/[.$()+*/-]/g, '\\$&'))
    .join('|'),
);
const MAX_SIGNS_BEHIND_NAME = 24;
const MAX_GROUP_UNITS = 4;
const FULL_GROUP_COLONS = 7;
const [TAB, RETURN, SPACE, QUOTE, APOSTROPHE, PLUS] = [9, 13, 32, 34, 39, 43];
const [COLON, EQUALS, AT] = [58, 61, 64];
const [DASH, DOT, BRACKET, BACKSLASH, UNDERSCORE] = [45, 46, 91, 92, 95];
const AUTHORITY_STOPS = Array.from('/?#"\'<>`\\', (sign) => sign.charCodeAt(0));

/** A beginning of a credential, and the ways in which it is written. */
interface CredentialHint extends Hint {
  readonly spellings: readonly string[];
}

/** The beginnings of credentials. */
export const CREDENTIAL_HINTS: readonly CredentialHint[] = [
  ...KEY_HINTS.map(({ word, begins }) => exactly(word, GATE.credential, begins)),
  ...CREDENTIAL_WORDS.map((word) => exactly(word, GATE.credential, false)),
  ...HOOK_WORDS.map((word) => ({ word, bit: GATE.credential, spellings: [word, word.toUpperCase()] })),
];

/** Every hint of every rule; what they hold makes part of the ruleset's digest. */
export const HINTS: readonly Hint[] = [
  ...CREDENTIAL_HINTS,
  { word: 'bearer', bit: GATE.announced },
  { word: 'authorization', bit: GATE.announced },
  { word: '://', bit: GATE.scheme },
  { word: '://', bit: GATE.url, confirm: precedesAt },
  { word: '@', bit: GATE.sign },
  { word: '@', bit: GATE.at, confirm: mayBeMail },
  // Most colons stand behind quotes and words: only those behind a group of an address are looked at.
  ...Array.from('0123456789abcdef', (unit) => ({
    word: `${unit}:`,
    bit: GATE.colonGroups,
    confirm: endsGroups,
  })),
  { word: '::', bit: GATE.colonGroups, confirm: mayCompress },
];

/** A word in this very spelling; where `begins`, no letter or digit stands before it. */
export function exactly(spelling: string, bit: number, begins: boolean): CredentialHint {
  const wanted = Buffer.from(spelling);
  return {
    word: spelling.toLowerCase(),
    spellings: [spelling],
    bit,
    confirm: (bytes, last, start) => {
      const first = last - wanted.length + 1;
      if (begins && first > start && isAsciiAlnum(bytes[first - 1] as number)) return false;
      for (let at = 0; at < wanted.length; at++) if (bytes[first + at] !== wanted[at]) return false;
      return true;
    },
  };
}

/** Whether something stands before the sign, and a domain of two labels or an address literal behind it. */
function mayBeMail(bytes: Uint8Array, last: number, start: number, end: number): boolean {
  if (last === start || isBlank(bytes[last - 1] as number)) return false;
  return last + 1 < end && (bytes[last + 1] === BRACKET || dottedLength(bytes, last + 1, end) > 0);
}

/** How many units of a domain there are when a dot is inside; 0 otherwise. */
function dottedLength(bytes: Uint8Array, from: number, end: number): number {
  let hasDot = false;
  let at = from;
  for (; at < end && isDomainUnit(bytes[at] as number); at++) {
    if (bytes[at] === DOT && at + 1 < end && isDomainUnit(bytes[at + 1] as number)) hasDot = true;
  }
  return hasDot ? at - from : 0;
}

function isDomainUnit(byte: number): boolean {
  return byte >= FOREIGN_SIGN || byte === DOT || byte === DASH || byte === UNDERSCORE || isAsciiAlnum(byte);
}

/** Whether an `@` follows before the authority of a URL ends. */
function precedesAt(bytes: Uint8Array, last: number, _start: number, end: number): boolean {
  for (let at = last + 1; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === AT) return true;
    if (isBlank(byte) || AUTHORITY_STOPS.includes(byte)) return false;
  }
  return false;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || (byte >= TAB && byte <= RETURN);
}

/** Whether `:` or `=` follows a name, quotes and blanks in between. */
export function namesValue(bytes: Uint8Array, last: number, _start: number, end: number): boolean {
  for (let at = last + 1; at < end && at <= last + 1 + MAX_SIGNS_BEHIND_NAME; at++) {
    const byte = bytes[at];
    if (byte === COLON || byte === EQUALS) return true;
    // A plus is the space of a form.
    if (
      byte !== PLUS &&
      byte !== SPACE &&
      byte !== TAB &&
      byte !== QUOTE &&
      byte !== APOSTROPHE &&
      byte !== BACKSLASH
    )
      return false;
  }
  return false;
}

/** Whether no word touches the two colons and the groups of hexadecimal digits beside them. */
function mayCompress(bytes: Uint8Array, last: number, start: number, end: number): boolean {
  const from = hexStart(bytes, last - 1, start);
  const to = hexEnd(bytes, last + 1, end);
  return !isWordAt(bytes, from - 1, start, end) && !isWordAt(bytes, to, start, end);
}

/** Whether the colon is the seventh between groups of hexadecimal digits. */
function endsGroups(bytes: Uint8Array, last: number, start: number): boolean {
  let at = last;
  for (let colons = 1; colons < FULL_GROUP_COLONS; colons++) {
    const from = hexStart(bytes, at, start);
    if (from === at || from <= start || bytes[from - 1] !== COLON) return false;
    at = from - 1;
  }
  return true;
}

function hexStart(bytes: Uint8Array, before: number, start: number): number {
  let at = before;
  while (at > start && before - at < MAX_GROUP_UNITS && isHexDigit(bytes[at - 1] as number)) at--;
  return at;
}

function hexEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && at - from < MAX_GROUP_UNITS && isHexDigit(bytes[at] as number)) at++;
  return at;
}

function isWordAt(bytes: Uint8Array, at: number, start: number, end: number): boolean {
  return at >= start && at < end && (isAsciiAlnum(bytes[at] as number) || bytes[at] === UNDERSCORE);
}
