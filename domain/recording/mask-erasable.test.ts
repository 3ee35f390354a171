import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { compileDecoder } from '../avro/decode.ts';
import { compileEncoder } from '../avro/encode.ts';
import { DEFAULT_RULESET } from '../redaction/default-ruleset.ts';
import { compileErasableMask } from './mask-erasable.ts';

const { type } = loadReleasedSchemas().newest('decision');
const field = type.fields.find(({ name }) => name === 'erasable');
assert.ok(field?.type.kind === 'nullable' && field.type.of.kind === 'record');
const encode = compileEncoder(field.type.of);
const decode = compileDecoder(field.type.of);
const masks = { pointers: ['/messages/-/content'], names: [] };
const mask = compileErasableMask(type, { ...DEFAULT_RULESET, masks });

function erasable(input: string | null, output: string | null = null) {
  return { salt: Buffer.alloc(16, 1), subjects: ['jane@example.com'], principal: null, input, output };
}

test('what is masked by its place is taken out, and nothing else', () => {
  const given = erasable('{"messages":[{"role":"user","content":"private"}]}', 'plain words');
  const { erasable: kept, isMasked } = mask(encode(given), 'acme');
  assert.ok(isMasked);
  const decoded = decode(Buffer.from(kept));
  assert.ok(decoded.ok);
  assert.deepEqual(decoded.value, { ...given, input: '{"messages":[{"role":"user","content":"[MASKED]"}]}' });
});

test('what has nothing to mask stays the bytes that it came as', () => {
  const bytes = encode(erasable('{"question":1}'));
  assert.deepEqual(mask(bytes, 'acme'), { erasable: bytes, isMasked: false });
  assert.equal(mask(encode(erasable(null)), 'acme').isMasked, false);
});

test('what cannot be looked through is taken out whole', () => {
  const { erasable: kept, isMasked } = mask(encode(erasable('['.repeat(400) + ']'.repeat(400))), 'acme');
  const decoded = decode(Buffer.from(kept));
  assert.ok(isMasked && decoded.ok);
  assert.equal(decoded.value.input, '"[MASKED]"');
});
