import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { supplyCanaries } from '../supply-canaries.ts';
import { createByteSearch } from './byte-search.ts';
import { decodeEscapes } from './decode-escapes.ts';
import { patternsOf } from './patterns-of.ts';

const CORE = 'qzkvwhtrbnpmxd';
const search = createByteSearch(patternsOf(7, [CORE]));

function foundIn(bytes: Buffer): number[] {
  const ids = new Set<number>();
  for (const form of [bytes, ...decodeEscapes(bytes)]) search.scan(form, (id) => ids.add(id));
  return [...ids];
}

const escaped = (form: (hex: string, code: number) => string) =>
  [...CORE].map((sign) => form(sign.charCodeAt(0).toString(16), sign.charCodeAt(0))).join('');
const spelt: Readonly<Record<string, Buffer>> = {
  plain: Buffer.from(`see ${CORE}!`),
  capitals: Buffer.from(CORE.toUpperCase()),
  'UTF-16': Buffer.from(`see ${CORE}!`, 'utf16le'),
  hexadecimal: Buffer.from(Buffer.from(`see ${CORE}`).toString('hex')),
  'base64, no byte before': Buffer.from(Buffer.from(`${CORE}…`).toString('base64')),
  'base64, one byte before': Buffer.from(Buffer.from(`1${CORE}…`).toString('base64')),
  'base64, two bytes before': Buffer.from(Buffer.from(`12${CORE}…`).toString('base64')),
  base64url: Buffer.from(Buffer.from(`?>~${CORE}??>`).toString('base64url')),
  percent: Buffer.from(escaped((hex) => `%${hex}`)),
  'percent twice': Buffer.from(escaped((hex) => `%25${hex}`)),
  unicode: Buffer.from(escaped((hex) => `\\u00${hex}`)),
  'unicode in JSON': Buffer.from(JSON.stringify(escaped((hex) => `\\u00${hex}`))),
  'HTML decimal': Buffer.from(escaped((_, code) => `&#${code};`)),
  'HTML hexadecimal': Buffer.from(escaped((hex) => `&#x${hex};`)),
  'among bytes': Buffer.concat([Buffer.alloc(99, 0xff), Buffer.from(CORE), Buffer.alloc(99)]),
};

for (const [form, bytes] of Object.entries(spelt)) {
  test(`a value is found as ${form}`, () => assert.deepEqual(foundIn(bytes), [7]));
}

test('a part of a value is not the value, and a number is not found in a longer one', () => {
  assert.deepEqual(foundIn(Buffer.from(CORE.slice(1))), []);
  assert.deepEqual(foundIn(Buffer.from(CORE.slice(0, -1))), []);
  const numbers = createByteSearch(patternsOf(1, ['4111111111111111']));
  const hits: number[] = [];
  numbers.scan(Buffer.from('94111111111111111 4111111111111111'), (_, at) => hits.push(at));
  assert.deepEqual(hits, [18]);
});

test('a number in base64 is not taken for one that differs in its last digit', () => {
  const numbers = createByteSearch(patternsOf(1, ['447911123450']));
  for (const before of ['', '1', '12']) {
    const hits: number[] = [];
    for (const number of ['447911123451', '447911123450'])
      numbers.scan(Buffer.from(Buffer.from(`${before}${number} x`).toString('base64')), () => hits.push(1));
    assert.equal(hits.length, 1, `${before.length} bytes before`);
  }
});

test('what a plain search finds, the search of many finds, and nothing else', () => {
  const words = fc.array(fc.stringMatching(/^[a-c]{8,10}$/), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(words, fc.stringMatching(/^[a-c]{0,60}$/), (wanted, text) => {
      const many = createByteSearch(
        wanted.map((word, id) => ({ id, bytes: Buffer.from(word), isNumber: false })),
      );
      const ids = new Set<number>();
      many.scan(Buffer.from(text), (id) => ids.add(id));
      assert.deepEqual(
        [...ids].sort(),
        wanted.flatMap((word, id) => (text.includes(word) ? [id] : [])),
      );
    }),
  );
});

test('every canary is found as it is planted, whatever its kind and spelling', () => {
  const supply = supplyCanaries(2_000, 5);
  const planting = { route: 'kafka', place: 'rationale', topic: null } as const;
  while (supply.left() > 0)
    supply.plant({ ...planting, placeClass: supply.left() % 5 === 0 ? 'safe' : 'text' });
  const all = createByteSearch(supply.planted.flatMap(({ id, cores }) => patternsOf(id, cores)));
  for (const { id, kind, spelling, text } of supply.planted) {
    const ids = new Set<number>();
    const bytes = Buffer.from(`{"rationale":${JSON.stringify(text)}}`);
    for (const form of [bytes, ...decodeEscapes(bytes)]) all.scan(form, (found) => ids.add(found));
    assert.deepEqual([...ids], [id], `${kind} as ${spelling}`);
  }
});
