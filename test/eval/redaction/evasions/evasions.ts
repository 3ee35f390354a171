import type { Dice } from '../../../support/fuzz/dice.ts';
import type { Item } from '../document.ts';
import { LOOK_ALIKES, ZEROS } from './look-alikes.ts';
import { breakLines, spaceOut, toBase64, toEntities, toPercent, toUnicodeEscapes } from './respell.ts';

/** Disguises a value; gives `undefined` for one that it cannot disguise. */
export type Evasion = (dice: Dice, item: Item) => Item | undefined;

/** Default-ignorable characters: joiners, marks of direction, soft hyphen, selectors, tags. */
const INVISIBLE = [
  '\u200b',
  '\u200c',
  '\u200d',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\u200e',
  '\u202c',
  '\ufe0f',
  '\u{e0020}',
  '\u180e',
  '\u034f',
  '\u2063',
];

/** Every disguise by its name. The first seven are those that the project's figures are about. */
export const EVASIONS: Readonly<Record<string, Evasion>> = {
  'zero-width': changed(hide),
  'full-width': changed(widen),
  homoglyph: changed(disguise),
  base64: toBase64,
  percent: changed(toPercent),
  spaces: spaceOut,
  'line breaks': changed(breakLines),
  'unicode escapes': changed(toUnicodeEscapes),
  'HTML entities': changed(toEntities),
};

function changed(respell: (dice: Dice, value: string, item: Item) => string): Evasion {
  return (dice, item) => {
    const value = respell(dice, item.value, item);
    return value === item.value ? undefined : { ...item, value };
  };
}

/** Something invisible after every character, or after some. */
function hide(dice: Dice, value: string): string {
  const sign = dice.pick(INVISIBLE);
  const everywhere = dice.chance(0.3);
  const units = [...value];
  const certain = 1 + dice.below(units.length - 1);
  return units
    .map((unit, at) => {
      if (at === 0) return unit;
      return everywhere || at === certain || dice.chance(0.15)
        ? (dice.chance(0.2) ? dice.pick(INVISIBLE) : sign) + unit
        : unit;
    })
    .join('');
}

/** Full-width forms (U+FF01–FF5E) for everything printable, or for digits, or for some characters. */
function widen(dice: Dice, value: string): string {
  const chosen = dice.pick([/[!-~]/g, /[0-9]/g, /[0-9A-Za-z]/g, /[@.:-]/g]);
  const wide = value.replace(chosen, (unit) => String.fromCharCode(unit.charCodeAt(0) + 0xfee0));
  return wide === value
    ? value.replace(/[!-~]/g, (unit) => String.fromCharCode(unit.charCodeAt(0) + 0xfee0))
    : wide;
}

/** Letters of other scripts, and digits of one other script; all of them or some. */
function disguise(dice: Dice, value: string): string {
  const share = dice.pick([0.15, 0.5, 1]);
  const zero = dice.pick(ZEROS);
  const all = (odds: number) =>
    Array.from(value, (unit) => {
      if (!dice.chance(odds)) return unit;
      if (/\d/.test(unit)) return String.fromCodePoint(zero + Number(unit));
      const alike = LOOK_ALIKES[unit];
      return alike === undefined ? unit : dice.pick([...alike]);
    }).join('');
  const some = all(share);
  return some === value ? all(1) : some;
}
