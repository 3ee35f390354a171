import type { Dice } from '../../../support/fuzz/dice.ts';
import type { Fact } from '../document.ts';
import { ALNUM, DIGITS, drawBetween, drawFrom, groupBy, HEX, LOWER, UPPER } from '../draw-text.ts';
import { drawFailingLuhn } from '../entities/make-card.ts';
import { makeWrongIban } from '../entities/make-iban.ts';
import type { Locale } from '../locales/locale.ts';
import { drawSecond, drawUuid, drawVersion } from './noise.ts';

const pad = (number: number, width = 2) => String(number).padStart(width, '0');

/** What the issue names first; each comes up as often as all the rest together. */
const NAMED: Readonly<Record<string, (dice: Dice, locale: Locale) => string>> = {
  hash: (dice) => drawFrom(dice, HEX, dice.pick([7, 32, 40, 64, 128])),
  'hash with its name': (dice) => `sha256:${drawFrom(dice, HEX, 64)}`,
  'hash in capitals': (dice) => drawFrom(dice, HEX, 40).toUpperCase(),
  uuid: drawUuid,
  'uuid in capitals': (dice) => drawUuid(dice).toUpperCase(),
  'uuid of digits': (dice) => groupBy(drawFrom(dice, DIGITS, 32), [8, 4, 4, 4, 12], '-'),
  version: (dice) => `${dice.pick(['', '', 'v', 'V'])}${drawVersion(dice)}`,
  'version with suffix': (dice) =>
    `${drawVersion(dice)}-${dice.pick(['rc.1', 'beta.12', 'alpha'])}+${drawFrom(dice, HEX, 7)}`,
  'version of a package': (dice) => `${drawFrom(dice, LOWER, 6)}@${drawVersion(dice)}`,
  timestamp: (dice) => new Date(drawSecond(dice) * 1_000 + dice.below(1_000)).toISOString(),
  'timestamp with offset': (dice) =>
    `${new Date(drawSecond(dice) * 1_000).toISOString().slice(0, 19)}+0${dice.below(10)}:00`,
  'timestamp in mail': (dice) => new Date(drawSecond(dice) * 1_000).toUTCString(),
  'timestamp compact': (dice) => new Date(drawSecond(dice) * 1_000).toISOString().replace(/[-:]|\.\d+/g, ''),
  'seconds since 1970': (dice) => `${drawSecond(dice)}`,
  'milliseconds since 1970': (dice) => `${drawSecond(dice)}${pad(dice.below(1_000), 3)}`,
  'nanoseconds since 1970': (dice) => `${drawSecond(dice)}${drawFrom(dice, DIGITS, 9)}`,
  'local day': (dice, { day }) => fillDay(dice, dice.pick(day)),
  'local day and time': (dice, { day }) =>
    `${fillDay(dice, dice.pick(day))} ${pad(dice.below(24))}:${pad(dice.below(60))}:${pad(dice.below(60))}`,
  price: (dice, { price }) =>
    price(dice.pick([dice.below(1_000), dice.below(9_000_000)]), pad(dice.below(100))),
  'prices in a row': (dice, { price }) =>
    [1, 2, 3].map(() => price(dice.below(90_000), pad(dice.below(100)))).join(' + '),
  coordinates: (dice) => `${coordinate(dice, 90)}, ${coordinate(dice, 180)}`,
  'coordinates as fields': (dice) => `lat=${coordinate(dice, 90)} lon=${coordinate(dice, 180)}`,
  'coordinates in degrees': (dice) =>
    `${dice.below(90)}°${pad(dice.below(60))}′${pad(dice.below(60))}″N ${dice.below(180)}°${pad(dice.below(60))}′${pad(dice.below(60))}″E`,
  'order number': (dice) => drawFailingLuhn(dice, drawFrom(dice, DIGITS, dice.pick([13, 15, 16, 16, 19]))),
  'order number like a card': (dice) => drawFailingLuhn(dice, `4${drawFrom(dice, DIGITS, 15)}`),
  'order number in groups': (dice) =>
    groupBy(drawFailingLuhn(dice, drawFrom(dice, DIGITS, 16)), [4, 4, 4, 4], dice.pick([' ', '-'])),
  'order number of ten digits': (dice) => `#${drawFrom(dice, DIGITS, 10)}`,
};

