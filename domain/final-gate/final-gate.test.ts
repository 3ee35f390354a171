import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTextRedactor } from '../redaction/text-redactor.ts';
import { BLANKED, type GateRule, seeKey, seeLeak } from './final-gate.ts';

function see(text: string): GateRule | null {
  const bytes = Buffer.from(text, 'utf8');
  return seeLeak(bytes, 0, bytes.length);
}

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
const SEEN: readonly [GateRule, readonly string[]][] = [
  [
    'email',
    ['jane@example.com', 'a.b+c@mail.example.co.uk', '"x"<jo9@ex-ample.org>', 'mailto:jo@example.com?x'],
  ],
  [
    'card',
    [
      '4111111111111111',
      '4111 1111 1111 1111',
      '5500-0000-0000-0004',
      '3782 822463 10005',
      '30 4111 1111 1111 1111 12',
    ],
  ],
  [
    'iban',
    [
      'DE89370400440532013000',
      'DE89 3704 0044 0532 0130 00',
      'GB82 WEST 1234 5698 7654 32',
      'NL91ABNA0417164300',
    ],
  ],
  ['access-key', ['AKIAIOSFODNN7EXAMPLE']],
  ['source-key', ['ghp_0123456789abcdefghij0123', 'ghs_abcdefghij0123456789abcdef']],
  ['jwt', [JWT, `Bearer ${JWT}`]],
  [
    'private-key',
    [
      '-----BEGIN PRIVATE KEY-----',
      '-----BEGIN RSA PRIVATE KEY-----\nMIIB',
      '-----BEGIN PGP PRIVATE KEY BLOCK-----',
    ],
  ],
  ['url-password', ['postgres://jo:secret@db.example/x', 'https://u:p@h']],
];

for (const [rule, texts] of SEEN) {
  test(`the gate sees ${rule} wherever it stands`, () => {
    for (const text of texts)
      for (const around of [
        text,
        `see ${text}`,
        `${text}, and so on`,
        `"${text}"`,
        `a\n${text}\nb`,
        `(${text})`,
      ])
        assert.equal(see(around), rule, around);
  });
}

const PASSED = [
  ...[
    '',
    'the score was below the threshold',
    BLANKED,
    '[EMAIL] [CARD] [IBAN] [TOKEN] [IP] [PHONE]',
    'a@b',
    '@example.com',
  ],
  ...[
    '4111 1111 1111 1112',
    '1234567890123456',
    'order 4111111111111111x',
    '0.4111111111111111',
    'x4111111111111111',
  ],
  ...[
    '41111111-1111-1111-1111-111111111111',
    '12345678-1234-1234-1234-4111111111111111',
    '2026-11-21 16:00:00',
    '1795280000000',
  ],
  ...[
    'DE88 3704 0044 0532 0130 00',
    'XDE89370400440532013000',
    'DE89 3704',
    'DE89370400440532013000A',
    'AKIA',
    'xAKIAIOSFODNN7EXAMPLE',
  ],
  ...[
    'ghp_short',
    'gh_0123456789abcdefghij0123',
    'eyJ',
    'eyJabc.d',
    '-----BEGIN CERTIFICATE-----',
    '-----BEGIN PUBLIC KEY-----',
  ],
  ...[
    'https://example.com/a@b',
    'https://host:8080/x',
    'http://[TOKEN]@host',
    'ünïcödé 日本語 😀',
    'a : b',
    '://',
    '9'.repeat(40),
  ],
];

test('the gate passes what is none of it, and the markers of redaction', () => {
  for (const text of PASSED) assert.equal(see(text), null, text);
});

test('in a code only keys and tokens count: numbers of requests pass for cards too often', () => {
  const seeCode = (text: string) => seeKey(Buffer.from(text), 0, text.length);
  assert.equal(seeCode('4111111111111111'), null);
  assert.equal(seeCode('AKIAIOSFODNN7EXAMPLE'), 'access-key');
  assert.equal(seeCode('ghp_0123456789abcdefghij0123'), 'source-key');
  assert.equal(seeCode(JWT), 'jwt');
});

test('only what lies between start and end is looked at', () => {
  for (const [, texts] of SEEN)
    for (const text of texts) {
      const bytes = Buffer.from(`${text}${text}`);
      const middle = Math.floor(text.length / 2);
      for (let end = 0; end <= middle / 2; end++)
        assert.equal(seeLeak(bytes, 0, end), null, `${text} to ${end}`);
    }
});

const NEAR = [
  ...SEEN.flatMap(([, texts]) => texts),
  ...PASSED,
  '://',
  '@',
  ':',
  '/',
  '-',
  ' ',
  '.',
  '_',
  '1',
  '41',
  'DE',
  'eyJ',
  'ä',
  '\u200b',
  '４',
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...NEAR), fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 8 })
  .map((parts) => parts.join(''));

test('law: what the redactor has been through, the gate passes', () => {
  const redactor = createTextRedactor();
  fc.assert(
    fc.property(text, (dirty) => {
      const clean = redactor.redact(dirty).text;
      assert.equal(see(clean), null, clean);
    }),
    { numRuns: 5_000 },
  );
});

test('law: what the gate sees, the redactor finds', () => {
  const redactor = createTextRedactor();
  fc.assert(
    fc.property(text, (dirty) => {
      if (see(dirty) !== null) assert.ok(redactor.detects(dirty), dirty);
    }),
    { numRuns: 5_000 },
  );
});

test('a megabyte made to be read again and again takes no longer than prose', () => {
  const size = 1024 * 1024;
  const repeated = (part: string) => Buffer.from(part.repeat(Math.ceil(size / part.length)).slice(0, size));
  const timeOf = (bytes: Buffer) => {
    const before = process.cpuUsage();
    seeLeak(bytes, 0, bytes.length);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  for (const part of [
    'eyJ',
    'a@',
    'a@b',
    '://a:b',
    '4 ',
    '4111 ',
    'DE89 ',
    'AKIA',
    'ghp_1',
    '-----BEGIN ',
    'eyJ.',
    '1',
    'A1',
  ])
    assert.ok(timeOf(repeated(part)) < 1_000_000, part);
});
