import { isAsciiAlnum, isDigit, isHexDigit } from './char-class.ts';
import { compileHints, type Hint } from './compile-hints.ts';
import { TOKEN_UNITS as KEY_UNITS, looksRandom } from './gate-runs.ts';
import { CREDENTIAL_HINTS, GATE } from './gate-text.ts';
import { CUE, cuesNear } from './note-cues.ts';
import { scanHints } from './scan-hints.ts';
import { beforeBreak, behindBreak, skipBreak, skipBreakBack } from './skip-break.ts';

/** As in read-joined.ts, which this must never be narrower than where a value is found nowhere else. */
const TOKEN_UNITS = 2_048;
const MAX_QUOTED_UNITS = 128;
const MAX_NUMBER_SIGNS = 3;
/** A value may be broken so much oftener. */
const MORE_BREAKS = 2;
/** So much of a key on each side of a line's end is looked at, and so much tells one that is broken once more. */
const TOKEN_SIDE_UNITS = 64;
const MIN_SECRET_UNITS = 12;
const BYTES = 256;
const VALUE_UNITS = classOf('@._+-=/%:()&#~,!*$\'"');
const LOCAL_UNITS = classOf("._+%-'!#$*~^`");
const DOMAIN_UNITS = classOf('.-_[:');
const NUMBER_SIGNS = Array.from(' .()/-', (sign) => sign.charCodeAt(0));
const [TAB, LINE_FEED, RETURN, SPACE, QUOTE, DASH, DOT, SLASH] = [9, 10, 13, 32, 34, 45, 46, 47];
const [OPEN, PLUS, COLON, EQUALS, AT, BRACKET] = [40, 43, 58, 61, 64, 91];
const table = compileHints(CREDENTIAL_HINTS);
const LONGEST_HINT = CREDENTIAL_HINTS.reduce((most, { word }) => Math.max(most, word.length), 0);

/** Which unit follows which in any beginning of a credential: what is joined to others holds none. */
const PAIRS = new Uint8Array(BYTES * BYTES);
for (const { spellings } of CREDENTIAL_HINTS) {
  for (const spelling of spellings) {
    for (let at = 0; at + 1 < spelling.length; at++)
      PAIRS[(spelling.charCodeAt(at) << 8) | spelling.charCodeAt(at + 1)] = 1;
  }
}

/** Line feeds of the text that is just read. */
let feeds = new Int32Array(256);
let count = 0;

/** To be called before each text. */
export function startLines(): void {
  count = 0;
}

/** Notes line ends, and finds quoted addresses that go on over one. */
export const LINE_END_HINTS: readonly Hint[] = [
  { word: '\n', bit: GATE.lineEnd, confirm: noteFeed },
  { word: '"@', bit: GATE.lineEnd, confirm: closesQuoted },
];

function noteFeed(_: Uint8Array, last: number): boolean {
  if (count === feeds.length) {
    const grown = new Int32Array(2 * count);
    grown.set(feeds);
    feeds = grown;
  }
  feeds[count++] = last;
  return false;
}

/**
 * GATE.lineEnd when a value may go on over a line's end, though none of its parts is found without the other. Of IBANs
 * gate-numbers.ts tells.
 * @param known what else the text may hold; its line ends must have been noted
 */
export function gateLineEnds(bytes: Uint8Array, start: number, end: number, known: number): number {
  for (let at = 0; at < count; at++) {
    if (mayBeInside(bytes, feeds[at] as number, start, end, known)) return GATE.lineEnd;
  }
  return 0;
}

