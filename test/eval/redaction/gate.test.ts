import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRules } from '../../../domain/redaction/create-rules.ts';
import { joinSpans } from '../../../domain/redaction/cut-spans.ts';
import { DEFAULT_RULESET } from '../../../domain/redaction/default-ruleset.ts';
import { findInLayers } from '../../../domain/redaction/find-in-layers.ts';
import { createGate } from '../../../domain/redaction/gate-bytes.ts';
import { EVERY_GATE } from '../../../domain/redaction/gate-text.ts';
import { composeDocument } from './compose-document.ts';

const DOCUMENTS = 600;
const SEED = 11;

test('behind the gate the same is found as with every rule and every reading on every text', () => {
  const rules = createRules(DEFAULT_RULESET);
  const { gate } = createGate(DEFAULT_RULESET);
  for (let index = 0; index < DOCUMENTS; index++) {
    const { text } = composeDocument(SEED, index);
    const found = joinSpans(findInLayers(text, { rules, gate }));
    assert.deepEqual(found, joinSpans(findInLayers(text, { rules, gate: () => EVERY_GATE })), text);
  }
});
