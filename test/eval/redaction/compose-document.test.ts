import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { describe, it } from 'node:test';
import { parsePhoneNumberFromString } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/min/metadata';
import { createDice } from '../../support/fuzz/dice.ts';
import { composeDocument } from './compose-document.ts';
import { CARRIERS, ENTITIES, type EvalDocument, LOCALES } from './document.ts';
import { fillMask } from './draw-text.ts';
import { PHONE_PLANS } from './entities/phone-plans.ts';
import { EVASIONS } from './evasions/evasions.ts';

const corpus = (seed: number, documents: number): EvalDocument[] =>
  Array.from({ length: documents }, (_, index) => composeDocument(seed, index));
const documents = corpus(3, 2_000);
const planted = documents.flatMap((document) => document.planted);
const open = planted.filter(({ evasion }) => evasion === undefined);
const clean = documents.filter(({ kind }) => kind === 'clean');

function valuesOf(entity: string): string[] {
  return open.filter((each) => each.entity === entity).map(({ value }) => value);
}

/** By the table of doubled digits, from the left. */
function passesLuhn(number: string): boolean {
  const doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
  const parity = number.length % 2;
  let sum = 0;
  for (let at = 0; at < number.length; at++)
    sum += at % 2 === parity ? (doubled[Number(number[at])] ?? 0) : Number(number[at]);
  return sum % 10 === 0;
}

/** By long division, one character at a time. */
function passesMod97(iban: string): boolean {
  let rest = 0;
  for (const unit of iban.slice(4) + iban.slice(0, 4)) {
    const code = unit.charCodeAt(0);
    for (const digit of String(code >= 65 ? code - 55 : code - 48)) rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}

describe('the corpus', () => {
  it('is the same for the same seed, and another for another', () => {
    assert.deepEqual(corpus(7, 200), corpus(7, 200));
    assert.notDeepEqual(corpus(7, 200), corpus(8, 200));
  });

  it('has every planted value where it says, in order', () => {
    for (const document of documents) {
      let end = 0;
      for (const { start, text } of document.planted) {
        assert.ok(start >= end && document.text.startsWith(text, start), document.text);
        end = start + text.length;
      }
    }
  });

  it('leaves no place of a template unfilled', () => {
    for (const { text } of documents)
      assert.doesNotMatch(
        text,
        /\{(?:value|field|FIELD|message|fact|label|time|uuid|hash|trace)\}|\u{f0000}/u,
      );
  });

  it('has every entity in every locale and carrier, and every evasion', () => {
    const met = new Set(
      documents.flatMap(({ locale, carrier, planted: values }) =>
        values.flatMap(({ entity, evasion }) => [
          `${entity} ${locale}`,
          `${entity} ${carrier}`,
          `${evasion}`,
        ]),
      ),
    );
    const expected = ENTITIES.flatMap((entity) =>
      [...LOCALES, ...CARRIERS].map((where) => `${entity} ${where}`),
    );
    assert.deepEqual(
      [...expected, ...Object.keys(EVASIONS)].filter((each) => !met.has(each)),
      [],
    );
  });
});

describe('what is planted is valid', () => {
  it('cards pass Luhn', () => {
    for (const card of valuesOf('card')) assert.ok(passesLuhn(card.replace(/\D/g, '')), card);
  });

  it('IBANs pass mod 97', () => {
    for (const iban of valuesOf('iban'))
      assert.ok(passesMod97(iban.replace(/[^0-9a-z]/gi, '').toUpperCase()), iban);
  });

  it('social security numbers keep to the rules of issue', () => {
    for (const ssn of valuesOf('ssn'))
      assert.match(ssn.replace(/\D/g, ''), /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/);
  });

  it('IP addresses can be parsed', () => {
    for (const ip of valuesOf('ip')) assert.notEqual(isIP(ip), 0, ip);
  });

  it('phone numbers are valid in their region', () => {
    const dice = createDice(1);
    for (const { callingCode, numbers, ...formats } of Object.values(PHONE_PLANS).flat()) {
      for (const mask of numbers) {
        const number = `+${callingCode}${fillMask(dice, mask)}`;
        assert.ok(parsePhoneNumberFromString(number, metadata)?.isValid(), number);
        for (const format of [...formats.national, ...formats.international, formats.compact])
          assert.equal(format.split('#').length - 1, mask.length, `${mask} in ${format}`);
      }
    }
  });

  it('a disguised value is another text', () => {
    for (const { text, value, evasion } of planted) if (evasion !== undefined) assert.notEqual(text, value);
  });
});

describe('clean documents', () => {
  it('hold the facts that they name, and nothing planted', () => {
    for (const document of clean) {
      assert.deepEqual(document.planted, []);
      for (const { text } of document.facts) assert.ok(document.text.includes(text), text);
    }
  });

  it('hold no address, no IBAN, and no order number that passes Luhn', () => {
    for (const { text, facts } of clean) {
      assert.doesNotMatch(text, /[\w.+-]+(?:@|%40)[\w-]+\.[a-z]{2,}/i);
      for (const token of text.split(/[\s"'=(),;|\]]+/)) assert.equal(isIP(token), 0, token);
      for (const [iban] of text.matchAll(/\b[A-Z]{2}\d{2} ?[A-Z0-9 ]{11,30}/g))
        assert.ok(!passesMod97(iban.replaceAll(' ', '')), iban);
      for (const { form, text: fact } of facts)
        if (/^(?:order number(?! of)|span id)/.test(form))
          assert.ok(!passesLuhn(fact.replace(/%(?:25)?20|\D/g, '')), fact);
    }
  });
});