function mayBeInside(bytes: Uint8Array, feed: number, start: number, end: number, known: number): boolean {
  const left = beforeBreak(bytes, feed, start);
  const right = behindBreak(bytes, feed, end);
  if (left < start || right >= end) return false;
  const [one, two] = [bytes[left] as number, bytes[right] as number];
  if (VALUE_UNITS[one] === 0 || VALUE_UNITS[two] === 0) return false;
  // A soft break says by itself that something goes on.
  if (bytes[left + 1] === EQUALS) return true;
  return (
    (known & GATE.credential) !== 0 ||
    joinsDigits(bytes, left, right, start, end) ||
    joinsAddress(bytes, left, right, start, end) ||
    ((known & GATE.sign) !== 0 && joinsMail(bytes, left, right, start, end)) ||
    (PAIRS[(one << 8) | two] === 1 && joinsCredential(bytes, left, right, start, end)) ||
    (KEY_UNITS[one] === 1 && KEY_UNITS[two] === 1 && joinsSecret(bytes, left, right, start, end))
  );
}

/** The quoted local part of an address that began before a line's end. */
function closesQuoted(bytes: Uint8Array, last: number, start: number): boolean {
  let isBroken = false;
  for (let at = last - 2; at >= start && last - at < MAX_QUOTED_UNITS; at--) {
    if (bytes[at] === LINE_FEED) isBroken = true;
    if (bytes[at] === QUOTE) return isBroken;
  }
  return false;
}

/** A digit on both sides, with few signs in between, and no date behind. */
function joinsDigits(bytes: Uint8Array, left: number, right: number, start: number, end: number): boolean {
  if (!endsNumber(bytes, left, start)) return false;
  let to = right;
  while (to + 1 < end && to - right < MAX_NUMBER_SIGNS && NUMBER_SIGNS.includes(bytes[to] as number)) to++;
  return isDigit(bytes[to] as number) && !isDate(bytes, right, end);
}

/** A digit, a plus or a bracket, and few other signs behind it. */
function endsNumber(bytes: Uint8Array, left: number, start: number): boolean {
  for (let at = left; at >= start && left - at <= MAX_NUMBER_SIGNS; at--) {
    const byte = bytes[at] as number;
    if (byte === PLUS || byte === OPEN || isDigit(byte)) return true;
    if (!NUMBER_SIGNS.includes(byte)) return false;
  }
  return false;
}

/** `2026-01-31`, `2026/01/31` or `10:15`. */
function isDate(bytes: Uint8Array, at: number, end: number): boolean {
  if (digitsAt(bytes, at, end) === 2) return bytes[at + 2] === COLON && digitsAt(bytes, at + 3, end) >= 2;
  const sign = bytes[at + 4];
  if (digitsAt(bytes, at, end) !== 4 || (sign !== DASH && sign !== SLASH)) return false;
  return digitsAt(bytes, at + 5, end) === 2 && bytes[at + 7] === sign && digitsAt(bytes, at + 8, end) >= 2;
}

function digitsAt(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isDigit(bytes[at] as number)) at++;
  return at - from;
}

/** Groups of an IP address that go on over the line's end. */
function joinsAddress(bytes: Uint8Array, left: number, right: number, start: number, end: number): boolean {
  let signs = 0;
  let from = left;
  for (; from >= start && isAddressUnit(bytes[from] as number); from--) {
    if (!isHexDigit(bytes[from] as number)) signs++;
  }
  let to = right;
  for (; to < end && isAddressUnit(bytes[to] as number); to++) {
    if (!isHexDigit(bytes[to] as number)) signs++;
  }
  return from < left && to > right && signs >= 2;
}

function isAddressUnit(byte: number): boolean {
  return byte === DOT || byte === COLON || isHexDigit(byte);
}

/** An `@` that only units of an address part from the line's end, or one behind it in a URL. */
function joinsMail(bytes: Uint8Array, left: number, right: number, start: number, end: number): boolean {
  let from = left;
  while (from > start && DOMAIN_UNITS[bytes[from] as number] === 1) from--;
  if (bytes[from] === AT && from > start && !isBlank(bytes[from - 1] as number)) return true;
  let to = right;
  while (to + 1 < end && LOCAL_UNITS[bytes[to] as number] === 1) to++;
  if (bytes[to] === AT && holdsDomain(bytes, to + 1, end) && isLocal(bytes[left] as number)) return true;
  return holdsAt(bytes, right, end) && holdsAuthority(bytes, left, right, start);
}

