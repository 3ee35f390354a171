import type { CountryCode } from 'libphonenumber-js/core';
import { isAsciiAlnum } from './char-class.ts';
import { GATE } from './gate-text.ts';
import { CALL_CUE, OTHER_NUMBER, PHONE_CUE } from './phone-cues.ts';
import type { Emit, Rule } from './rule.ts';
import { NUMBER_RUN, type NumberRun } from './scan-number-runs.ts';
import { createPhoneValidator, type PhoneValidator, phoneMetadataText } from './validate-phone.ts';

/** Regions whose national forms are recognised when nothing else is configured. */
export const DEFAULT_PHONE_REGIONS: readonly CountryCode[] = [
  ...([
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
    'PL',
    'AT',
    'CH',
    'BE',
    'SE',
  ] as const),
  ...(['PT', 'IE', 'NZ', 'ZA', 'KR', 'MX', 'TR'] as const),
];

const MIN_DIGITS = 7;
/** E.164 has 15 digits at most; a written trunk zero or `00` adds two. */
const MAX_RUN_DIGITS = 17;
const MAX_CUED_DIGITS = 15;
/** Digits and signs of the longest number. */
const MAX_NUMBER_UNITS = 48;
const MIN_TRUNK_DIGITS = 9;
const MAX_TRUNK_DIGITS = 13;
const DATE = /(?:(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/. ])\d{1,2}\2(?:19|20)\d\d)(?!\d)/y;
const TIME_BEHIND = /^:\d\d/;
/** How a national number without a cue can begin; nearly every other group of digits stops here. */
const BEGINNING = /\(\d|00?\)?[ ]?[1-9]|1[ .-]\(?[2-9]\d\d\D|[2-9]\d\d[ ./-]|[1-9]\d \d{4,5}-/y;
/** Four groups of four are an order number or a card that fails. */
const FOURS = /^\d{4}(?:[ .-]\d{4}){3}$/;
const THREES = /^[2-9]\d\d[ .-]\d{3}[ .-]\d{4}$/;
const NANP = /^(?:1[ .-])?\(?[2-9]\d\d(?:\) ?|[ ./-]{1,3})[2-9]\d\d[ .-]?\d{4}$/;
const BRAZIL = /^[1-9]\d (?:9 ?\d{4}|\d{4})-\d{4}$/;
const TRUNK = /^\(?0\)?[ ]?[1-9]\d*[() ./-][\d() ./-]*$/;
const AREA = /^\(\d{2,5}\) ?\d[\d ./-]+$/;
const EXIT_CODE = /^\(?00[1-9]/;
const SINGLE_DIGITS = /(?<!\d)\d(?!\d)/g;
const MAX_SINGLE_DIGITS = 2;
const EXTENSION = /[ ,;]{0,2}(?:ext\.?|extension|x|доб\.?|poste|durchwahl|wew\.?|int\.?) ?\d{1,6}(?!\d)/iy;
const MONEY_BEFORE = /(?:\p{Sc} ?|\d\.)$/u;
const MONEY_AFTER = /^(?:,\d\d(?!\d)| ?\p{Sc})/u;
/** What stands behind a comma in a list, and behind none in a sum of money. */
const LISTED = /^(?:\(|0\d{1,4}[ /-]|\d{3}[-)])/;
/** What ends one number and begins the next within a run. */
const WIDE = /^(?: ?\/ | - | {2,}|\t)/;
const DAY_OR_SECOND = /^(?:(?:19|20)\d\d(?:0\d|1[0-2])[0-3]\d|1[4-9]\d{8}(?:\d{3})?)$/;
const IBAN_GROUP_BEFORE = /[A-Z]{2}\d\d[ .-]?[A-Z\d]{4}[ .-]$/;

/** Phone numbers: international forms always; national ones by shape, or beside a word such as `tel`, per region. */
export function createPhoneRule(regions: readonly CountryCode[]): Rule {
  const patterns = [
    NUMBER_RUN,
    DATE,
    BEGINNING,
    THREES,
    FOURS,
    NANP,
    BRAZIL,
    TRUNK,
    AREA,
    EXTENSION,
    MONEY_BEFORE,
    MONEY_AFTER,
    LISTED,
  ];
  const more = [WIDE, DAY_OR_SECOND, OTHER_NUMBER, IBAN_GROUP_BEFORE, EXIT_CODE];
  return {
    id: 'phone',
    marker: '[PHONE]',
    gate: GATE.phone,
    sources: [
      ...[...patterns, ...more].map((pattern) => pattern.source),
      PHONE_CUE.source,
      CALL_CUE.source,
      ...regions,
      phoneMetadataText(),
    ],
    find: (text, emit, numberRuns) => {
      const validator = createPhoneValidator(regions);
      for (const run of numberRuns()) findInRun(text, run, validator, emit);
    },
  };
}

function findInRun(text: string, run: NumberRun, validator: PhoneValidator, emit: Emit): void {
  // `arg0 0301…`: what ends a word is no part of a number.
  const begin = isAsciiAlnum(text.charCodeAt(run.start - 1)) ? firstFree(text, run) : 0;
  for (let first = begin; first < run.groups.length; ) {
    const found = phoneFrom(text, run, first, first === begin, validator);
    if (found === undefined) {
      first++;
      continue;
    }
    EXTENSION.lastIndex = found.end;
    emit(found.start, EXTENSION.test(text) ? EXTENSION.lastIndex : found.end);
    first = found.last + 1;
  }
}

/** The first group that does not hang on a word by a dash or a dot. */
function firstFree(text: string, run: NumberRun): number {
  const free = run.groups.findIndex(
    ({ start }, at) => at > 0 && /[ \t(+]/.test(text.slice(run.groups[at - 1]?.end ?? 0, start)),
  );
  return free === -1 ? run.groups.length : free;
}

interface Found {
  readonly start: number;
  readonly end: number;
  readonly last: number;
}

function phoneFrom(
  text: string,
  run: NumberRun,
  first: number,
  opens: boolean,
  validator: PhoneValidator,
): Found | undefined {
  const head = run.groups[first]?.start ?? 0;
  const start =
    first === 0
      ? run.start + (opensForOthers(text, run) ? 1 : 0)
      : startOf(text, run.groups[first - 1]?.end ?? 0, head);
  if (text.slice(start, head).includes('+')) {
    if (isAsciiAlnum(text.charCodeAt(start - 1))) return undefined;
    return longest(text, run, first, start, (candidate) => validator.international(candidate));
  }
  if (isAsciiAlnum(text.charCodeAt(start - 1)) || text.charAt(start - 1) === '_') return undefined;
  if (!opens && !opensNumber(text, run, first, start)) return undefined;
  DATE.lastIndex = start;
  if (DATE.test(text) || isMoney(text, start)) return undefined;
  return cued(text, run, first, opens, start, validator) ?? byShape(text, run, first, start, validator);
}

/** Whether digits or a currency in front make it a part of a sum of money. */
function isMoney(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 2), start);
  return MONEY_BEFORE.test(before) || (/\d,$/.test(before) && !LISTED.test(text.slice(start, start + 6)));
}

/** Whether the bracket in front is that of a sentence: nothing in the number closes it. */
function opensForOthers(text: string, run: NumberRun): boolean {
  if (text.startsWith('((', run.start)) return true;
  const head = text.slice(run.start, run.start + MAX_NUMBER_UNITS);
  return /^\([^+]/.test(head) && !head.slice(0, run.end - run.start).includes(')');
}

/** The `+` and brackets in front of a group that is not the first of its run. */
function startOf(text: string, previousEnd: number, head: number): number {
  let start = head;
  while (start > previousEnd && '+('.includes(text.charAt(start - 1))) start--;
  return start;
}

/** In the middle of a run a number begins with a bracket, behind a date or behind a wide gap only. */
function opensNumber(text: string, run: NumberRun, first: number, start: number): boolean {
  const gap = text.slice(run.groups[first - 1]?.end ?? 0, start);
  if (gap === '') return false;
  if (text.charAt(start) === '(' || WIDE.test(gap)) return true;
  if (first < 3) return false;
  DATE.lastIndex = run.groups[first - 3]?.start ?? 0;
  return DATE.test(text) && gap === ' ';
}

/** With a word for telephones before or behind it. */
function cued(
  text: string,
  run: NumberRun,
  first: number,
  opens: boolean,
  start: number,
  validator: PhoneValidator,
): Found | undefined {
  const isAnnounced =
    (opens || WIDE.test(text.slice(run.groups[first - 1]?.end ?? 0, start))) &&
    PHONE_CUE.before(text, opens ? start : run.start);
  const isNamed =
    !isAnnounced &&
    PHONE_CUE.behind(text, skipExtension(text, run.end)) &&
    !OTHER_NUMBER.test(text.slice(Math.max(0, start - 24), start));
  if (isAnnounced || isNamed) {
    const valid = longest(
      text,
      run,
      first,
      start,
      (candidate) => isInternational(candidate, validator) || validator.national(candidate),
    );
    if (valid !== undefined && valid.last === run.groups.length - 1) return valid;
    const any = longest(text, run, first, start, (candidate, digits) => {
      if (digits > MAX_CUED_DIGITS && !EXIT_CODE.test(candidate)) return false;
      return isAnnounced || !DAY_OR_SECOND.test(candidate);
    });
    return valid !== undefined && (any === undefined || isApart(text, run, valid.last)) ? valid : any;
  }
  if (!opens || !(CALL_CUE.before(text, start) || CALL_CUE.behind(text, run.end))) return undefined;
  if (OTHER_NUMBER.test(text.slice(Math.max(0, start - 24), start))) return undefined;
  return longest(
    text,
    run,
    first,
    start,
    (candidate) =>
      !DAY_OR_SECOND.test(candidate) &&
      (isInternational(candidate, validator) || validator.national(candidate)),
  );
}

/** Where an extension ends that begins at `end`; `end` when there is none. */
function skipExtension(text: string, end: number): number {
  EXTENSION.lastIndex = end;
  return EXTENSION.test(text) ? EXTENSION.lastIndex : end;
}

function isInternational(candidate: string, validator: PhoneValidator): boolean {
  return EXIT_CODE.test(candidate) && validator.international(candidate);
}

/** Whether a wide gap or a sign of a next number follows a group: then what comes after it is something else. */
function isApart(text: string, run: NumberRun, last: number): boolean {
  const next = run.groups[last + 1];
  if (next === undefined) return true;
  const gap = text.slice(run.groups[last]?.end ?? 0, next.start);
  return WIDE.test(gap) || /[(+]/.test(gap);
}

/** As numbers are written at home, with a trunk zero, in brackets or as in North America and Brazil. */
function byShape(
  text: string,
  run: NumberRun,
  first: number,
  start: number,
  validator: PhoneValidator,
): Found | undefined {
  BEGINNING.lastIndex = start;
  if (!BEGINNING.test(text)) return undefined;
  const before = text.slice(Math.max(0, start - 24), start);
  if (OTHER_NUMBER.test(before) || IBAN_GROUP_BEFORE.test(before)) return undefined;
  return longest(text, run, first, start, (candidate, digits, last) => {
    if (!isApart(text, run, last)) return false;
    if ((candidate.match(SINGLE_DIGITS)?.length ?? 0) > MAX_SINGLE_DIGITS) return false;
    if (FOURS.test(candidate)) return false;
    if (EXIT_CODE.test(candidate) && /\D/.test(candidate)) return validator.international(candidate);
    const isTrunk = digits >= MIN_TRUNK_DIGITS && digits <= MAX_TRUNK_DIGITS && TRUNK.test(candidate);
    const isShaped =
      isTrunk ||
      NANP.test(candidate) ||
      THREES.test(candidate) ||
      AREA.test(candidate) ||
      BRAZIL.test(candidate);
    return isShaped && validator.national(candidate);
  });
}

/** The longest number from `first` on: later groups of the run may be something else. */
function longest(
  text: string,
  run: NumberRun,
  first: number,
  start: number,
  isNumber: (candidate: string, digits: number, last: number) => boolean,
): Found | undefined {
  const isInternationalForm = text.slice(start, start + 2).includes('+');
  const ends: { end: number; digits: number; last: number }[] = [];
  let digits = 0;
  for (let last = first; last < run.groups.length && digits <= MAX_RUN_DIGITS; last++) {
    const group = run.groups[last];
    if (group === undefined) break;
    digits += group.end - group.start;
    ends.push({ end: group.end, digits, last });
  }
  for (const { end, digits: count, last } of ends.reverse()) {
    if (count < MIN_DIGITS || count > MAX_RUN_DIGITS) continue;
    if (!isInternationalForm && !endsCleanly(text, end)) continue;
    if (isNumber(text.slice(start, end), count, last)) return { start, end, last };
  }
  return undefined;
}

/** Not the beginning of a longer word, a time, a decimal or a sum of money; an extension may follow. */
function endsCleanly(text: string, end: number): boolean {
  EXTENSION.lastIndex = end;
  if (EXTENSION.test(text)) return true;
  if (TIME_BEHIND.test(text.slice(end, end + 3))) return false;
  return (
    !isAsciiAlnum(text.charCodeAt(end)) &&
    text.charAt(end) !== '_' &&
    !MONEY_AFTER.test(text.slice(end, end + 4))
  );
}