const OTHERS: Readonly<Record<string, (dice: Dice, locale: Locale) => string>> = {
  'build number': (dice) => `build ${drawBetween(dice, 1, 99_999)}.${drawBetween(dice, 1, 99)}`,
  'dated build': (dice) =>
    `2026.${pad(1 + dice.below(12))}.${pad(1 + dice.below(28))}-${drawBetween(dice, 1, 9_999)}`,
  'build of four parts': (dice) =>
    `10.0.${drawBetween(dice, 19_041, 26_100)}.${drawBetween(dice, 256, 4_000)}`,
  'invoice number': (dice) => `INV-2026-${pad(dice.below(1_000_000), 6)}`,
  'parcel number': (dice) => `1Z${drawFrom(dice, UPPER + DIGITS, 6)}${drawFrom(dice, DIGITS, 10)}`,
  isbn: (dice) => `ISBN 978-3-${drawFrom(dice, DIGITS, 2)}-${drawFrom(dice, DIGITS, 6)}-${dice.below(10)}`,
  doi: (dice) => `10.1000/${drawFrom(dice, DIGITS, 4)}.${drawFrom(dice, DIGITS, 5)}`,
  'object id': (dice) => `1.3.6.1.4.1.${drawBetween(dice, 1, 60_000)}.2.1`,
  arn: (dice) => `arn:aws:s3:::bucket-${drawFrom(dice, LOWER, 5)}/2026/${pad(1 + dice.below(12))}`,
  pod: (dice) => `api-${drawFrom(dice, HEX, 10)}-${drawFrom(dice, `${LOWER}${DIGITS}`, 5)}`,
  integrity: (dice) => `sha512-${dice.bytes(64).toString('base64')}`,
  pixels: (dice) => `data:image/png;base64,iVBORw0KGgo${dice.bytes(60).toString('base64')}`,
  'media access': (dice) => groupBy(drawFrom(dice, HEX, 12), [2, 2, 2, 2, 2, 2], ':'),
  fingerprint: (dice) => groupBy(drawFrom(dice, HEX, 40).toUpperCase(), Array(20).fill(2), ':'),
  address: (dice) => `0x${drawFrom(dice, HEX, dice.pick([8, 12, 16]))}`,
  fraction: (dice) => `0.${drawFrom(dice, DIGITS, dice.pick([6, 16, 17]))}`,
  vector: (dice) =>
    `[${[1, 2, 3, 4].map(() => `${dice.pick(['', '-'])}0.${drawFrom(dice, DIGITS, 8)}`).join(', ')}]`,
  range: (dice) =>
    `${pad(dice.below(24))}:00-${pad(dice.below(24))}:30, pp. ${dice.below(100)}-${100 + dice.below(99)}`,
  'scoped name': (dice) => `std::chrono::v${dice.below(9)}, @scope/pkg, Foo::bar, x::y`,
  'scoped package': (dice) => `@scope/${drawFrom(dice, LOWER, 5)}@^${drawVersion(dice)}`,
  image: (dice) => `registry.example/app:${drawVersion(dice)}@sha256:${drawFrom(dice, HEX, 64)}`,
  'secret by name only': (dice) =>
    dice.pick([
      'password: required',
      'token expired',
      'max_tokens=4096',
      'the secret is out',
      'bearer authentication',
      'api key missing',
      'password=<unset>',
    ]),
  'public id': (dice) => `${dice.pick(['cus', 'pi', 'evt', 'ord', 'req'])}_${drawFrom(dice, ALNUM, 24)}`,
  etag: (dice) => `W/"${drawFrom(dice, HEX, 16)}"`,
  bytes: (dice) => `${drawBetween(dice, 1, 9_999)} of ${drawBetween(dice, 100_000, 9_999_999)} bytes`,
  measure: (dice) =>
    `${dice.below(9_000)}.${dice.below(90)} ms, ${dice.below(100)}.${dice.below(10)} %, ${dice.below(50)} °C`,
  'not a social security number': (dice) =>
    `${dice.pick(['000', '666', '900', '999'])}-${drawFrom(dice, DIGITS, 2)}-${drawFrom(dice, DIGITS, 4)}`,
  'not an IBAN': makeWrongIban,
  'span id in decimal': (dice) => drawFailingLuhn(dice, drawFrom(dice, DIGITS.slice(1), 19)),
  path: (dice) => `/var/lib/app/${dice.below(3_000)}/${drawFrom(dice, HEX, 2)}/${drawFrom(dice, HEX, 38)}`,
  'plain URL': (dice) => `https://shop.example/p/${dice.below(90_000)}?page=${dice.below(9)}&sort=asc#top`,
};

