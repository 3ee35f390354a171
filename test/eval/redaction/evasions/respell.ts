import type { Dice } from '../../../support/fuzz/dice.ts';
import type { Item } from '../document.ts';

const PLAIN_TEXTS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `{"user":"${text}"}`,
  (text) => `contact=${text};lang=en`,
  (text) => `please use ${text} from now on`,
];
/** Entities that are told by their shape alone may be pulled apart; a key with spaces is no key any more. */
const SPACED = new Set(['email', 'card', 'iban', 'ssn', 'ip', 'phone']);

/** Base64 (RFC 4648) of the value and what belongs to it, in either alphabet, padded or not, now and then twice. */
export function toBase64(dice: Dice, item: Item): Item {
  const cue = item.needsCue ? `${CUES[item.entity] ?? item.entity}: ` : '';
  const plain = dice.pick(PLAIN_TEXTS)(`${cue}${item.before}${item.value}${item.after}`);
  const encode = (text: string) => {
    const encoded = Buffer.from(text).toString(dice.chance(0.7) ? 'base64' : 'base64url');
    return dice.chance(0.2) ? encoded.replace(/=+$/, '') : encoded;
  };
  const once = encode(plain);
  const value = dice.chance(0.15) ? encode(once) : once;
  return { ...item, before: dice.chance(0.15) ? 'data:text/plain;base64,' : '', value, after: '' };
}

const CUES: Readonly<Record<string, string>> = { ssn: 'SSN', phone: 'phone', key: 'api_key' };

/** Percent-escapes (RFC 3986) for signs only, for some characters, or for all; now and then escaped twice. */
export function toPercent(dice: Dice, value: string): string {
  const chosen = dice.pick([/[^A-Za-z0-9]/g, /[\s\S]/g, /[0-9@%]/g]);
  const escaped = Array.from(value, (unit) => (unit.match(chosen) ? percent(dice, unit) : unit)).join('');
  const certain = escaped === value ? Array.from(value, (unit) => percent(dice, unit)).join('') : escaped;
  return dice.chance(0.15) ? certain.replaceAll('%', '%25') : certain;
}

function percent(dice: Dice, unit: string): string {
  const hex = Buffer.from(unit).toString('hex').replace(/../g, '%$&');
  return dice.chance(0.5) ? hex.toUpperCase() : hex;
}

/** One space after every character, between pairs, or round the signs. Only a word beside it then tells some. */
export function spaceOut(dice: Dice, item: Item): Item | undefined {
  if (!SPACED.has(item.entity)) return undefined;
  const needsCue = item.needsCue || item.entity === 'ssn' || item.entity === 'phone';
  const isByShape = item.entity === 'email' || item.entity === 'ip';
  const bare = isByShape ? item.value : item.value.replace(/[\s.\u2010-\u2013-]/g, '');
  const spread = [...bare].join(' ');
  const value = isByShape
    ? dice.pick([spread, bare.replace(/[@.:]+/g, ' $& ')])
    : dice.pick([spread, bare.replace(/.{2}(?=.)/gu, '$& ')]);
  return { ...item, value: value === item.value ? spread : value, needsCue };
}

/** Line breaks as mail, terminals and editors put them: at a place or two, with indentation or a soft break. */
export function breakLines(dice: Dice, value: string, item: Item): string {
  const sign = dice.pick(['\n', '\n', '\r\n', '\n  ', '=\r\n', '\n> ']);
  const units = [...value];
  const first = 1 + dice.below(units.length - 1);
  const breaks = new Set([first]);
  if (item.value.length > 20 && dice.chance(0.3)) breaks.add(1 + dice.below(units.length - 1));
  return units.map((unit, at) => (breaks.has(at) ? sign + unit : unit)).join('');
}

/** `\u0041` and its kin, for all characters or some. */
export function toUnicodeEscapes(dice: Dice, value: string): string {
  const write = dice.pick<(unit: string) => string>([
    (unit) => `\\u${hexOf(unit, 4)}`,
    (unit) => `\\u${hexOf(unit, 4).toUpperCase()}`,
    (unit) => `\\x${hexOf(unit, 2)}`,
    (unit) => `\\u{${hexOf(unit, 1)}}`,
  ]);
  return escapeSome(dice, value, write);
}

/** Character references (HTML, section 13.5), decimal or hexadecimal, for all characters or some. */
export function toEntities(dice: Dice, value: string): string {
  const write = dice.pick<(unit: string) => string>([
    (unit) => `&#${unit.codePointAt(0)};`,
    (unit) => `&#x${hexOf(unit, 1)};`,
    (unit) => `&#0${unit.codePointAt(0)};`,
  ]);
  return escapeSome(dice, value, write);
}

function escapeSome(dice: Dice, value: string, write: (unit: string) => string): string {
  const share = dice.pick([1, 0.4]);
  const signs = /[@.:-]/;
  const onlySigns = signs.test(value) && dice.chance(0.3);
  const units = [...value];
  const certain = dice.below(units.length);
  return units
    .map((unit, at) => {
      const isChosen = onlySigns ? signs.test(unit) : at === certain || dice.chance(share);
      return isChosen && unit.length === 1 && unit.charCodeAt(0) < 0x80 ? write(unit) : unit;
    })
    .join('');
}

function hexOf(unit: string, width: number): string {
  return (unit.codePointAt(0) ?? 0).toString(16).padStart(width, '0');
}
