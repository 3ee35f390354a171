import type { Dice } from '../../../support/fuzz/dice.ts';
import type { Item } from '../document.ts';
import { DIGITS, drawFrom, groupBy, UPPER } from '../draw-text.ts';
import { drawFailingLuhn } from './make-card.ts';

/** The part after the check digits (SWIFT IBAN registry): n digits, a capitals, c either. */
const COUNTRIES: readonly (readonly [string, string])[] = [
  ['DE', '18n'],
  ['FR', '10n11c2n'],
  ['ES', '20n'],
  ['IT', '1a10n12c'],
  ['NL', '4a10n'],
  ['GB', '4a14n'],
  ['BR', '23n1a1c'],
  ['PL', '24n'],
  ['PT', '21n'],
  ['BE', '12n'],
  ['AT', '16n'],
  ['CH', '5n12c'],
  ['SE', '20n'],
  ['NO', '11n'],
  ['DK', '14n'],
  ['FI', '14n'],
  ['IE', '4a14n'],
  ['LU', '3n13c'],
  ['CZ', '20n'],
  ['GR', '7n16c'],
  ['HU', '24n'],
  ['RO', '4a16c'],
  ['BG', '4a6n8c'],
  ['HR', '17n'],
  ['TR', '6n16c'],
  ['SA', '2n18c'],
  ['AE', '19n'],
  ['MT', '4a5n18c'],
  ['CY', '8n16c'],
  ['LV', '4a13c'],
  ['EE', '16n'],
  ['IS', '22n'],
];
const SEPARATORS: readonly (readonly [string, string])[] = [
  [' ', 'space'],
  [' ', 'space'],
  [' ', 'space'],
  ['-', 'dash'],
  ['\u00a0', 'no-break space'],
  ['.', 'dot'],
];

/** An IBAN with valid check digits (ISO 13616), compact or in groups of four, in either case. */
export function makeIban(dice: Dice): Item {
  const [country, structure] = dice.pick(COUNTRIES);
  const account = drawAccount(dice, structure);
  const compact = country + checkDigits(country, account) + account;
  const [separator, name] = dice.chance(0.45) ? ['', 'compact'] : dice.pick(SEPARATORS);
  const grouped = separator === '' ? compact : groupBy(compact, Array(9).fill(4), separator);
  const isLower = dice.chance(0.1);
  return {
    entity: 'iban',
    form: `${country} ${name}${isLower ? ' lower case' : ''}`,
    before: dice.chance(0.08) ? dice.pick(['IBAN', 'IBAN:', 'iban=', 'IBAN ']) : '',
    value: isLower ? grouped.toLowerCase() : grouped,
    after: '',
    needsCue: false,
  };
}

/** A British IBAN in groups whose check digits are wrong; its digits make no card either. */
export function makeWrongIban(dice: Dice): string {
  const account = drawFrom(dice, UPPER, 4) + drawFailingLuhn(dice, drawFrom(dice, DIGITS, 14));
  const right = Number(checkDigits('GB', account));
  return groupBy(`GB${right < 50 ? right + 40 : right - 40}${account}`, Array(6).fill(4), ' ');
}

function drawAccount(dice: Dice, structure: string): string {
  return structure.replace(/(\d+)([nac])/g, (_, count: string, kind: string) => {
    const alphabet = kind === 'n' ? DIGITS : kind === 'a' ? UPPER : DIGITS + UPPER;
    return drawFrom(dice, alphabet, Number(count));
  });
}

/** ISO 7064 MOD 97-10, letters as 10–35. */
function checkDigits(country: string, account: string): string {
  const digits = Array.from(`${account}${country}00`, (unit) => Number.parseInt(unit, 36)).join('');
  return String(98n - (BigInt(digits) % 97n)).padStart(2, '0');
}
