import { isAsciiAlnum, isAsciiLetter, isDigit } from './char-class.ts';
import { ibanUnits } from './find-ibans.ts';
import { GATE } from './gate-text.ts';
import { CUE, cuesNear } from './note-cues.ts';
import { digitGroups } from './note-digits.ts';
import { skipBreak, skipBreakBack } from './skip-break.ts';

const MIN_RUN_DIGITS = 7;
const MIN_CARD_DIGITS = 13;
const MAX_CARD_DIGITS = 19;
const MIN_TRUNK_DIGITS = 9;
const SSN_DIGITS = 9;
/** The last part of a UUID, where it has no letters. */
const UUID_END_DIGITS = 12;
const AREA_DIGITS = 3;
const OCTETS = 4;
const MAX_OCTET_DIGITS = 3;
const MAX_SEPARATORS = 3;
const [TAB, SPACE, OPEN, CLOSE, PLUS, DASH, DOT, SLASH, ZERO, ONE, UNDERSCORE] = [
  9, 32, 40, 41, 43, 45, 46, 47, 48, 49, 95,
];
const LINE_FEED = 10;
/** "IBAN" in lower case, from its end. */
const NABI = [110, 97, 98, 105];
const LOWER = 32;
const BYTES = 256;
const SEPARATORS = new Uint8Array(BYTES);
for (const sign of [TAB, SPACE, OPEN, CLOSE, DASH, DOT, SLASH]) SEPARATORS[sign] = 1;

/** Units of IBANs as numbers: letters as 10 to 35. */
const NO_VALUE = 0xff;
const VALUES = new Uint8Array(BYTES).fill(NO_VALUE);
for (let value = 0; value < 36; value++) {
  const unit = value.toString(36);
  VALUES[unit.charCodeAt(0)] = value;
  VALUES[unit.toUpperCase().charCodeAt(0)] = value;
}
const PRECEDES_DIGITS = VALUES.map((value) => (value === NO_VALUE ? 0 : 1));
for (const sign of ' .+-\t\n>') PRECEDES_DIGITS[sign.charCodeAt(0)] = 1;
const HEAD_UNITS = 4;
const head = new Uint8Array(HEAD_UNITS);

/** Which checks the ruleset leaves to numbers. */
export interface NumberChecks {
  readonly luhn: boolean;
  readonly mod97: boolean;
}

/** More groups in one run than anyone writes: such a run is taken for anything. */
const MAX_GROUPS = 64;

/**
 * What digits in a folded text may make: GATE.card, phone, ssn, octets and iban; its groups of digits and its cues must
 * have been noted. Narrow, as logs and records are full of numbers, but never narrower than the rules.
 * @param bytes folded text (fold-bytes.ts), `start` to `end`, the end not included
 */
export function gateNumbers(bytes: Uint8Array, start: number, end: number, checks: NumberChecks): number {
  const { starts, ends, count } = digitGroups;
  let bits = 0;
  for (let first = 0; first < count; ) {
    let next = first;
    let digits = 0;
    let quad = 0;
    do {
      const [from, to] = [starts[next] as number, ends[next] as number];
      digits += to - from;
      quad = to - from > MAX_OCTET_DIGITS ? 0 : next > first && isDotOnly(bytes, from) ? quad + 1 : 1;
      if (quad === OCTETS) bits |= GATE.octets;
      // Most groups of digits stand behind other signs than a letter could be behind.
      if (PRECEDES_DIGITS[bytes[from - 1] as number] === 1)
        bits |= gateIban(bytes, from, start, end, checks.mod97);
      next++;
    } while (next < count && isSeparated(bytes, ends[next - 1] as number, starts[next] as number));
    if (next - first > MAX_GROUPS) bits |= GATE.card | GATE.phone | GATE.ssn;
    else if (digits >= MIN_RUN_DIGITS) bits |= gateRun(bytes, first, next, digits, start, checks.luhn);
    first = next;
  }
  return bits;
}

/** Whether two groups are of one run: at most three separators between them. */
function isSeparated(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from > MAX_SEPARATORS) return false;
  for (let at = from; at < to; at++) if (SEPARATORS[bytes[at] as number] === 0) return false;
  return true;
}

function isDotOnly(bytes: Uint8Array, groupStart: number): boolean {
  return bytes[groupStart - 1] === DOT && isDigit(bytes[groupStart - 2] as number);
}

