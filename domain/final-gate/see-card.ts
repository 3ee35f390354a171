import { isAlnumByte, isDigitByte, isEdge } from './byte-classes.ts';

const SPACE = 0x20;
const DASH = 0x2d;
const DOT = 0x2e;
const SHORTEST = 14;
const LONGEST = 16;
const BLOCK = 4;
/** The blocks of an American Express card. */
const LONG_MIDDLE = [4, 6, 5];

/** First and last number of four digits, and how long such a card is: the ranges that every till knows. */
const ISSUERS: readonly (readonly [first: number, last: number, length: number])[] = [
  [4000, 4999, 16],
  [5100, 5599, 16],
  [2221, 2720, 16],
  [3400, 3499, 15],
  [3700, 3799, 15],
  [6011, 6011, 16],
  [6440, 6599, 16],
  [3528, 3589, 16],
  [3600, 3699, 14],
];

/** What stands where a run of digits stands: used again for each. */
const starts = new Int32Array(LONGEST);
const lengths = new Int32Array(LONGEST);
const digits = new Uint8Array(LONGEST);

/** Where the run of digits that begins at `at` ends: blocks with one space or dash between them. */
export function endOfDigits(bytes: Uint8Array, at: number, end: number): number {
  let next = at + 1;
  for (; next < end; next++) {
    const byte = bytes[next] as number;
    if (byte >= 0x30 && byte <= 0x39) continue;
    if ((byte !== SPACE && byte !== DASH) || next + 1 >= end || !isDigitByte(bytes[next + 1])) break;
  }
  return next;
}

/** Whether a run of digits holds a card number in one block or in the blocks that cards are printed with. */
export function seesCard(bytes: Uint8Array, from: number, to: number, start: number, end: number): boolean {
  let blocks = 0;
  for (let at = from; at < to; ) {
    let blockEnd = at;
    while (blockEnd < to && isDigitByte(bytes[blockEnd])) blockEnd++;
    if (blocks === LONGEST) {
      starts.copyWithin(0, 1);
      lengths.copyWithin(0, 1);
      blocks--;
    }
    starts[blocks] = at;
    lengths[blocks] = blockEnd - at;
    blocks++;
    if (endsCard(bytes, blocks, start, end)) return true;
    at = blockEnd + 1;
  }
  return false;
}

/** Whether the last of the blocks is the last of a card. */
function endsCard(bytes: Uint8Array, blocks: number, start: number, end: number): boolean {
  let count = 0;
  for (let first = blocks - 1; first >= 0; first--) {
    count += lengths[first] as number;
    if (count > LONGEST) return false;
    if (count < SHORTEST || !isShape(first, blocks)) continue;
    const at = starts[first] as number;
    const behind = (starts[blocks - 1] as number) + (lengths[blocks - 1] as number);
    if (!isBounded(bytes, at, behind, start, end)) continue;
    let read = 0;
    for (let index = at; index < behind; index++)
      if (isDigitByte(bytes[index])) digits[read++] = (bytes[index] as number) - 0x30;
    if (hasIssuer(count) && passesLuhn(count)) return true;
  }
  return false;
}

function isShape(first: number, blocks: number): boolean {
  const count = blocks - first;
  if (count === 1) return true;
  if (count === LONG_MIDDLE.length && LONG_MIDDLE.every((length, at) => lengths[first + at] === length))
    return true;
  for (let block = first; block < blocks - 1; block++) if (lengths[block] !== BLOCK) return false;
  return (lengths[blocks - 1] as number) <= BLOCK;
}

/** A block behind a dot is a fraction, one that a dash ties to something else a part of an id. */
function isBounded(bytes: Uint8Array, at: number, behind: number, start: number, end: number): boolean {
  const before = at > start ? bytes[at - 1] : undefined;
  const after = behind < end ? bytes[behind] : undefined;
  if (before === DOT || !isEdge(before) || !isEdge(after)) return false;
  if (before === DASH && at - 2 >= start && isAlnumByte(bytes[at - 2])) return false;
  return after !== DASH || behind + 1 >= end || !isAlnumByte(bytes[behind + 1]);
}

function hasIssuer(count: number): boolean {
  let head = 0;
  for (let at = 0; at < BLOCK; at++) head = head * 10 + (digits[at] as number);
  return ISSUERS.some(([first, last, length]) => head >= first && head <= last && length === count);
}

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(count: number): boolean {
  let sum = 0;
  for (let at = 0; at < count; at++) {
    const value = (digits[count - 1 - at] as number) << (at & 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
