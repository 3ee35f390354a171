import { isAsciiLetter, isDigit, isHexDigit } from './char-class.ts';
import { GATE } from './gate-text.ts';
import type { Emit, NumberRuns, Rule } from './rule.ts';
import { type DigitGroup, NUMBER_RUN, type NumberRun, UUID } from './scan-number-runs.ts';

const MIN_DIGITS = 13;
const MAX_DIGITS = 19;
const MIN_BLOCK_DIGITS = 4;
const MAX_ODD_BLOCKS = 6;
const MIN_ODD_DIGITS = 2;

/** Issuer ranges as `first-last:lengths`; prefixes compare by their own number of digits (ISO/IEC 7812). */
export const DEFAULT_CARD_ISSUERS: readonly string[] = [
  '4-4:13,16,19',
  '51-55:16',
  '2221-2720:16',
  '34-34:15',
  '37-37:15',
  '300-305:14,16,17,18,19',
  '3095-3095:14,16,17,18,19',
  '36-36:14,15,16,17,18,19',
  '38-39:14,16,17,18,19',
  '3528-3589:16,17,18,19',
  '6011-6011:16,17,18,19',
  '644-649:16,17,18,19',
  '65-65:16,17,18,19',
  '60-60:16,19',
  '62-62:16,17,18,19',
  '81-82:16,17,18,19',
  '50-50:13,14,15,16,17,18,19',
  '56-58:13,14,15,16,17,18,19',
  '63-63:13,14,15,16,17,18,19',
  '67-67:13,14,15,16,17,18,19',
  '69-69:16,19',
  '2200-2205:16,17,18,19',
  '9792-9792:16',
];
interface IssuerRange {
  readonly width: number;
  readonly first: number;
  readonly last: number;
  readonly lengths: readonly number[];
}

/** Whether an entry has the form of an issuer's range: `51-55:16`, `300-305:14,16`. */
export function isCardIssuer(entry: string): boolean {
  const [, first = '', last = '', lengths = ''] =
    /^(\d{1,8})-(\d{1,8}):(\d\d(?:,\d\d){0,9})$/.exec(entry) ?? [];
  return (
    first !== '' &&
    first.length === last.length &&
    first <= last &&
    lengths.split(',').every((length) => Number(length) >= MIN_DIGITS && Number(length) <= MAX_DIGITS)
  );
}

function compileIssuers(issuers: readonly string[]): IssuerRange[] {
  return issuers.map((entry) => {
    const [range = '', lengths = ''] = entry.split(':');
    const [first = '', last = ''] = range.split('-');
    return {
      width: first.length,
      first: Number(first),
      last: Number(last),
      lengths: lengths.split(',').map(Number),
    };
  });
}

/** A dot after one of these ends something; after anything else, or a digit, it begins a fraction. */
const ENDS_BEFORE_DOT = /[a-z.!?)\]]/i;

type IsCard = (digits: string) => boolean;

/**
 * Payment cards: a known issuer range and length, groups of a shape that cards are written in, and Luhn; `validators`
 * may leave one of the two out.
 */
export function createCardRule(issuers: readonly string[], validators: readonly ('issuer' | 'luhn')[]): Rule {
  const ranges = compileIssuers(issuers);
  const isCard: IsCard = (digits) =>
    (!validators.includes('issuer') || hasIssuer(digits, ranges)) &&
    (!validators.includes('luhn') || passesLuhn(digits));
  return {
    id: 'card',
    marker: '[CARD]',
    gate: GATE.card,
    sources: [NUMBER_RUN.source, UUID.source, ENDS_BEFORE_DOT.source, ...issuers, ...validators],
    find: (text, emit, numberRuns) => findCards(text, emit, numberRuns, isCard),
  };
}

function findCards(text: string, emit: Emit, numberRuns: NumberRuns, isCard: IsCard): void {
  for (const run of numberRuns()) {
    if (run.digits < MIN_DIGITS) continue;
    for (let first = 0; first < run.groups.length; ) {
      const last = cardFrom(text, run, first, isCard);
      if (last === -1) {
        first++;
      } else {
        emit(run.groups[first]?.start ?? 0, run.groups[last]?.end ?? 0);
        first = last + 1;
      }
    }
  }
}

/** The last group of the longest card that starts with group `first`, or -1. At most 19 groups are looked at. */
function cardFrom(text: string, run: NumberRun, first: number, isCard: IsCard): number {
  let digits = '';
  let found = -1;
  const head = run.groups[first];
  // Small blocks are a card only as the whole run; this also keeps long rows of single digits cheap.
  if (head === undefined || (first > 0 && head.end - head.start < MIN_BLOCK_DIGITS)) return -1;
  for (let last = first; last < run.groups.length; last++) {
    const group = run.groups[last];
    if (group === undefined || digits.length + group.end - group.start > MAX_DIGITS) break;
    digits += text.slice(group.start, group.end);
    if (digits.length < MIN_DIGITS) continue;
    if (isCardShape(run, first, last) && isBounded(text, run, first, last) && isCard(digits)) found = last;
  }
  return found;
}

/**
 * One block, equal blocks with a shorter last one, 4-6-4, 4-6-5 or 4-3-3-3. What is grouped in another way, or in small
 * blocks, must be the whole run.
 */
function isCardShape(run: NumberRun, first: number, last: number): boolean {
  const lengths = run.groups.slice(first, last + 1).map((group) => group.end - group.start);
  const [head = 0, second = 0] = lengths;
  const tail = lengths.at(-1) ?? 0;
  if (lengths.length === 3 && head === 4 && second === 6) return true;
  if (lengths.join() === '4,3,3,3') return true;
  const isWhole = lengths.length === run.groups.length;
  if (isWhole && lengths.length <= MAX_ODD_BLOCKS && lengths.every((length) => length >= MIN_ODD_DIGITS))
    return true;
  if (!lengths.every((length, at) => length === head || (at === lengths.length - 1 && tail < head)))
    return false;
  return head >= MIN_BLOCK_DIGITS || isWhole;
}

/** Not a part of a hash, an identifier or a decimal fraction. */
function isBounded(text: string, run: NumberRun, first: number, last: number): boolean {
  const head: DigitGroup | undefined = run.groups[first];
  const tail: DigitGroup | undefined = run.groups[last];
  if (head === undefined || tail === undefined) return false;
  const next = text.charCodeAt(tail.end);
  if (isHexDigit(next) && !isDigit(next)) return false;
  const before = text.charCodeAt(head.start - 1);
  if (first === last && before === 46 && !ENDS_BEFORE_DOT.test(text.charAt(head.start - 2))) return false;
  return !isAsciiLetter(before) || followsWord(text, head.start);
}

/** `card4111…` is a card, `9fe4111…` is a hash: the letters in front hold one that hex has not, and no digit. */
function followsWord(text: string, start: number): boolean {
  let at = start - 1;
  let hasOther = false;
  for (; start - at <= 16 && isAsciiLetter(text.charCodeAt(at)); at--) {
    if (!isHexDigit(text.charCodeAt(at))) hasOther = true;
  }
  return hasOther && !isDigit(text.charCodeAt(at));
}

function hasIssuer(digits: string, ranges: readonly IssuerRange[]): boolean {
  return ranges.some((range) => {
    const prefix = Number(digits.slice(0, range.width));
    return prefix >= range.first && prefix <= range.last && range.lengths.includes(digits.length);
  });
}

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - 48;
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
