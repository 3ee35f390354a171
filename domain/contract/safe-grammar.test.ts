import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fitsSafeGrammar, toSafeGrammar } from './safe-grammar.ts';

const CODES = [
  '',
  'checkout',
  'model.invoke',
  'eu-1',
  '1.4.0',
  'sha256:9f2c',
  'policies/content-safety',
  'req_01HV',
  '_unnamed',
  'a+b~c',
];
const REFUSED = [
  'two words',
  'jane@example.com',
  'Bearer abc',
  '{"a":1}',
  '+4915123456789',
  '-leading',
  'x'.repeat(201),
  'ümlaut',
  'line\nbreak',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln',
  'AKIAIOSFODNN7EXAMPLE',
  'ghp_abcdefghij0123456789abcd',
  'token:ghp_abcdefghij0123456789abcd',
  'v1/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
  'sk_live_abcdefghij0123456789',
  'Bearer:abcdef0123456789abcdef',
];

test('codes and ids fit', () => {
  for (const code of CODES) assert.ok(fitsSafeGrammar(code), JSON.stringify(code));
});

test('prose, addresses, headers and credentials do not', () => {
  for (const value of REFUSED) assert.ok(!fitsSafeGrammar(value), JSON.stringify(value));
});

const PERSONAL = [
  'jane@example.com',
  'owner jane@example.com',
  'call +49 1512 3456789',
  'for DE89 3704 0044 0532 0130 00',
  '4111 1111 1111 1111',
  'https://svc:pa55w0rdpa55@db.example/x',
];

test('what is personal is not translated: without its signs nothing would find it again', () => {
  for (const value of PERSONAL) assert.equal(toSafeGrammar(value), 'unsafe', JSON.stringify(value));
  assert.equal(toSafeGrammar('two words'), 'two_words');
});

test('whatever is translated fits, and a code stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (value) =>
      fitsSafeGrammar(toSafeGrammar(value)),
    ),
  );
  for (const code of CODES) assert.equal(toSafeGrammar(code), code);
});
