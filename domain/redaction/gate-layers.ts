import { isAsciiAlnum, isAsciiLetter, isDigit } from './char-class.ts';

const FIRST_NON_ASCII = 0x80;
const RUN_UNITS = 16;
const SINGLE_TOKENS = 6;
const [LINE_FEED, SPACE, AMPERSAND, PERCENT, PLUS, DOT, BACKSLASH] = [10, 32, 38, 37, 43, 46, 92];
const [NOTHING, UNIT, SIGN, BLANK] = [0, 1, 2, 3];
const OPENING = new Set(Array.from('([{<', (sign) => sign.charCodeAt(0)));
const AT_WORDS = ['at', 'ar', 'ch'];

/**
 * Whether a text may say something else when it is read in another way: decoded, without spaces between letters, over
 * its line ends. The same as the layer bits of `gateText`, and wider: a sign beyond ASCII may fold to any other.
 * @param bytes UTF-8 that holds no `:`, `=`, `@` and no beginning of a credential
 */
export function mayHoldLayers(bytes: Uint8Array, start: number, end: number): boolean {
  let run = 0;
  let isMixed = false;
  let units = 0;
  let singles = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    const kind = kindOf(bytes, at);
    if (kind === SIGN || kind === BLANK) {
      run = 0;
      isMixed = false;
    } else if (kind === UNIT) {
      if (isDigit(byte) || (run > 0 && !isAsciiLetter(byte)) || (run > 0 && byte < 97)) isMixed = true;
      if (++run >= RUN_UNITS && isMixed) return true;
      if (byte === PLUS && at > start && at + 1 < end && !isBlank(bytes[at - 1]) && !isBlank(bytes[at + 1]))
        return true;
    }
    if (kind === BLANK) {
      singles = units === 1 ? singles + 1 : 0;
      if (singles >= SINGLE_TOKENS || (units === 1 && bytes[at - 1] === DOT)) return true;
      units = 0;
    } else if (kind !== NOTHING) units++;
    if (byte === BACKSLASH) return true;
    if ((byte === PERCENT || byte === AMPERSAND) && at + 1 < end && mayFollow(bytes[at + 1] as number))
      return true;
    if (OPENING.has(byte) && opensAt(bytes, at + 1, end)) return true;
    if ((kind === BLANK || byte >= FIRST_NON_ASCII) && isDotWord(bytes, at + 1, end)) return true;
    if (byte === LINE_FEED && joinsDigits(bytes, start, at, end)) return true;
  }
  return false;
}

/**
 * What a byte folds to, as far as the other readings care: of sequences beyond ASCII the last byte tells, and any that
 * is not known here is a unit.
 */
function kindOf(bytes: Uint8Array, at: number): number {
  const byte = bytes[at] as number;
  if (byte < FIRST_NON_ASCII) {
    if (byte === SPACE) return BLANK;
    return isAsciiAlnum(byte) || byte === 95 || byte === PLUS || byte === 45 || byte === 47 ? UNIT : SIGN;
  }
  if (byte >= 0xc0 || (byte === 0x80 && bytes[at - 1] === 0xe2)) return NOTHING;
  if (bytes[at - 1] === 0xc2) return byte === 0xa0 ? BLANK : byte === 0xad ? NOTHING : UNIT;
  if (bytes[at - 2] !== 0xe2) return UNIT;
  if (byte <= 0x8a || byte === 0xaf) return BLANK;
  if (byte <= 0x8f || (byte >= 0xaa && byte <= 0xae)) return NOTHING;
  return byte >= 0x98 && byte <= 0x9f ? SIGN : UNIT;
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === LINE_FEED;
}

/** What may begin an escape behind its sign: `%4`, `&#`, `&c`. */
function mayFollow(byte: number): boolean {
  return isAsciiAlnum(byte) || byte === 35 || byte >= FIRST_NON_ASCII;
}

/** `(at)` and its kin. */
function opensAt(bytes: Uint8Array, from: number, end: number): boolean {
  const first = bytes[from] === SPACE ? from + 1 : from;
  if (first + 1 >= end) return false;
  const [a, b] = [bytes[first] as number, bytes[first + 1] as number];
  if (a >= FIRST_NON_ASCII || (isAsciiLetter(a) && b >= FIRST_NON_ASCII)) return true;
  return AT_WORDS.includes(String.fromCharCode(a | 32, b | 32));
}

/** `dot ` behind a space, as `at example dot com` has it. Letters with accents may be plain ones. */
function isDotWord(bytes: Uint8Array, from: number, end: number): boolean {
  let at = from;
  for (const letter of [100, 111, 116]) {
    const byte = at < end ? (bytes[at] as number) : 0;
    if (byte >= FIRST_NON_ASCII) at += 2;
    else if ((byte | 32) === letter) at++;
    else return false;
  }
  return at < end && (bytes[at] === SPACE || (bytes[at] as number) >= FIRST_NON_ASCII);
}

/** Whether a number may go on over the line's end. */
function joinsDigits(bytes: Uint8Array, start: number, lineEnd: number, end: number): boolean {
  let before = lineEnd - 1;
  while (before >= start && lineEnd - before <= 8 && !isWord(bytes[before] as number)) before--;
  let after = lineEnd + 1;
  while (after < end && after - lineEnd <= 24 && !isWord(bytes[after] as number)) after++;
  return before >= start && after < end && mayBeDigit(bytes[before]) && mayBeDigit(bytes[after]);
}

function isWord(byte: number): boolean {
  return isAsciiAlnum(byte) || byte >= FIRST_NON_ASCII;
}

function mayBeDigit(byte: number | undefined): boolean {
  return byte !== undefined && (isDigit(byte) || byte >= FIRST_NON_ASCII);
}
