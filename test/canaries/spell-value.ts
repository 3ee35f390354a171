import type { Dice } from '../support/fuzz/dice.ts';
import type { Value } from './make-canary.ts';

type Spell = (phrase: string, dice: Dice) => string;

const PLAIN: Readonly<Record<string, Spell>> = {
  plain: (phrase, dice) => dice.pick([`please see ${phrase} today`, `${phrase}`, `note: ${phrase}`]),
  json: (phrase) => JSON.stringify({ contact: phrase }),
  log: (phrase) => `level=info msg="asked for ${phrase}" attempt=2`,
};
/** Escapes stand for every sign, or the sign would not be hidden from a reader that does not decode. */
const ENCODED: Readonly<Record<string, Spell>> = {
  percent: (phrase) => encodeURIComponent(`see ${phrase}`),
  'percent all': (phrase) => escapeEach(phrase, (code) => `%${hex(code, 2)}`),
  base64: (phrase) => `body ${Buffer.from(`see ${phrase} today`).toString('base64')}`,
  base64url: (phrase) => Buffer.from(`for ${phrase} only`).toString('base64url'),
  unicode: (phrase) => `text ${escapeEach(phrase, (code) => `\\u${hex(code, 4)}`)}`,
  'html decimal': (phrase) => escapeEach(phrase, (code) => `&#${code};`),
  'html hex': (phrase) => escapeEach(phrase, (code) => `&#x${hex(code, 2)};`),
  'base64 in percent': (phrase) => encodeURIComponent(Buffer.from(`see ${phrase} today`).toString('base64')),
};
const SHARE_ENCODED = 0.35;

/** Writes a value into a phrase, plainly or encoded. */
export function spellValue(dice: Dice, value: Value, mayEncode: boolean): { spelling: string; text: string } {
  const spellings = mayEncode && dice.chance(SHARE_ENCODED) ? ENCODED : PLAIN;
  const spelling = dice.pick(Object.keys(spellings));
  const phrase = `${value.before}${value.value}${value.after}`;
  return { spelling, text: spellings[spelling]?.(phrase, dice) ?? phrase };
}

function escapeEach(text: string, spell: (code: number) => string): string {
  return [...text].map((sign) => (sign.charCodeAt(0) < 0x80 ? spell(sign.charCodeAt(0)) : sign)).join('');
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
