import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileExcuses, type Excuses } from './excuse-forms.ts';

const on = { enabled: true };
const nothing = { values: [], mailHosts: [] };
const plain: Excuses = {
  detectors: {
    ...{ 'api-key': on, card: on, email: on, iban: on },
    ...{ jwt: on, 'private-key': on, 'url-credential': on },
  },
  allow: nothing,
  tenants: {},
};

test('a ruleset that lets nothing pass on purpose excuses nothing', () => {
  assert.equal(compileExcuses(plain), null);
});

test('an allowed value is excused where it stands alone, and nothing beside it is', () => {
  const judge = compileExcuses({
    ...plain,
    allow: { values: ['4111 1111 1111 1111'], mailHosts: ['acme.example'] },
  });
  assert.ok(judge);
  for (const text of [
    'card 4111 1111 1111 1111.',
    'ask help@acme.example',
    'HELP@ACME.EXAMPLE, and 4111 1111 1111 1111',
  ])
    assert.equal(judge(text), null, text);
  for (const [text, rule] of [
    ['5500 0000 0000 0004 and 4111 1111 1111 1111', 'card'],
    ['help@acme.example and jane@example.com', 'email'],
    ['jane@acme.example.com', 'email'],
    ['jane@notacme.example', 'email'],
  ] as const)
    assert.equal(judge(text), rule, text);
});

test('what a detector is switched off for is excused, whatever else stands in the text is not', () => {
  const judge = compileExcuses({ ...plain, detectors: { ...plain.detectors, email: { enabled: false } } });
  assert.ok(judge);
  assert.equal(judge('jane@example.com'), null);
  assert.equal(judge('jane@example.com paid with 4111 1111 1111 1111'), 'card');
});

test('what one tenant allows no other is excused for', () => {
  const judge = compileExcuses({
    ...plain,
    tenants: { acme: { allow: { values: [], mailHosts: ['acme.example'] } } },
  });
  assert.ok(judge);
  assert.equal(judge('jo@acme.example', 'acme'), null);
  assert.equal(judge('jo@acme.example', 'globex'), 'email');
  assert.equal(judge('jo@acme.example'), 'email');
});
