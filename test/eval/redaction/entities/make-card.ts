import type { Dice } from '../../../support/fuzz/dice.ts';
import type { Item } from '../document.ts';
import { DIGITS, drawBetween, drawFrom, groupBy } from '../draw-text.ts';

/** Issuer, first and last prefix, lengths (ISO/IEC 7812 ranges as the schemes publish them). */
const ISSUERS: readonly (readonly [string, number, number, ...number[]])[] = [
  ['visa', 4, 4, 16, 16, 16, 16, 13, 19],
  ['visa', 4, 4, 16],
  ['mastercard', 51, 55, 16],
  ['mastercard', 2221, 2720, 16],
  ['amex', 34, 34, 15],
  ['amex', 37, 37, 15],
  ['discover', 6011, 6011, 16],
  ['discover', 644, 649, 16],
  ['discover', 65, 65, 16, 19],
  ['diners', 300, 305, 14],
  ['diners', 36, 36, 14],
  ['diners', 38, 39, 14],
  ['jcb', 3528, 3589, 16],
  ['unionpay', 62, 62, 16, 17, 18, 19],
  ['maestro', 5018, 5018, 16, 18, 19],
  ['maestro', 6304, 6304, 16, 19],
  ['maestro', 6759, 6763, 16, 18, 19],
  ['mir', 2200, 2204, 16],
  ['rupay', 6521, 6522, 16],
  ['elo', 636368, 636368, 16],
  ['elo', 506699, 506778, 16],
  ['hipercard', 606282, 606282, 16],
  ['troy', 979200, 979289, 16],
];
const SEPARATORS = [' ', ' ', ' ', '-', '-', '.', '\u00a0', '  ', ' - '];
const NAMES = new Map([
  ['\u00a0', 'no-break space'],
  [' ', 'space'],
  ['  ', 'two spaces'],
]);

/** A payment card that passes Luhn, in a grouping that its issuer prints or none. */
export function makeCard(dice: Dice): Item {
  const [issuer, first, last, ...lengths] = dice.pick(ISSUERS);
  const digits = withLuhn(String(drawBetween(dice, first, last)), dice.pick(lengths), dice);
  const separator = dice.chance(0.4) ? '' : dice.pick(SEPARATORS);
  const written = separator === '' ? 'compact' : `by ${NAMES.get(separator) ?? separator}`;
  return {
    entity: 'card',
    form: `${issuer} ${digits.length} ${written}`,
    before: '',
    value: separator === '' ? digits : groupBy(digits, groupsOf(digits.length), separator),
    after: dice.chance(0.1)
      ? ` ${dice.pick(['exp', 'valid', 'exp.'])} 0${1 + dice.below(9)}/${28 + dice.below(9)}`
      : '',
    needsCue: false,
  };
}

function groupsOf(length: number): readonly number[] {
  if (length === 15) return [4, 6, 5];
  if (length === 14) return [4, 6, 4];
  if (length === 13) return [4, 3, 3, 3];
  return [4, 4, 4, 4, 4];
}

function withLuhn(prefix: string, length: number, dice: Dice): string {
  const body = prefix + drawFrom(dice, DIGITS, length - 1 - prefix.length);
  return body + luhnDigit(body);
}

/** The same digits, but for the last one, which makes them fail. */
export function drawFailingLuhn(dice: Dice, digits: string): string {
  const body = digits.slice(0, -1);
  return body + ((luhnDigit(body) + drawBetween(dice, 1, 9)) % 10);
}

/** The check digit that makes `body` pass (ISO/IEC 7812-1, annex B). */
function luhnDigit(body: string): number {
  let sum = 0;
  for (const [at, digit] of [...body].reverse().entries()) {
    const doubled = at % 2 === 0 ? Number(digit) * 2 : Number(digit);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return (10 - (sum % 10)) % 10;
}
