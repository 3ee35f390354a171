import type { Dice } from '../../../support/fuzz/dice.ts';
import { drawBetween, drawFrom, HEX } from '../draw-text.ts';

const SECOND_2020 = 1_577_836_800;
const SIX_YEARS_S = 189_000_000;

/** Seconds since 1970, of some day between 2020 and 2025. */
export function drawSecond(dice: Dice): number {
  return SECOND_2020 + dice.below(SIX_YEARS_S);
}

/** A random UUID, version 4 or 7. */
export function drawUuid(dice: Dice): string {
  const hex = drawFrom(dice, HEX, 30);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${dice.pick(['4', '7'])}${hex.slice(12, 15)}-${dice.pick(['8', '9', 'a', 'b'])}${hex.slice(15, 18)}-${hex.slice(18)}`;
}

/** A version of three parts. */
export function drawVersion(dice: Dice): string {
  return `${dice.below(30)}.${dice.below(40)}.${dice.below(60)}`;
}

/** What templates name in braces and no value is: drawn anew for every place. */
export const NOISE: Readonly<Record<string, (dice: Dice) => string>> = {
  uuid: drawUuid,
  version: drawVersion,
  time: (dice) => new Date(drawSecond(dice) * 1_000 + dice.below(1_000)).toISOString(),
  date: (dice) => new Date(drawSecond(dice) * 1_000).toISOString().slice(0, 10),
  clf: (dice) => {
    const [, day, month, year, time] = new Date(drawSecond(dice) * 1_000).toUTCString().split(' ');
    return `${day}/${month}/${year}:${time} +0000`;
  },
  trace: (dice) => drawFrom(dice, HEX, 32),
  hash: (dice) => drawFrom(dice, HEX, dice.pick([7, 12, 40, 64])),
  number: (dice) => String(drawBetween(dice, 1, 9_999)),
  line: (dice) => String(drawBetween(dice, 10, 999)),
};
