import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quoteIdentifier, quoteString, tokenizeSql } from './tokenize-sql.ts';

const cases: readonly (readonly [name: string, sql: string, tokens: readonly string[]])[] = [
  [
    'words, numbers and symbols',
    'SELECT a.b, 1.5e3',
    ['word:SELECT', 'word:a', 'symbol:.', 'word:b', 'symbol:,', 'number:1.5e3'],
  ],
  ['a string with both escapes', "'it''s \\' ; --'x", ["string:'it''s \\' ; --'", 'word:x']],
  ['quoted names', '"a""b" `c\\`d`', ['quoted:"a""b"', 'quoted:`c\\`d`']],
  ['comments of every kind', "a -- b\nc /* d ; ' */ e # f\ng #! h", ['word:a', 'word:c', 'word:e', 'word:g']],
  ['a heredoc', "$x$ it's ; $x$ y", ["string:$x$ it's ; $x$", 'word:y']],
  [
    'a placeholder',
    '{a:Array(Int8)}',
    ['symbol:{', 'word:a', 'symbol::', 'word:Array', 'symbol:(', 'word:Int8', 'symbol:)', 'symbol:}'],
  ],
  ['an unclosed string', "a 'b", ['word:a', "symbol:'", 'word:b']],
];
for (const [name, sql, tokens] of cases) {
  test(`${name} are read as written`, () => {
    assert.deepEqual(
      [...tokenizeSql(sql)].map((token) => `${token.kind}:${token.text}`),
      tokens,
    );
  });
}

test('brackets give depth, and count as outside themselves', () => {
  const depths = [...tokenizeSql('a(b[c{d}])e')].map((token) => `${token.text}${token.depth}`).join(' ');
  assert.equal(depths, 'a0 (0 b1 [1 c2 {2 d3 }2 ]1 )0 e0');
});

test('a quoted keyword is no keyword', () => {
  assert.deepEqual(
    [...tokenizeSql('select "select" \'select\'')].map((token) => token.keyword),
    ['SELECT', '', ''],
  );
});

test('whatever is quoted is one token, and tokens cover the text in order', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, any) => {
      assert.deepEqual(
        [...tokenizeSql(`${quoteString(text)} x`)].map((token) => token.kind),
        ['string', 'word'],
      );
      assert.deepEqual(
        [...tokenizeSql(`${quoteIdentifier(text)} x`)].map((token) => token.kind),
        ['quoted', 'word'],
      );
      let end = 0;
      for (const token of tokenizeSql(any)) {
        assert.ok(token.start >= end && any.slice(token.start, token.end) === token.text);
        end = token.end;
      }
    }),
  );
});
