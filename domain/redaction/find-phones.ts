import type { CountryCode } from 'libphonenumber-js/core';
import { isAsciiAlnum } from './char-class.ts';
import { GATE } from './gate-text.ts';
import type { Emit, Rule } from './rule.ts';
import { NUMBER_RUN, type NumberRun } from './scan-number-runs.ts';
import { createPhoneValidator, type PhoneValidator, phoneMetadataText } from './validate-phone.ts';

/** Regions whose national forms are recognised when nothing else is configured. */
export const DEFAULT_PHONE_REGIONS: readonly CountryCode[] = [
  'US',
  'GB',
  'DE',
  'FR',
  'ES',
  'IT',
  'NL',
  'BR',
  'IN',
  'JP',
  'AU',
];

const MIN_DIGITS = 7;
/** E.164 has 15 digits at most; a written trunk zero or `00` adds two. */
const MAX_RUN_DIGITS = 17;
const MIN_TRUNK_DIGITS = 9;
const CUE_UNITS = 24;
const CUE =
  /(?:^|[^a-z])(?:tel|telephone|telefono?|telefone|phone|ph|call|mobile?|movil|mob|cell|celular|portable|handy|fax|whatsapp|sms|dial)(?![a-z])[^0-9]*$/i;
const DATE = /(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{4})(?!\d)/y;
/** How a national number without a cue can begin; nearly every other group of digits stops here. */
const BEGINNING = /\(\d|0\)?[ ]?[1-9]|00[1-9]|1[ .-]\(?[2-9]\d\d\D|[2-9]\d\d[ ./-]/y;
const NANP = /^(?:1[ .-])?\(?[2-9]\d\d(?:\) ?|[ ./-]{1,3})[2-9]\d\d[ .-]?\d{4}$/;
const TRUNK = /^\(?0\)?[ ]?[1-9][\d() ./-]*[() ./-][\d() ./-]*$/;
const AREA = /^\(\d{2,5}\) ?\d[\d ./-]+$/;
const EXTENSION = /[ ,;]{0,2}(?:ext\.?|extension|x) ?\d{1,6}(?!\d)/iy;
const MONEY_BEFORE = /(?:\p{Sc} ?|\d[,.])$/u;
const MONEY_AFTER = /^(?:,\d| ?\p{Sc})/u;

/** Phone numbers: international forms always; national ones by shape or after a word such as `tel`, per region. */
export function createPhoneRule(regions: readonly CountryCode[]): Rule {
  const patterns = [
    NUMBER_RUN,
    CUE,
    DATE,
    BEGINNING,
    NANP,
    TRUNK,
    AREA,
    EXTENSION,
    MONEY_BEFORE,
    MONEY_AFTER,
  ];
  return {
    id: 'phone',
    marker: '[PHONE]',
    gate: GATE.number,
    sources: [...patterns.map((pattern) => pattern.source), ...regions, phoneMetadataText()],
    find: (text, emit, numberRuns) => findPhones(text, numberRuns(), regions, emit),
  };
}

function findPhones(
  text: string,
  runs: readonly NumberRun[],
  regions: readonly CountryCode[],
  emit: Emit,
): void {
  const validator = createPhoneValidator(regions);
  for (const run of runs) {
    for (let first = 0; first < run.groups.length; ) {
      const [start, last] = phoneFrom(text, run, first, validator);
      const end = run.groups[last]?.end;
      if (end !== undefined) {
        EXTENSION.lastIndex = end;
        emit(start, EXTENSION.test(text) ? EXTENSION.lastIndex : end);
      }
      first = Math.max(first, last) + 1;
    }
  }
}

/** Where a number that begins with group `first` starts, and its last group: -1 when there is none. */
function phoneFrom(
  text: string,
  run: NumberRun,
  first: number,
  validator: PhoneValidator,
): readonly [number, number] {
  const head = run.groups[first]?.start ?? 0;
  const start = first === 0 ? run.start : head - (text.charAt(head - 1) === '(' ? 1 : 0);
  const none = [start, -1] as const;
  if (text.slice(start, head).includes('+')) {
    return [start, longest(text, run, first, start, (candidate) => validator.international(candidate))];
  }
  const before = text.charAt(start - 1);
  if (isAsciiAlnum(before.charCodeAt(0)) || (first > 0 && !' \t('.includes(text.charAt(head - 1))))
    return none;
  const hasCue = first === 0 && CUE.test(text.slice(Math.max(0, start - CUE_UNITS), start));
  BEGINNING.lastIndex = start;
  if (!hasCue && !BEGINNING.test(text)) return none;
  DATE.lastIndex = start;
  if (DATE.test(text) || MONEY_BEFORE.test(text.slice(Math.max(0, start - 2), start))) return none;
  const isNumber = (candidate: string, digits: number): boolean => {
    if (/^00[1-9]/.test(candidate) && /\D/.test(candidate)) return validator.international(candidate);
    const isTrunk = digits >= MIN_TRUNK_DIGITS && TRUNK.test(candidate);
    return (
      (hasCue || isTrunk || NANP.test(candidate) || AREA.test(candidate)) && validator.national(candidate)
    );
  };
  return [start, longest(text, run, first, start, isNumber)];
}

/** The last group of the longest number from `first` on: later groups of the run may be something else. */
function longest(
  text: string,
  run: NumberRun,
  first: number,
  start: number,
  isNumber: (candidate: string, digits: number) => boolean,
): number {
  const isInternational = text.slice(start, start + 2).includes('+');
  const lengths: number[] = [];
  let digits = 0;
  for (let last = first; last < run.groups.length && digits <= MAX_RUN_DIGITS; last++) {
    digits += (run.groups[last]?.end ?? 0) - (run.groups[last]?.start ?? 0);
    lengths.push(digits);
  }
  const found = lengths.findLastIndex((length, at) => {
    const end = run.groups[first + at]?.end ?? 0;
    if (length < MIN_DIGITS || length > MAX_RUN_DIGITS) return false;
    return (isInternational || endsCleanly(text, end)) && isNumber(text.slice(start, end), length);
  });
  return found === -1 ? -1 : first + found;
}

/** Not the beginning of a longer word, a decimal or a sum of money; an extension may follow. */
function endsCleanly(text: string, end: number): boolean {
  EXTENSION.lastIndex = end;
  if (EXTENSION.test(text)) return true;
  return !isAsciiAlnum(text.charCodeAt(end)) && !MONEY_AFTER.test(text.slice(end, end + 3));
}
