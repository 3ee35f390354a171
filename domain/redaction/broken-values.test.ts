import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTextRedactor } from './text-redactor.ts';

const redactor = createTextRedactor();

/** Values of nobody, over line ends, and what the text must become. */
const BROKEN: readonly (readonly [name: string, text: string, redacted: string])[] = [
  ['a local part over two line ends', 'to s.la\nnter\nn@example.com now', 'to [EMAIL] now'],
  ['a local part that ends with a sign', 'is walnut+\nharbour57@example.org.', 'is [EMAIL].'],
  ['a local part that goes on with a sign', 'to meadow\n+oak\n99@example.com, please', 'to [EMAIL], please'],
  ['an address and the word behind it', 'mail jane@exam\nple.com\nthen call', 'mail [EMAIL]\nthen call'],
  ['an IBAN between other lines', 'iban: DE89\n370400440\n532013000\nref: 1', 'iban: [IBAN]\nref: 1'],
  ['a card between other lines', 'no 4111\n11111111\n1111\n    at new Order', 'no [CARD]\n    at new Order'],
  ['credentials of a URL', 'redis://app:\n> Q7x%3A\n> 1P09t@localhost/a', 'redis://[TOKEN]@localhost/a'],
  ['a Basic header', '[Authorization: Basic dXNlcjpw\nYXNzd29yZDE=] ok', '[Authorization: Basic [TOKEN] ok'],
  [
    'a key that only a word tells',
    'the token is pXaqlqpNGxYYKhoODT\nm6qnUZubSrbKd\nYmynK\n  at f',
    'the token is [TOKEN]\n  at f',
  ],
  ['a number whose beginning is one', 'tel. 0048601\r\n128855 today', 'tel. [PHONE] today'],
  ['a number that looks like no day', '« 02.61.91\n> .66.37 »', '« [PHONE] »'],
];

/** Line ends between a value and what is none of it. */
const APART: readonly (readonly [name: string, text: string, redacted: string])[] = [
  ['a word before an address', 'write to\njane@example.com', 'write to\n[EMAIL]'],
  ['words in a list with an address', 'apple\nbanana\njane@example.com', 'apple\nbanana\n[EMAIL]'],
  ['a year behind a number', 'call 030 901820\n2026 was good', 'call [PHONE]\n2026 was good'],
  ['a name behind a key', `api_key=Zx8Kq2Lm9Pv4Rt7W\nuser=app`, 'api_key=[TOKEN]\nuser=app'],
  ['a sentence and a version', 'as of rule 12.\n1.2.3 is out', 'as of rule 12.\n1.2.3 is out'],
];

describe('a value that is broken over lines is found whole, and nothing beside it', () => {
  for (const [name, text, redacted] of [...BROKEN, ...APART])
    it(name, () => assert.equal(redactor.redact(text).text, redacted));
});