/** The groups from `first` up to `end`, the end not included. */
function gateRun(
  bytes: Uint8Array,
  first: number,
  end: number,
  digits: number,
  start: number,
  luhn: boolean,
): number {
  const { starts, ends } = digitGroups;
  const cues = cuesNear(starts[first] as number, ends[end - 1] as number);
  let bits = 0;
  if (digits >= MIN_CARD_DIGITS && holdsCard(bytes, first, end, luhn)) bits |= GATE.card;
  if (digits >= SSN_DIGITS && ((cues & CUE.ssn) !== 0 || holdsSsn(bytes, first, end))) bits |= GATE.ssn;
  if (mayHoldPhone(bytes, first, end, digits, start, (cues & CUE.phone) !== 0)) bits |= GATE.phone;
  return bits;
}

/** Whether three groups in a row are of the lengths of a social security number, with the same sign between them. */
function holdsSsn(bytes: Uint8Array, first: number, end: number): boolean {
  const { starts, ends } = digitGroups;
  for (let group = first; group + 2 < end; group++) {
    if (lengthOf(group) !== 3 || lengthOf(group + 1) !== 2 || lengthOf(group + 2) !== 4) continue;
    const [one, two] = [ends[group] as number, ends[group + 1] as number];
    if (bytes[one] !== bytes[two] || (bytes[one] !== DASH && bytes[one] !== SPACE)) continue;
    if (starts[group + 1] === one + 1 && starts[group + 2] === two + 1) return true;
  }
  return false;
}

function lengthOf(group: number): number {
  return (digitGroups.ends[group] as number) - (digitGroups.starts[group] as number);
}

/** Whether any groups in a row are as many digits as a card has and pass Luhn's check (ISO/IEC 7812-1, annex B). */
function holdsCard(bytes: Uint8Array, from: number, end: number, luhn: boolean): boolean {
  for (let first = from; first < end; first++) {
    const head = bytes[digitGroups.starts[first] as number];
    if (luhn && (head === ZERO || head === ONE)) continue;
    let digits = 0;
    for (let last = first; last < end && digits <= MAX_CARD_DIGITS; last++) {
      digits += lengthOf(last);
      if (digits < MIN_CARD_DIGITS || digits > MAX_CARD_DIGITS) continue;
      if (!luhn || passesLuhn(bytes, first, last)) return true;
    }
  }
  return false;
}

function passesLuhn(bytes: Uint8Array, first: number, last: number): boolean {
  let sum = 0;
  let isDoubled = false;
  for (let group = last; group >= first; group--) {
    const start = digitGroups.starts[group] as number;
    for (let at = (digitGroups.ends[group] as number) - 1; at >= start; at--) {
      const digit = ((bytes[at] as number) - ZERO) << (isDoubled ? 1 : 0);
      sum += digit > 9 ? digit - 9 : digit;
      isDoubled = !isDoubled;
    }
  }
  return sum % 10 === 0;
}

/** Whether any group is the first of a number as phone numbers are written (see BEGINNING in find-phones.ts). */
function mayHoldPhone(
  bytes: Uint8Array,
  first: number,
  end: number,
  digits: number,
  start: number,
  hasCue: boolean,
): boolean {
  let left = digits;
  for (let group = first; group < end && left >= MIN_RUN_DIGITS; group++) {
    if (mayStartPhone(bytes, group, first, end, left, start, hasCue)) return true;
    left -= lengthOf(group);
  }
  return false;
}

function mayStartPhone(
  bytes: Uint8Array,
  group: number,
  first: number,
  end: number,
  left: number,
  start: number,
  hasCue: boolean,
): boolean {
  const at = digitGroups.starts[group] as number;
  const before = at > start ? (bytes[at - 1] as number) : SPACE;
  if (before === OPEN || before === PLUS) return true;
  if (group === first ? isWord(before) : !mayOpenNumber(bytes, group, first, start)) return false;
  if (hasCue) return true;
  const head = bytes[at];
  if (head === ZERO) {
    if (bytes[at + 1] === ZERO) return true;
    return left >= MIN_TRUNK_DIGITS && end > group + 1;
  }
  if (head === ONE && lengthOf(group) === 1) return isArea(bytes, group + 1, end);
  if (isArea(bytes, group, end) && group + 1 < end && lengthOf(group + 1) >= AREA_DIGITS) return true;
  // As in Brazil: two digits, four or five, a dash, four more.
  return lengthOf(group) === 2 && group + 2 < end && bytes[digitGroups.ends[group + 1] as number] === DASH;
}

