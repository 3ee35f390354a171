import { isAsciiAlnum, isAsciiLetter, isHexDigit } from './char-class.ts';
import type { Confirm, Hint } from './compile-hints.ts';
import { GATE } from './gate-text.ts';

const [SPACE, QUOTE, HASH, APOSTROPHE, OPEN, STAR, PLUS, COMMA, UPPER_A, UPPER_Z] = [
  32, 34, 35, 39, 40, 42, 43, 44, 65, 90,
];
const MAX_PLUSES = 3;
const [SLASH, COLON, SEMICOLON, BACKSLASH, UNDERSCORE, DASH] = [47, 58, 59, 92, 95, 45];
const [LOWER_U, LOWER_X, LOWER_N, LOWER_R, LOWER_T, EQUALS, BRACE, LOWER] = [
  117, 120, 110, 114, 116, 61, 123, 32,
];
/** Signs that are quoted: letters and digits never are. */
const QUOTED = ['=40', '=2e', '=2d', '=5f', '=2b', '=3d'];
const MIN_REFERENCE = 2;
const MAX_REFERENCE = 8;
const MAX_HOST_UNITS = 63;
/** So many spaces with one sign between two of them: a value spelt letter by letter (SPACED_SIGN in read-spaced.ts). */
const MIN_LETTER_SPACES = 6;
const LETTER_STRIDE = 8;
const BLANKS = ['', ' ', '\t', '\n', '\r', '\v', '\f'];
const CLOSINGS = bytesOf(')]}>');
const OPENINGS = bytesOf('([{<');

/** What may be an escape (ESCAPE_SIGN in decode-escapes.ts). */
const ESCAPE_HINTS: readonly Hint[] = [
  {
    word: '%',
    bit: GATE.escape,
    confirm: (bytes, last, _, end) => isHexAt(bytes, last + 1, end) && isHexAt(bytes, last + 2, end),
  },
  { word: '\\', bit: GATE.escape, confirm: opensBackslash },
  { word: '&', bit: GATE.escape, confirm: opensReference },
  ...QUOTED.map((word) => ({ word, bit: GATE.escape, confirm: precedesLetter })),
  ...['=c', '=d', '=e', '=f'].map((word) => ({ word, bit: GATE.escape, confirm: opensBytes })),
  { word: '+', bit: GATE.escape, confirm: standsForSpace },
];

/** What may pull an address apart (SPACED_SIGN in read-spaced.ts). */
const SPACED_HINTS: readonly Hint[] = [
  ...[' @ ', ' . '].map((word) => ({ word, bit: GATE.spaced })),
  ...[' : ', ' :: '].map((word): Hint => ({ word, bit: GATE.spaced, confirm: isBetweenGroups(word.length) })),
  ...['(', '[', '{', '<'].flatMap((open) =>
    BLANKS.flatMap((blank) =>
      ['at', 'arroba', 'chez', '@'].map(
        (word): Hint => ({ word: open + blank + word, bit: GATE.spaced, confirm: isClosed }),
      ),
    ),
  ),
  { word: ' at ', bit: GATE.spaced, confirm: precedesDot },
];

/** Hints of what a text says when it is read in another way. */
export const LAYER_HINTS: readonly Hint[] = [...ESCAPE_HINTS, ...SPACED_HINTS];

function isHexAt(bytes: Uint8Array, at: number, end: number): boolean {
  return at < end && isHexDigit(bytes[at] as number);
}

function opensBackslash(bytes: Uint8Array, last: number, _start: number, end: number): boolean {
  if (last + 1 >= end) return false;
  const next = bytes[last + 1] as number;
  if (next === QUOTE || next === APOSTROPHE || next === BACKSLASH || next === SLASH) return true;
  const kind = next | LOWER;
  if (kind === LOWER_N || kind === LOWER_R || kind === LOWER_T) return true;
  return (
    (kind === LOWER_U || kind === LOWER_X) && (isHexAt(bytes, last + 2, end) || bytes[last + 2] === BRACE)
  );
}

function opensReference(bytes: Uint8Array, last: number, _start: number, end: number): boolean {
  let at = last + 1;
  if (at < end && bytes[at] === HASH) {
    at++;
    if (at < end && ((bytes[at] as number) | LOWER) === LOWER_X) at++;
    return isHexAt(bytes, at, end);
  }
  while (at < end && at - last - 1 < MAX_REFERENCE && isAsciiLetter(bytes[at] as number)) at++;
  return at - last - 1 >= MIN_REFERENCE && at < end && bytes[at] === SEMICOLON;
}

