import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fitsSafeGrammar } from '../contract/safe-grammar.ts';
import { foldText } from './fold-text.ts';
import { isPlainCode, isPlainText } from './gate-bytes.ts';
import { gateText } from './gate-text.ts';

/** One for each alternative of CREDENTIAL_HINT and BEARER_HINT, and every other sign that the gate looks for. */
const SIGNS = [
  ...['eyJ', 'AKIA', 'ASIA', 'AIza', 'gho_', 'ghp_', 'ghs_', 'ghu_', 'ghr_', 'github_pat_', 'glpat-', 'sk-'],
  ...[
    'sk_',
    'rk_',
    'pk_',
    'xox',
    'npm_',
    'hf_',
    'SG.',
    'ya29.',
    '-----BEGIN',
    'hooks.slack',
    'bearer',
    'BeArEr',
  ],
  ...['4711', '1.2.3.4', '1 - 2', '@', ':', '=', '//', '::', 'ä', '４２', '\u200b', '\ud83d\ude00'],
];
const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(...SIGNS),
    fc.constantFrom('sk', 'gh', 'be', 'hook', '-', '/', '1', ' ', 'ear'),
    fc.string({ maxLength: 6 }),
  ),
  { maxLength: 8 },
);

function plain(gate: typeof isPlainText, text: string): boolean {
  const bytes = Buffer.from(`x${text}y`);
  return gate(bytes, 1, bytes.length - 1);
}

test('text that passes is text in which no rule could find anything', () => {
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join('');
      if (plain(isPlainText, text)) assert.equal(gateText(foldText(text).text), 0, JSON.stringify(text));
    }),
    { numRuns: 3_000 },
  );
});

test('every sign is seen by itself and inside a text', () => {
  for (const sign of SIGNS) {
    assert.equal(plain(isPlainText, sign), false, sign);
    assert.equal(plain(isPlainText, `some words ${sign} and more`), false, sign);
    assert.equal(plain(isPlainText, `ghsk-beahook${sign}`), false, sign);
  }
});

test('prose passes, a lone digit included', () => {
  for (const text of [
    '',
    'score below threshold',
    'rule 4 of them, and rule 5',
    'a/b, c - d',
    'gh be sk hoo',
  ]) {
    assert.equal(plain(isPlainText, text), true, text);
  }
});

test('a code that passes fits the grammar of safe text', () => {
  const codes = fc.oneof(
    pieces.map((parts) => parts.join('')),
    fc.string({ unit: fc.constantFrom(...'abzAZ019._:/~+-'), maxLength: 220 }),
  );
  fc.assert(
    fc.property(codes, (code) => {
      if (plain(isPlainCode, code)) assert.equal(fitsSafeGrammar(code), true, JSON.stringify(code));
    }),
    { numRuns: 3_000 },
  );
});

test('ids as they are usual pass', () => {
  for (const code of ['', 'req-7f3a2c1e-9b1d-4c55-8e0a-1234567890ab', 'model.invoke', 'urn:x/y~1+2', '_a'])
    assert.equal(plain(isPlainCode, code), true, code);
  for (const code of ['-a', 'a b', 'a@b', 'a'.repeat(201), 'ä', 'http://x'])
    assert.equal(plain(isPlainCode, code), false, code);
});