/** Whether a number can begin in the middle of a run: behind a wide gap, a date, or what belongs to a word or an id. */
function mayOpenNumber(bytes: Uint8Array, group: number, first: number, start: number): boolean {
  const gapStart = digitGroups.ends[group - 1] as number;
  const gap = (digitGroups.starts[group] as number) - gapStart;
  if (gap > 1 || bytes[gapStart] === TAB || bytes[gapStart] === SLASH) return true;
  const previous = digitGroups.starts[group - 1] as number;
  if (group === first + 1 && previous > start && isWord(bytes[previous - 1] as number)) return true;
  return lengthOf(group - 1) === UUID_END_DIGITS || (bytes[gapStart] === SPACE && group > first + 2);
}

function isWord(byte: number): boolean {
  return byte === UNDERSCORE || isAsciiAlnum(byte);
}

/** Whether a group begins like an area or an exchange of North America: three digits at least, from 2 up. */
function isArea(bytes: Uint8Array, group: number, end: number): boolean {
  if (group >= end) return false;
  const at = digitGroups.starts[group] as number;
  return (digitGroups.ends[group] as number) - at >= AREA_DIGITS && (bytes[at] as number) > ONE;
}

/**
 * Whether the group at `at` is behind the letters of a country with IBANs, and together they pass the check: GATE.iban,
 * or GATE.lineEnd when they do so over line ends only.
 */
function gateIban(bytes: Uint8Array, at: number, start: number, end: number, mod97: boolean): number {
  const second = previousUnit(bytes, at, start);
  if (second <= start || !isAsciiLetter(bytes[second] as number)) return 0;
  const first = isAsciiLetter(bytes[second - 1] as number) ? second - 1 : skipBreakBack(bytes, second, start);
  if (first < start || !isAsciiLetter(bytes[first] as number)) return 0;
  const units = ibanUnits(bytes[first] as number, bytes[second] as number);
  if (units === 0) return 0;
  const before = first - 1;
  if (before >= start && isAsciiAlnum(bytes[before] as number) && !followsIban(bytes, start, before))
    return 0;
  return passesMod97(bytes, first, end, units, mod97);
}

/** The place of the unit before `at`: behind a separator at most, or a line's end; `start - 1` when there is none. */
function previousUnit(bytes: Uint8Array, at: number, start: number): number {
  const place = at - 1;
  if (place < start || isAsciiLetter(bytes[place] as number)) return place;
  const broken = skipBreakBack(bytes, at, start);
  if (broken !== place) return broken;
  if (!isIbanSeparator(bytes[place] as number)) return start - 1;
  return isAsciiLetter(bytes[place - 1] as number) ? place - 1 : skipBreakBack(bytes, place, start);
}

/** ISO 7064 MOD 97-10 over so many units, with one separator at most before each; the first four come last. */
function passesMod97(bytes: Uint8Array, from: number, end: number, units: number, mod97: boolean): number {
  let rest = 0;
  let at = from;
  let bit: number = GATE.iban;
  for (let unit = 0; unit < units; unit++) {
    if (at < end && VALUES[bytes[at] as number] === NO_VALUE) {
      const next = nextUnit(bytes, at, end);
      if (bytes.subarray(at, next).includes(LINE_FEED)) bit = GATE.lineEnd;
      at = next;
    }
    const value = at < end ? VALUES[bytes[at++] as number] : undefined;
    if (value === undefined || value === NO_VALUE) return 0;
    if (unit < HEAD_UNITS) head[unit] = value;
    else rest = append(rest, value);
  }
  for (let unit = 0; unit < HEAD_UNITS; unit++) rest = append(rest, head[unit] as number);
  return rest === 1 || !mod97 ? bit : 0;
}

/** Behind one separator, or a line's end, or both. */
function nextUnit(bytes: Uint8Array, at: number, end: number): number {
  const broken = skipBreak(bytes, at, end);
  if (broken !== at) return broken < end && isIbanSeparator(bytes[broken] as number) ? broken + 1 : broken;
  if (!isIbanSeparator(bytes[at] as number)) return at;
  return skipBreak(bytes, at + 1, end);
}

function append(rest: number, value: number): number {
  return (rest * (value > 9 ? 100 : 10) + value) % 97;
}

function followsIban(bytes: Uint8Array, start: number, last: number): boolean {
  for (let index = 0; index < NABI.length; index++) {
    if (last - index < start || ((bytes[last - index] as number) | LOWER) !== NABI[index]) return false;
  }
  return true;
}

function isIbanSeparator(byte: number): boolean {
  return byte === SPACE || byte === DOT || byte === DASH || byte === PLUS;
}
