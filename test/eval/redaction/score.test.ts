import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { composeDocument } from './compose-document.ts';
import type { EvalDocument, Planted } from './document.ts';
import { findRemains } from './find-remains.ts';
import { scoreRedactor } from './score.ts';

const documents = Array.from({ length: 800 }, (_, index) => composeDocument(4, index));

function shareOf(counts: ReadonlyMap<string, { all: number; hit: number }>): number[] {
  return [...new Set(Array.from(counts.values(), ({ all, hit }) => hit / all))];
}

describe('the score', () => {
  it('is no recall and no false positive for a redactor that does nothing', () => {
    const score = scoreRedactor(documents, (text) => text);
    for (const counts of [score.recall, score.byLocale, score.evasions])
      assert.deepEqual(shareOf(counts), [0]);
    assert.equal(score.clean.hit, 0);
    assert.ok(score.clean.all > 150);
  });

  it('is all of both for a redactor that blanks everything', () => {
    const score = scoreRedactor(documents, () => '');
    for (const counts of [score.recall, score.byLocale, score.evasions])
      assert.deepEqual(shareOf(counts), [1]);
    assert.equal(score.clean.hit, score.clean.all);
    assert.equal(score.missesByForm.size, 0);
  });

  it('takes a redactor that throws for one that lets nothing pass', () => {
    const score = scoreRedactor(documents, () => {
      throw new Error('too long');
    });
    assert.deepEqual(shareOf(score.recall), [1]);
    assert.equal(score.clean.hit, score.clean.all);
    assert.equal(score.refused, documents.length);
  });

  it('is all and nothing for a redactor that knows what is planted', () => {
    const known = new Map(documents.map((document) => [document.text, document]));
    const score = scoreRedactor(documents, (text) => cutPlanted(known.get(text)));
    assert.deepEqual(shareOf(score.recall), [1]);
    assert.deepEqual(shareOf(score.evasions), [1]);
    assert.equal(score.clean.hit, 0);
  });
});

describe('a value is still there', () => {
  const card = '4111 1111 1111 1111';
  const cases: readonly (readonly [string, string, string, boolean])[] = [
    ['as it stood', `pay ${card} now`, `pay ${card} now`, true],
    ['not when it is gone', `pay ${card} now`, 'pay [CARD] now', false],
    ['when six digits of it are left', `pay ${card} now`, 'pay [CARD]11 1111 now', true],
    ['not when four are', `pay ${card} now`, 'pay [CARD]1111 now', false],
    ['when it is written in another way', `pay ${card} now`, 'pay 4111-1111-1111-1111 now', true],
    ['not when the text holds the rest elsewhere', `pay ${card} of 111111`, 'pay [CARD] of 111111', false],
  ];
  for (const [name, text, redacted, expected] of cases) {
    it(name, () => {
      assert.equal(findRemains(documentWith(text, card), redacted).length === 1, expected);
    });
  }
});

function cutPlanted(document: EvalDocument | undefined): string {
  if (document === undefined) throw new Error('a text that nobody composed');
  let text = document.text;
  for (const { start, text: value } of document.planted.toReversed())
    text = `${text.slice(0, start)}[CUT]${text.slice(start + value.length)}`;
  return text;
}

function documentWith(text: string, value: string): EvalDocument {
  const planted: Planted = {
    entity: 'card',
    form: '',
    value,
    text: value,
    start: text.indexOf(value),
    template: '',
    evasion: undefined,
  };
  return { kind: 'plain', locale: 'en-US', carrier: 'prose', text, planted: [planted], facts: [] };
}
