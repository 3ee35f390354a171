import { isAsciiAlnum, isDigit } from './char-class.ts';
import { GATE } from './gate-text.ts';
import type { Emit, Rule } from './rule.ts';

/** Country, length, and `n` where every unit after the country is a digit. */
const COUNTRIES =
  'AD24 AE23n AL28 AT20n AZ28 BA20n BE16n BG22 BH22 BI27n BR29 BY28 CH21 CR22n CY28 CZ24n DE22n DJ27n DK18n DO28 ' +
  'EE20n EG29n ES24n FI18n FK18 FO18n FR27 GB22 GE22 GI23 GL18n GR27 GT28 HN28 HR21n HU28n IE22 IL23n IQ23 IS26n ' +
  'IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20n LU20 LV21 LY25n MC27 MD24 ME22n MK19 MN20n MR27n MT31 MU30 NI28 NL18 ' +
  'NO15n OM23 PK24 PL28n PS29 PT25n QA29 RO24 RS22n RU33 SA24 SC31 SD18n SE24n SI19n SK24n SM27 SO23n ST25n SV28 ' +
  'TL23n TN24n TR26 UA29 VA22n VG24 XK20n YE30';
const FORMATS = new Map(
  COUNTRIES.split(' ').map((entry) => [
    entry.slice(0, 2),
    { units: Number(entry.slice(2, 4)), isNumeric: entry.endsWith('n') },
  ]),
);
/** Keeps the bits of an upper-case letter. */
const UPPER = 0xdf;
/** Plus signs are the spaces of a form. */
const HEAD = /[A-Z]{2}[ .+-]?\d[ .+-]?\d/gi;

const UNITS = new Uint8Array(0x8000);
for (const [country, { units }] of FORMATS)
  UNITS[placeOf(country.charCodeAt(0), country.charCodeAt(1))] = units;

/** Units of the IBANs of a country, given by its two ASCII letters in either case; 0 when it has none. */
export function ibanUnits(first: number, second: number): number {
  return UNITS[placeOf(first & UPPER, second & UPPER)] as number;
}

function placeOf(first: number, second: number): number {
  return ((first & 0x7f) << 8) | second;
}

/** Hexadecimal groups with dashes on both sides: of an identifier, as far as eight and four units may be one. */
const IN_UUID = /(?:-[\da-f]{4}|[\da-f]{8})-$/i;
const GROUP_OF_UUID = /^[\da-f]{4}-/i;

/** The countries with IBANs, as two capitals each. */
export const DEFAULT_IBAN_COUNTRIES: readonly string[] = [...FORMATS.keys()];

/** IBANs (ISO 13616): country, its length, mod 97 = 1; single spaces, dots or dashes between units are allowed. */
export function createIbanRule(countries: readonly string[], validators: readonly 'mod-97'[]): Rule {
  const wanted = new Set(countries);
  const isChecked = validators.includes('mod-97');
  return {
    id: 'iban',
    marker: '[IBAN]',
    gate: GATE.iban,
    sources: [COUNTRIES, HEAD.source, ...countries, ...validators],
    find: (text, emit) => findIbans(text, emit, wanted, isChecked),
  };
}

function findIbans(text: string, emit: Emit, wanted: ReadonlySet<string>, isChecked: boolean): void {
  HEAD.lastIndex = 0;
  for (let match = HEAD.exec(text); match !== null; match = HEAD.exec(text)) {
    const isWanted = wanted.has(match[0].slice(0, 2).toUpperCase()) && isHeadBounded(text, match.index);
    const end = isWanted ? ibanEnd(text, match.index, isChecked) : -1;
    if (end !== -1) emit(match.index, end);
    HEAD.lastIndex = end === -1 ? match.index + 1 : end;
  }
}

function isHeadBounded(text: string, start: number): boolean {
  if (
    IN_UUID.test(text.slice(Math.max(0, start - 9), start)) &&
    GROUP_OF_UUID.test(text.slice(start, start + 5))
  )
    return false;
  return !isAsciiAlnum(text.charCodeAt(start - 1)) || text.slice(start - 4, start).toUpperCase() === 'IBAN';
}

/** Reads at most 34 units and as many separators. */
function ibanEnd(text: string, start: number, isChecked: boolean): number {
  const format = FORMATS.get(text.slice(start, start + 2).toUpperCase());
  if (format === undefined) return -1;
  let at = start;
  let iban = '';
  while (iban.length < format.units) {
    if (' .+-'.includes(text.charAt(at)) && at < text.length) at++;
    const code = text.charCodeAt(at);
    if (!isAsciiAlnum(code) || (format.isNumeric && iban.length >= 2 && !isDigit(code))) return -1;
    iban += text.charAt(at++).toUpperCase();
  }
  const next = text.charCodeAt(at);
  const isCutShort = format.isNumeric ? isDigit(next) : isAsciiAlnum(next);
  return !isCutShort && (!isChecked || mod97(iban.slice(4) + iban.slice(0, 4)) === 1) ? at : -1;
}

/** ISO 7064 MOD 97-10, letters as 10–35. */
function mod97(units: string): number {
  let rest = 0;
  for (const unit of units) {
    const value = Number.parseInt(unit, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}
