import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodeBook, KnownCodes } from './code-cells.ts';

const bytesOf = (text: string) => Buffer.from(text, 'utf8');

function learn(book: CodeBook, text: string): number {
  const bytes = bytesOf(text);
  return book.codeOf(bytes, 0, bytes.length);
}

test('known values have the codes that the book gives them, also after it has forgotten all of them', () => {
  const book = new CodeBook(() => true);
  const known = new KnownCodes(book, ['ALLOW', 'BLOCK']);
  assert.deepEqual([known.at(1), known.at(0), known.at(1)], [0, 1, 0]);
  for (let number = 0; number < 5_000; number++) learn(book, `value ${number}`);
  book.trim();
  assert.equal(book.size, 0);
  learn(book, 'somebody else came first');
  assert.equal(Buffer.from(book.valueOf(known.at(1))).toString('utf8'), 'BLOCK');
  assert.equal(known.at(1), learn(book, 'BLOCK'));
});

test('there is no code beyond the last value', () => {
  assert.throws(() => new KnownCodes(new CodeBook(() => true), ['A']).at(1), RangeError);
});
