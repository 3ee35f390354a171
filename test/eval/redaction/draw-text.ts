import type { Dice } from '../../support/fuzz/dice.ts';

export const DIGITS = '0123456789';
export const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
export const LOWER = UPPER.toLowerCase();
export const HEX = '0123456789abcdef';
export const ALNUM = `${UPPER}${LOWER}${DIGITS}`;

/** So many characters of an alphabet. */
export function drawFrom(dice: Dice, alphabet: string, count: number): string {
  let drawn = '';
  for (let at = 0; at < count; at++) drawn += alphabet.charAt(dice.below(alphabet.length));
  return drawn;
}

/** As `drawFrom` over letters and digits, with at least one digit, as generated keys practically have. */
export function drawKey(dice: Dice, alphabet: string, count: number): string {
  const drawn = drawFrom(dice, alphabet, count);
  return /\d/.test(drawn) ? drawn : drawn.slice(0, -1) + dice.below(10);
}

/** Fills a mask: every `x` becomes a digit, every `n` one from 2 to 9. */
export function fillMask(dice: Dice, mask: string): string {
  return mask.replace(/[xn]/g, (sign) => String(sign === 'x' ? dice.below(10) : 2 + dice.below(8)));
}

/** Cuts digits into groups of these lengths; what is left over makes the last group. */
export function groupBy(text: string, lengths: readonly number[], separator: string): string {
  const groups: string[] = [];
  let at = 0;
  for (const length of lengths) {
    if (at < text.length) groups.push(text.slice(at, at + length));
    at += length;
  }
  if (at < text.length) groups.push(text.slice(at));
  return groups.join(separator);
}

/** A whole number from `first` to `last`. */
export function drawBetween(dice: Dice, first: number, last: number): number {
  return first + dice.below(last - first + 1);
}
