import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createDice } from '../../../support/fuzz/dice.ts';
import { ENTITIES } from '../document.ts';
import { makeItem } from '../entities/make-item.ts';
import { EVASIONS } from './evasions.ts';
import { LOOK_ALIKES, ZEROS } from './look-alikes.ts';

const compact = (text: string) => text.replace(/[\s.\u2010-\u2013-]/g, '');
const fromCode = (hex: string) => String.fromCodePoint(Number.parseInt(hex, 16));
const plainOf = new Map(
  Object.entries(LOOK_ALIKES).flatMap(([plain, alike]) => [...alike].map((unit) => [unit, plain] as const)),
);

/** What a reader does to see the value again; several answers where it may have been done twice. */
const UNDO: Readonly<Record<string, (text: string, value: string) => readonly string[]>> = {
  'zero-width': (text) => [text.replace(/\p{Default_Ignorable_Code_Point}/gu, '')],
  'full-width': (text) => [text.replace(/[\uff01-\uff5e]/g, (wide) => wide.normalize('NFKC'))],
  homoglyph: (text, value) => [
    Array.from(text, (unit, at) => (unit === [...value][at] ? unit : plainUnit(unit))).join(''),
  ],
  base64: (text, value) => {
    const once = Buffer.from(text, 'base64').toString();
    return [once, Buffer.from(once, 'base64').toString()].map((plain) =>
      plain.includes(value) ? value : plain,
    );
  },
  percent: (text) => [decodePercent(text), decodePercent(decodePercent(text))],
  spaces: (text) => [compact(text)],
  'line breaks': (text) => [text.replace(/=?\r?\n(?: {2}|> )?/g, '')],
  'unicode escapes': (text) => [
    text.replace(/\\(?:u\{(\w+)\}|u(\w{4})|x(\w{2}))/g, (_, a, b, c) => fromCode(a ?? b ?? c)),
  ],
  'HTML entities': (text) => [
    text
      .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
      .replace(/&#x(\w+);/g, (_, hex) => fromCode(hex)),
  ],
};

describe('a disguise can be seen through', () => {
  for (const [name, disguise] of Object.entries(EVASIONS)) {
    it(name, () => {
      const dice = createDice(5);
      let seen = 0;
      for (let round = 0; round < 400; round++) {
        const item = makeItem(dice, dice.pick(ENTITIES), 'de');
        // Breaks cannot be told from the lines that a key block has anyway.
        if (item.value.includes('\n')) continue;
        const disguised = disguise(dice, item);
        if (disguised === undefined) continue;
        seen++;
        assert.notEqual(disguised.value, item.value);
        const expected = name === 'spaces' ? compact(item.value) : item.value;
        const undone = UNDO[name]?.(disguised.value, item.value) ?? [];
        assert.ok(undone.includes(expected), `${item.form}: ${disguised.value} → ${undone.join(' | ')}`);
      }
      assert.ok(seen > 200, `${seen} disguised`);
    });
  }
});

/** A single sign that is no escape stays. */
function decodePercent(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => decodeURIComponent(escaped));
}

function plainUnit(unit: string): string {
  const code = unit.codePointAt(0) ?? 0;
  const zero = ZEROS.find((first) => code >= first && code < first + 10);
  return zero === undefined ? (plainOf.get(unit) ?? unit) : String(code - zero);
}