/** What a redactor that decodes and folds must also leave alone. */
const ENCODED: Readonly<Record<string, (dice: Dice, locale: Locale) => string>> = {
  'sentence in base64': (dice, { filler }) => Buffer.from(dice.pick(filler)).toString('base64'),
  'record in base64': (dice) =>
    Buffer.from(`Order:${dice.below(1_000_000)}:${drawVersion(dice)}`).toString('base64'),
  'bytes in base64': (dice) => dice.bytes(drawBetween(dice, 16, 60)).toString('base64'),
  'sentence in percent': (dice, { filler }) => encodeURIComponent(dice.pick(filler)),
  'sentence in unicode escapes': (dice, { filler }) =>
    dice.pick(filler).replace(/[^ -~]|[aeiou]/g, (unit) => `\\u${pad4(unit)}`),
  'sentence in HTML entities': (dice, { filler }) =>
    dice.pick(filler).replace(/[^ -~]|[aeiou]/g, (unit) => `&#${unit.charCodeAt(0)};`),
  'sentence with soft hyphens': (dice, { filler }) =>
    dice.pick(filler).replace(/(\p{L}{4})(?=\p{L})/gu, '$1\u00ad'),
  'sentence in full width': (dice) => `ＶＥＲＳＩＯＮ ${dice.below(9)}．${dice.below(9)}．${dice.below(9)}`,
  'other script': (dice) =>
    dice.pick(['версия готова', 'η έκδοση είναι έτοιμη', 'النسخة جاهزة', 'संस्करण तैयार है']),
  'digits of another script': (dice) => dice.pick(['١٢٣٤', '۱۴۰۴', '२०२६', '๒๕๖๙']),
  'counted in spaces': (dice) => Array.from({ length: 9 + dice.below(9) }, (_, at) => at + 1).join(' '),
  'row of bits': (dice) => [...drawFrom(dice, '01', 12 + dice.below(12))].join(' '),
  'broken lines': (dice) => `${drawVersion(dice)}\n${dice.below(9_000)}\n${drawVersion(dice)}`,
};

/** Something that looks like a value and is none. */
export function makeFact(dice: Dice, locale: Locale): Fact {
  const facts = dice.chance(0.5) ? NAMED : dice.pick([OTHERS, OTHERS, ENCODED]);
  const form = dice.pick(Object.keys(facts));
  const text = facts[form]?.(dice, locale);
  if (text === undefined) throw new Error(`no fact ${form}`);
  return { form, text };
}

function pad4(unit: string): string {
  return unit.charCodeAt(0).toString(16).padStart(4, '0');
}

function coordinate(dice: Dice, limit: number): string {
  return `${dice.pick(['', '-'])}${dice.below(limit)}.${drawFrom(dice, DIGITS, 4 + dice.below(4))}`;
}

function fillDay(dice: Dice, day: string): string {
  const parts: Readonly<Record<string, string>> = {
    y: String(drawBetween(dice, 2019, 2026)),
    m: pad(drawBetween(dice, 1, 12)),
    d: pad(drawBetween(dice, 1, 28)),
  };
  return day.replace(/\{([ymd])\}/g, (_, part: string) => parts[part] ?? '');
}
