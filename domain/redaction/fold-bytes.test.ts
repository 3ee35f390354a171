import assert from 'node:assert/strict';
import { Buffer, isUtf8 } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { foldBytes, foldedBytes, MALFORMED } from './fold-bytes.ts';
import { shapeOf } from './fold-code-point.ts';
import { foldText } from './fold-text.ts';

const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom('\ufdfa', '½', 'ﬃ', '\u200b', 'é', '４', '𝟗', '\u{e0020}', '漢', '—', 'x1'),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

function shapes(folded: string): number[] {
  return Array.from({ length: folded.length }, (_, at) => shapeOf(folded.charCodeAt(at)));
}

test('bytes fold to what their text folds to, unit by unit', () => {
  fc.assert(
    fc.property(text, (each) => {
      const bytes = Buffer.from(`é${each}x`);
      const count = foldBytes(bytes, 2, bytes.length - 1);
      const wellFormed = bytes.toString('utf8', 2, bytes.length - 1);
      assert.deepEqual([...foldedBytes().subarray(0, count)], shapes(foldText(wellFormed).text));
    }),
    { numRuns: 3_000 },
  );
});

test('what grows by folding has room', () => {
  const grown = '\ufdfa'.repeat(5_000);
  const bytes = Buffer.from(grown);
  assert.equal(foldBytes(bytes, 0, bytes.length), foldText(grown).text.length);
});

test('bytes are refused exactly when they are no UTF-8', () => {
  const byte = fc.constantFrom(
    ...[0x41, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xe2, 0xed, 0xef],
    ...[0xf0, 0xf4, 0xf5, 0xff],
  );
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 6 }), (sequence) => {
      const bytes = Uint8Array.from(sequence);
      assert.equal(foldBytes(bytes, 0, bytes.length) !== MALFORMED, isUtf8(bytes));
    }),
    { numRuns: 20_000 },
  );
});

test('every folded unit knows the code point it came from', () => {
  const { text: folded, originalStart, originalEnd } = foldText('a½\u200b𝟗b');
  assert.equal(folded, 'a1/29b');
  const places = Array.from(folded, (_, unit) => [originalStart(unit), originalEnd(unit)]);
  assert.deepEqual(places, [
    [0, 1],
    [1, 2],
    [1, 2],
    [1, 2],
    [3, 5],
    [5, 6],
  ]);
});
