import { isAsciiAlnum } from './char-class.ts';
import { GATE } from './gate-text.ts';
import { compileCue } from './match-cue.ts';
import type { Rule } from './rule.ts';

/** Nine digits, in whatever groups; the look-behind keeps a long run from being read once per digit. */
const NINE = /(?<![\d.])\d(?:[ .-]{0,3}\d){8}(?!\d|\.\d)/g;
/** A group of the same number, or a code in front of one. */
const NUMBER_BEFORE = /(?:^|[^A-Za-z\d_])[\d)]{1,7} $/;
const DASHED = /^\d{3}-\d\d-\d{4}$/;
const SPACED = /^\d{3} \d\d \d{4}$/;
/** Groups of taxpayer numbers (IRS): 50–65, 70–88, 90–92, 94–99. */
const ITIN_GROUP = /^(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])$/;
/** Printed on specimen cards, and so in use by nobody. */
const SPECIMENS = new Set(['078051120', '219099999']);

/** Words for such numbers. */
export const SSN_CUE = compileCue({
  parts: [
    ...[
      'social security',
      'social-security',
      'social_security',
      'socialsecurity',
      'soc sec',
      'soc. sec',
      'ss#',
    ],
    ...['sozialversicherung', 'seguridad social', 'seguro social', 'securite sociale', 'sicurezza sociale'],
    ...[
      'previdencia social',
      'ubezpieczeni',
      'burgerservice',
      'sociale zekerheid',
      'taxpayer',
      'tax id',
      'tax_id',
    ],
    ...[
      'taxid',
      '社会保障',
      '社会安全',
      '사회보장',
      'соцстрах',
      'социального страхования',
      'Ssn',
      '_ssn',
      'ssn_',
    ],
  ],
  words: ['ssn', 'ssns', 'ssnnumber', 'ssnno', 'ss no', 'itin', 'tin', 'social'],
});

/**
 * US social security numbers, and taxpayer numbers of the same shape behind a word for them. Dashes or single spaces in
 * the right places tell by themselves; other spellings need a word beside them.
 */
export const ssnRule: Rule = {
  id: 'ssn',
  marker: '[SSN]',
  gate: GATE.ssn,
  sources: [
    NINE.source,
    DASHED.source,
    SPACED.source,
    ITIN_GROUP.source,
    SSN_CUE.source,
    [...SPECIMENS].join(),
  ],
  find(text, emit) {
    for (const match of text.matchAll(NINE)) {
      const [start, end] = [match.index, match.index + match[0].length];
      if (!isBounded(text, start, end)) continue;
      const digits = match[0].replaceAll(/\D/g, '');
      const tellsItself = DASHED.test(match[0]) || SPACED.test(match[0]);
      if (tellsItself && isSocialSecurity(digits)) emit(start, end);
      else if (isSocialSecurity(digits) || isTaxpayer(digits)) {
        if (SSN_CUE.before(text, start) || SSN_CUE.behind(text, end)) emit(start, end);
      }
    }
  },
};

/** A dash in front or behind makes it a part of something longer. */
function isBounded(text: string, start: number, end: number): boolean {
  const [before, after] = [text.charCodeAt(start - 1), text.charCodeAt(end)];
  if (isAsciiAlnum(before) || isAsciiAlnum(after)) return false;
  if (text.charAt(start - 1) === '-' && isAsciiAlnum(text.charCodeAt(start - 2))) return false;
  if (
    text.charAt(start - 1) === '+' ||
    (text.charAt(start - 1) === ' ' && NUMBER_BEFORE.test(text.slice(Math.max(0, start - 8), start)))
  )
    return false;
  return !/^(?:-[A-Za-z\d]| \d)/.test(text.slice(end, end + 2));
}

/** Area not 000, 666 or 9xx, group not 00, serial not 0000 (SSA). */
function isSocialSecurity(digits: string): boolean {
  const area = digits.slice(0, 3);
  if (area === '000' || area === '666' || area.startsWith('9')) return false;
  return digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000' && !SPECIMENS.has(digits);
}

function isTaxpayer(digits: string): boolean {
  return digits.startsWith('9') && ITIN_GROUP.test(digits.slice(3, 5)) && digits.slice(5) !== '0000';
}
