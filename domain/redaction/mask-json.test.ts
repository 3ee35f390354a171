import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_RULESET } from './default-ruleset.ts';
import { JsonTooDeep, maskJson } from './mask-json.ts';
import type { Ruleset } from './ruleset.ts';

const RULESET: Ruleset = {
  ...DEFAULT_RULESET,
  masks: { pointers: ['/messages/-/content', '/a/*/c', '/x~1y', '/deep'], names: ['password', 'X-Api-Key'] },
  tenants: {
    acme: { keys: [], masks: { pointers: ['/only'], names: ['nick'] }, allow: { values: [], mailHosts: [] } },
  },
};

const CASES: readonly (readonly [name: string, json: string, expected: string])[] = [
  [
    'an index',
    '{"messages":[{"content":"a","role":"b"}]}',
    '{"messages":[{"content":"[MASKED]","role":"b"}]}',
  ],
  ['any key', '{"a":{"k":{"c":1,"d":2}}}', '{"a":{"k":{"c":"[MASKED]","d":2}}}'],
  ['an escaped slash', '{"x/y": true}', '{"x/y": "[MASKED]"}'],
  [
    'a whole object',
    '{"deep": {"b": [1, 2, {"c": null}]} , "e": 1.50e3}',
    '{"deep": "[MASKED]" , "e": 1.50e3}',
  ],
  ['a name at any depth', '[{"q":[{"Password":"x"}]}]', '[{"q":[{"Password":"[MASKED]"}]}]'],
  [
    'other spellings of a name',
    '{"xApiKey":"k","x_api_key":7}',
    '{"xApiKey":"[MASKED]","x_api_key":"[MASKED]"}',
  ],
  ['a name that is escaped', '{"p\\u0061ssword":"x"}', '{"p\\u0061ssword":"[MASKED]"}'],
  ['no value for what it is', '{"note":"to ada@example.com"}', '{"note":"to ada@example.com"}'],
  ['nothing', '{"n": 12345678901234567890, "s": "ü\\n"}', '{"n": 12345678901234567890, "s": "ü\\n"}'],
  ['text that is no JSON', 'password of ada@example.com', 'password of ada@example.com'],
  ['JSON that is broken', '{"deep": "ada@example.com"', '{"deep": "ada@example.com"'],
];

describe('masks take out of JSON', () => {
  for (const [name, json, expected] of CASES) {
    it(name, () => {
      assert.equal(maskJson(json, RULESET), expected);
      assert.equal(maskJson(expected, RULESET), expected);
    });
  }
});

describe('masking', () => {
  it('adds a tenant’s masks for that tenant only', () => {
    const json = '{"only":1,"nick":"n"}';
    assert.equal(maskJson(json, RULESET, 'acme'), '{"only":"[MASKED]","nick":"[MASKED]"}');
    assert.equal(maskJson(json, RULESET, 'other'), json);
  });

  it('refuses JSON that is nested without end', () => {
    assert.throws(() => maskJson('['.repeat(400) + ']'.repeat(400), RULESET), JsonTooDeep);
  });
});
