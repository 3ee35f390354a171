import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createRules } from './create-rules.ts';
import { joinSpans } from './cut-spans.ts';
import { DEFAULT_RULESET } from './default-ruleset.ts';
import { findInLayers } from './find-in-layers.ts';
import { foldText } from './fold-text.ts';
import { createGate } from './gate-bytes.ts';
import { EVERY_GATE } from './gate-text.ts';
import { createTextRedactor } from './text-redactor.ts';

const redactor = createTextRedactor();
const rules = createRules(DEFAULT_RULESET);
const { gate } = createGate(DEFAULT_RULESET);
const digits = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((each) => each.join(''));

/** Digits with the check digit of ISO/IEC 7812 appended. */
function withLuhn(payload: string): string {
  for (let check = 0; check < 10; check++) {
    const all = payload + check;
    let sum = 0;
    for (const [at, digit] of [...all].reverse().entries()) {
      const value = Number(digit) * ((at % 2) + 1);
      sum += value > 9 ? value - 9 : value;
    }
    if (sum % 10 === 0) return all;
  }
  return payload;
}

const card = fc
  .tuple(digits(14), fc.constantFrom('', ' ', '-', '.'))
  .map(([rest, gap]) => (withLuhn(`4${rest}`).match(/.{4}/g) ?? []).join(gap));
const germanIban = digits(18).map((bban) => {
  const check = 98n - (BigInt(`${bban}131400`) % 97n);
  return `DE${String(check).padStart(2, '0')}${bban}`;
});
const ipv4 = fc.ipV4();
// `::` is the any-address and `a::b` is as often code as an address: neither is an address here.
const ipv6 = fc.ipV6().filter((ip) => /\d/.test(ip) || ip.replaceAll(/[:.]/g, '').length >= 4);
const email = fc
  .tuple(fc.stringMatching(/^[a-z0-9][a-z0-9._+-]{0,20}[a-z0-9]$/), fc.domain())
  .map(([local, domain]) => `${local}@${domain}`);
const phone = digits(7).map((rest) => `+1 415 ${rest.slice(0, 3).replace(/^[01]/, '5')} ${rest.slice(3)}`);
const token = fc.stringMatching(/^[A-Za-z0-9]{30}$/).map((key) => `ghp_${key}1`);
const planted = fc.oneof(card, germanIban, ipv4, ipv6, email, phone, token);

/** Ends of words, so that the planted value is a value and not the middle of another one. */
const surrounding = fc.oneof(
  fc.constantFrom('', 'see: ', '\n', '(', '"', '— ', '価格 ', '<', '\u200b '),
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => `${text} \n; `),
);

/** Pieces that rules look for, put together at random: far more likely to collide than plain strings. */
const fragments = fc
  .array(
    fc.oneof(
      planted,
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(
        '@',
        ':',
        '::',
        '=',
        '.',
        '-',
        ' ',
        '"',
        '://',
        '+',
        '(',
        ')',
        'password=',
        'token:',
        'Bearer ',
      ),
      fc.constantFrom(
        '[EMAIL]',
        '[TOKEN]',
        '[IP]',
        'Authorization: ',
        'eyJ',
        'sk-',
        '-----BEGIN PRIVATE KEY-----',
      ),
      fc.constantFrom(
        'a@b.co',
        '4111 1111',
        '1111 1111',
        '10.0',
        '.0.1',
        'DE89',
        '\ud83d',
        '\ude00',
        '\u00ad',
        '\\"',
      ),
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(''));

describe('laws of redaction', () => {
  it('redacting twice is redacting once', () => {
    fc.assert(
      fc.property(fragments, (text) => {
        const once = redactor.redact(text);
        assert.deepEqual(redactor.redact(once.text), { text: once.text, findings: [] });
        assert.equal(redactor.detects(text), once.findings.length > 0);
        if (once.findings.length === 0) assert.equal(once.text, text);
      }),
      { numRuns: 3_000 },
    );
  });

  it('a planted value is found wherever it stands, and is in the output no more', () => {
    fc.assert(
      fc.property(surrounding, planted, surrounding, (before, value, after) => {
        const { text, findings } = redactor.redact(`${before}${before === '' ? '' : ' '}${value}\n${after}`);
        assert.ok(findings.length > 0);
        assert.ok(!text.includes(value), text);
      }),
      { numRuns: 3_000 },
    );
  });

  it('invisible and full-width characters hide nothing', () => {
    const disguise = fc.tuple(planted, fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }));
    fc.assert(
      fc.property(disguise, ([value, choices]) => {
        const hidden = [...value]
          .map((char, at) => {
            const choice = choices[at % choices.length];
            if (choice === 1) return `${char}\u200b`;
            if (choice === 2) return `${char}\u00ad\u202e`;
            return choice === 3 && char !== ' ' ? String.fromCharCode(char.charCodeAt(0) + 0xfee0) : char;
          })
          .join('');
        const { text } = redactor.redact(`x ${hidden} y`);
        assert.ok(!foldText(text).text.includes(value), text);
      }),
      { numRuns: 2_000 },
    );
  });

  it('a cut leaves no half of a surrogate pair behind', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        planted,
        fc.string({ unit: 'grapheme' }),
        (before, value, after) => {
          assert.ok(redactor.redact(before + value + after).text.isWellFormed());
        },
      ),
    );
  });

  it('nothing the gate holds back would have been found', () => {
    fc.assert(
      fc.property(fragments, (text) => {
        const found = joinSpans(findInLayers(text, { rules, gate }));
        const all = joinSpans(findInLayers(text, { rules, gate: () => EVERY_GATE }));
        assert.deepEqual(found, all, JSON.stringify(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
