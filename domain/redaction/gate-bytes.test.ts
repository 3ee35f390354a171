import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { fitsSafeGrammar } from '../contract/safe-grammar.ts';
import { isPlainCode } from './gate-bytes.ts';
import { DEFAULT_KEYS } from './key-patterns.ts';
import { createTextRedactor } from './text-redactor.ts';

/** One for each hint of a credential, and every other sign that the gate looks for. */
const SIGNS = [
  ...DEFAULT_KEYS.flatMap(({ hints }) => hints),
  ...[
    'eyJ',
    '-----BEGIN',
    'hooks.slack',
    'bearer',
    'BeArEr',
    'a@b.co',
    ' @ ',
    'pwd:',
    'Token" = ',
    's://u:p@h',
  ],
  ...[
    ' ::1',
    'authorization',
    '%40',
    '\\u0040',
    '&#64;',
    '[at]',
    'YWRhQGV4YW1wbGUuY29t',
    'a d a @ x . c o m',
  ],
];
/** Numbers that a rule may take, written in several ways. */
const NUMBERS = [
  ...[
    '4155550132',
    '415-555-0132',
    '4 1 5 5 5 5 0',
    '192.0.2.1',
    'DE89 3704',
    'de8937',
    'xx IBANDE89',
    'GB-8-2',
  ],
  ...[
    '½ ½ ½ ½ 12',
    '41é55’55ß012',
    'DÉ89',
    '4\u200b155550',
    '12…1.2',
    '41555¼',
    'Nº 4155550',
    'İBANGB85ABCDEFGHIJKLMNOPQR',
    'ıbanGB85ABCDEFGHIJKLMNOPQR',
    'IBÁNGB85ABCDEFGHIJKLMNOPQR',
    'ÍBANPK21SCBL0001ABCDEFGH12XY',
  ],
];
/** Numbers that a rule takes as they stand. */
const FOUND = [
  ...['+1 415 555 0132', '(415) 555-0132', 'tel 4155550132', '192.0.2.1', 'DE89370400440532013000'],
  ...['4111 1111 1111 1111', '030 901820', '415-555-0132'],
];
const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(...SIGNS, ...NUMBERS),
    fc.constantFrom(
      'sk',
      'gh',
      'be',
      'hook',
      '-',
      '/',
      '1',
      ' ',
      'ear',
      '.',
      '47',
      '123',
      'DE',
      'IBAN',
      'at ',
    ),
    fc.constantFrom('GB85ABCDEFGHIJKLMNOPQR', 'PK21SCBL0001ABCDEFGH12XY', 'İBAN', 'ıban', 'IBÁN'),
    fc.constantFrom(
      '%34',
      '%2e',
      '\\u0040',
      '&#64;',
      '&commat;',
      'YWRhQGV4YW1wbGUuY29t',
      ' (at) ',
      ' dot ',
      ' at ',
    ),
    fc.constantFrom(
      'ada',
      'example',
      'com',
      '\n',
      '\n> ',
      ' . ',
      '1 9 2 ',
      '192',
      '123-45-6789',
      '41+11',
      '0 ',
    ),
    fc.constantFrom('é', 'Ż', 'ß', '’', '–', '…', '\u00a0', '\u00ad', '\u200b', '²', '€'),
    fc.string({ maxLength: 6 }),
  ),
  { maxLength: 10 },
);
const redactor = createTextRedactor();
const { isPlainText } = redactor;

function plain(gate: typeof isPlainText, text: string): boolean {
  const bytes = Buffer.from(`x${text}y`);
  return gate(bytes, 1, bytes.length - 1);
}

test('text that passes is text in which no rule finds anything', () => {
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join('');
      if (!plain(isPlainText, text)) return;
      assert.equal(redactor.detects(text), false, JSON.stringify(text));
    }),
    { numRuns: 5_000 },
  );
});

test('bytes that pass are well-formed', () => {
  const bytes = fc.array(fc.constantFrom(0x41, 0x80, 0xa9, 0xbf, 0xc2, 0xc3, 0xc5, 0xe2, 0x20), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(bytes, (sequence) => {
      const text = Uint8Array.from(sequence);
      if (isPlainText(text, 0, text.length)) assert.equal(isUtf8(text), true);
    }),
    { numRuns: 5_000 },
  );
});

test('every sign is seen by itself and inside a text', () => {
  for (const sign of [...SIGNS, ...FOUND]) {
    assert.equal(plain(isPlainText, sign), false, sign);
    assert.equal(plain(isPlainText, `some words ${sign} and more`), false, sign);
  }
  for (const sign of SIGNS) assert.equal(plain(isPlainText, `ghsk-beahoo ${sign}`), false, sign);
});

test('prose passes, with small numbers, accents and the signs of typeset text', () => {
  for (const text of [
    '',
    'score below threshold',
    'rule 4 of them, and rule 5',
    'a/b, c - d',
    'gh be sk hoo',
    'conversation 123456, turn 12 of 20',
    'version 1.12.3, then 99.5 percent of 40',
    'the customer’s “last” message on 12 May',
    'a dash – and more…',
    'naïve façade, Größe, złoty',
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