/** A quoted-printable sign that is no number: a letter follows. */
function precedesLetter(bytes: Uint8Array, last: number, _start: number, end: number): boolean {
  return last + 1 < end && isAsciiLetter(bytes[last + 1] as number);
}

/** The first of several quoted-printable bytes. */
function opensBytes(bytes: Uint8Array, last: number, _start: number, end: number): boolean {
  return isHexAt(bytes, last + 1, end) && last + 2 < end && bytes[last + 2] === EQUALS;
}

/** A plus that a form has written for a space: between groups of digits and capitals (GROUP in decode-escapes.ts). */
function standsForSpace(bytes: Uint8Array, last: number, start: number, end: number): boolean {
  let before = last - 1;
  while (before >= start && last - before < MAX_PLUSES && bytes[before] === PLUS) before--;
  return (
    before >= start &&
    last + 1 < end &&
    isGroupUnit(bytes[before] as number) &&
    isGroupUnit(bytes[last + 1] as number)
  );
}

function isGroupUnit(byte: number): boolean {
  return (
    (byte >= OPEN && byte <= COLON && byte !== STAR && byte !== PLUS && byte !== COMMA && byte !== COLON) ||
    (byte >= UPPER_A && byte <= UPPER_Z)
  );
}

/** Whether the colon may be one of an IPv6 address: only those are pulled apart at colons. */
function isBetweenGroups(length: number): Confirm {
  return (bytes, last, start, end) =>
    isGroupAt(bytes, last - length, start, end) && isGroupAt(bytes, last + 1, start, end);
}

function isGroupAt(bytes: Uint8Array, at: number, start: number, end: number): boolean {
  return at >= start && at < end && (bytes[at] === COLON || isHexDigit(bytes[at] as number));
}

function isClosed(bytes: Uint8Array, last: number, _start: number, end: number): boolean {
  const next = last + 1 < end && isBlank(bytes[last + 1] as number) ? last + 2 : last + 1;
  return next < end && CLOSINGS.includes(bytes[next] as number);
}

/** Whether one word and then a dot follows, spelt out or in brackets. */
function precedesDot(bytes: Uint8Array, last: number, _start: number, end: number): boolean {
  let at = last + 1;
  while (at < end && at - last - 1 <= MAX_HOST_UNITS && isHostUnit(bytes[at] as number)) at++;
  if (at === last + 1 || at + 1 >= end) return false;
  if (startsWith(bytes, at, ' dot ')) return true;
  if (isBlank(bytes[at] as number)) at++;
  return OPENINGS.includes(bytes[at] as number);
}

function isHostUnit(byte: number): boolean {
  return isAsciiAlnum(byte) || byte === UNDERSCORE || byte === DASH;
}

function startsWith(bytes: Uint8Array, from: number, word: string): boolean {
  for (let at = 0; at < word.length; at++) {
    const [byte, wanted] = [bytes[from + at] ?? 0, word.charCodeAt(at)];
    if (byte !== wanted && (byte | LOWER) !== wanted) return false;
  }
  return true;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || (byte >= 9 && byte <= 13);
}

/** Whether signs and spaces take turns somewhere for as long as in a value that is spelt letter by letter. */
export function holdsSpacedLetters(bytes: Uint8Array, start: number, end: number): boolean {
  for (let probe = start; probe + 2 < end; probe += LETTER_STRIDE) {
    const at = bytes[probe] === SPACE ? probe : probe + 1;
    if (!isSpelt(bytes, at, end)) continue;
    let first = at;
    while (first - 2 >= start && isSpelt(bytes, first - 2, end)) first -= 2;
    let last = at + 2;
    while (isSpelt(bytes, last, end)) last += 2;
    if ((last - first) / 2 + 1 >= MIN_LETTER_SPACES) return true;
  }
  return false;
}

/** Whether one sign stands between a space at this place and another one. */
function isSpelt(bytes: Uint8Array, at: number, end: number): boolean {
  return at + 2 < end && bytes[at] === SPACE && bytes[at + 2] === SPACE && !isBlank(bytes[at + 1] as number);
}

function bytesOf(signs: string): number[] {
  return Array.from(signs, (sign) => sign.charCodeAt(0));
}
