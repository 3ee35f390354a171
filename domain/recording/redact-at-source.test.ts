import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { sampleDecision, sampleTally } from '../../test/support/sample-events.ts';
import { createTextRedactor } from '../redaction/text-redactor.ts';
import { compileSourceRedaction } from './redact-at-source.ts';
import { compileRedactStage } from './redact-event.ts';

const registry = loadReleasedSchemas();
const { type } = registry.newest('decision');
const redactor = createTextRedactor();
const MAIL = 'jane@example.com';

const dirty = () => ({
  ...sampleDecision({
    rationale: `asked by ${MAIL}`,
    resource: MAIL,
    error: { class: 'timeout', message: `no answer to ${MAIL}` },
    labels: [{ key: 'team', value: MAIL }],
    attributes: [{ key: 'who', value: `x ${MAIL}` }],
    erasable: {
      salt: Buffer.alloc(16),
      subjects: ['customer-17'],
      principal: MAIL,
      input: `{"to":"${MAIL}"}`,
      output: null,
    },
  }),
});

test('every text leaves redacted; codes, ids and what can be erased stay', () => {
  const event = dirty();
  const before = JSON.stringify(event);
  const sent = compileSourceRedaction(type, { redactor })?.(event) as typeof event;
  const { erasable, ...rest } = sent;
  assert.doesNotMatch(JSON.stringify(rest), /jane/);
  assert.equal(sent.rationale, 'asked by [EMAIL]');
  assert.deepEqual(erasable, event.erasable);
  assert.equal(JSON.stringify(event), before, 'the event that was given is not changed');
  for (const name of ['decision_id', 'request_id', 'salt', 'policy', 'rules'] as const)
    assert.deepEqual(sent[name], event[name]);
});

test('input and output can be masked as well, subjects and principal never', () => {
  const mask = (text: string) => redactor.redact(text).text;
  const sent = compileSourceRedaction(type, { redactor, maskErasable: mask })?.(dirty()) as ReturnType<
    typeof dirty
  >;
  assert.equal(sent.erasable?.input, '{"to":"[EMAIL]"}');
  assert.equal(sent.erasable?.output, null);
  assert.deepEqual([sent.erasable?.subjects, sent.erasable?.principal], [['customer-17'], MAIL]);
});

test('law: what is recorded is the same, whether the source redacted or not', () => {
  const record = compileRedactStage(type, redactor);
  const event = dirty();
  const sent = compileSourceRedaction(type, { redactor })?.({ ...event }) ?? {};
  const [direct, twice] = [record({ ...event }), record(sent)];
  assert.ok(direct.kind === 'emit' && twice.kind === 'emit');
  assert.deepEqual(twice.value.fields, direct.value.fields);
});

test('a schema without text has nothing to redact, and a redactor that fails is not passed over', () => {
  const tally = registry.newest('request-tally').type;
  assert.equal(compileSourceRedaction(tally, { redactor }), null);
  assert.ok(sampleTally());
  const failing = {
    redact: () => {
      throw new Error('no');
    },
  };
  assert.throws(() => compileSourceRedaction(type, { redactor: failing })?.(dirty()));
});