function isLocal(byte: number): boolean {
  return LOCAL_UNITS[byte] === 1 || byte === QUOTE;
}

/** Whether a domain with a dot in it begins here, or an address literal; a line's end may be in it as well. */
function holdsDomain(bytes: Uint8Array, from: number, end: number): boolean {
  let at = from;
  while (at < end && DOMAIN_UNITS[bytes[at] as number] === 1) {
    if (bytes[at] === DOT || bytes[at] === BRACKET) return true;
    at++;
  }
  return at < end && at > from && isBlank(bytes[at] as number);
}

function holdsAt(bytes: Uint8Array, right: number, end: number): boolean {
  let breaks = 0;
  for (let at = right; at < end && at - right < TOKEN_UNITS; at++) {
    const byte = bytes[at] as number;
    if (byte === AT) return true;
    if (!mayBreak(byte)) continue;
    const behind = breaks++ < MORE_BREAKS ? skipBreak(bytes, at, end) : at;
    if (behind > at) at = behind - 1;
    else if (isBlank(byte)) return false;
  }
  return false;
}

/** Whether two slashes stand in the word before the line's end, or around it. */
function holdsAuthority(bytes: Uint8Array, left: number, right: number, start: number): boolean {
  let next = bytes[right] as number;
  let breaks = 0;
  for (let at = left; at >= start && left - at < TOKEN_UNITS; at--) {
    const byte = bytes[at] as number;
    if (byte === SLASH && next === SLASH) return true;
    if (isBlank(byte)) {
      const before = breaks++ < MORE_BREAKS ? skipBreakBack(bytes, at + 1, start) : at;
      if (before >= at) return false;
      at = before + 1;
      continue;
    }
    next = byte;
  }
  return next === SLASH && bytes[right + 1] === SLASH;
}

function mayBreak(byte: number): boolean {
  return byte === EQUALS || isBlank(byte);
}

const token = new Uint8Array(2 * TOKEN_SIDE_UNITS);

/** A random value around the line's end, near a word for secrets. */
function joinsSecret(bytes: Uint8Array, left: number, right: number, start: number, end: number): boolean {
  if ((cuesNear(left, right) & CUE.secret) === 0) return false;
  let from = left;
  while (from > start && left - from < TOKEN_SIDE_UNITS - 1 && KEY_UNITS[bytes[from - 1] as number] === 1)
    from--;
  let units = 0;
  for (let at = from; at <= left; at++) token[units++] = bytes[at] as number;
  for (
    let at = right;
    at < end && at - right < TOKEN_SIDE_UNITS && KEY_UNITS[bytes[at] as number] === 1;
    at++
  )
    token[units++] = bytes[at] as number;
  return units >= MIN_SECRET_UNITS && looksRandom(token, 0, units);
}

const joined = new Uint8Array(2 * LONGEST_HINT);

/** The beginning of a credential around the line's end. */
function joinsCredential(
  bytes: Uint8Array,
  left: number,
  right: number,
  start: number,
  end: number,
): boolean {
  let units = 0;
  for (let at = Math.max(start, left + 1 - LONGEST_HINT); at <= left; at++)
    joined[units++] = bytes[at] as number;
  const to = Math.min(end, right + LONGEST_HINT);
  for (let at = right; at < to; at++) joined[units++] = bytes[at] as number;
  return scanHints(table, joined, 0, units) !== 0;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || (byte >= TAB && byte <= RETURN);
}

/** Letters, digits, what is beyond ASCII, and these signs. */
function classOf(signs: string): Uint8Array {
  const units = new Uint8Array(BYTES).fill(1, 0x80);
  for (let code = 0; code < 0x80; code++) if (isAsciiAlnum(code)) units[code] = 1;
  for (const sign of signs) units[sign.charCodeAt(0)] = 1;
  return units;
}
