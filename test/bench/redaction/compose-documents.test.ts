import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTextRedactor } from '../../../domain/redaction/text-redactor.ts';
import { CARRIERS } from './carriers.ts';
import { composeCleanDocuments, composeDirtyDocuments, DOCUMENT_BYTES } from './compose-documents.ts';
import { composeMixes, DIRTY_SHARE } from './compose-mixes.ts';
import { createDraw } from './draw.ts';
import { PERSONAL_VALUES } from './personal-values.ts';

const COUNT = 200;
const SEEDS = [1, 2, 3];
const redactor = createTextRedactor();
const digitsOnly = (text: string) => text.replaceAll(/\d/g, '0');

test('every document has exactly the size it claims, in both of its forms', () => {
  for (const seed of SEEDS) {
    for (const { bytes, text } of Object.values(composeMixes(seed, COUNT)).flat()) {
      assert.equal(bytes.length, DOCUMENT_BYTES);
      assert.deepEqual(Buffer.from(text, 'utf8'), bytes);
    }
  }
});

test('in a clean document nothing is found', () => {
  for (const seed of SEEDS) {
    for (const { text } of composeCleanDocuments(seed, COUNT))
      assert.deepEqual(redactor.redact(text).findings, [], text);
  }
});

test('in every dirty document something is found', () => {
  for (const seed of SEEDS) {
    for (const { text } of composeDirtyDocuments(seed, COUNT))
      assert.notDeepEqual(redactor.redact(text).findings, [], text);
  }
});

test('every value is found in every frame of every carrier', () => {
  const draw = createDraw(1);
  for (const { frames } of Object.values(CARRIERS)) {
    for (const [before, behind] of frames) {
      for (const compose of Object.values(PERSONAL_VALUES).flat()) {
        const text = before + compose(draw) + behind;
        assert.equal(redactor.redact(text).findings.length, 1, text);
      }
    }
  }
});

test('the same seed makes the same documents, another seed others', () => {
  for (const compose of [composeCleanDocuments, composeDirtyDocuments]) {
    assert.deepEqual(compose(7, 40), compose(7, 40));
    const other = new Set(compose(8, 40).map(({ text }) => digitsOnly(text)));
    assert.ok(compose(7, 40).every(({ text }) => !other.has(digitsOnly(text))));
  }
});

test('the overall mix holds the stated share of dirty documents, of every carrier', () => {
  const { overall, dirty } = composeMixes(1, COUNT);
  const known = new Set(dirty);
  assert.equal(overall.filter((document) => known.has(document)).length, COUNT * DIRTY_SHARE);
  assert.ok(dirty.slice(0, Object.keys(CARRIERS).length).every((document) => overall.includes(document)));
});
