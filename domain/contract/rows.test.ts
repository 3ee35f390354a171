import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { parseSchema } from '../avro/schema.ts';
import { columnsOf } from './columns.ts';

test('a table has one column for every leaf of the recorded schema, named by its path', () => {
  const names = columnsOf(loadReleasedSchemas().newest('recorded-decision').type).map(
    (column) => column.name,
  );
  for (const name of [
    'offset',
    'policy_bundle_digest',
    'rules.effect',
    'attributes.value',
    'sample_drawn',
    'error_message',
  ]) {
    assert.ok(names.includes(name), name);
  }
  for (const name of names) assert.doesNotMatch(name, /erasable|subjects|principal/);
  assert.equal(new Set(names).size, names.length);
});

test('what cannot lie flat is refused by name', () => {
  const deep =
    parseSchema(`{"type":"record","name":"R","fields":[{"name":"outer","type":{"type":"array","items":
    {"type":"record","name":"I","fields":[{"name":"inner","type":{"type":"array","items":"string"}}]}}}]}`);
  assert.throws(() => columnsOf(deep), /outer\.inner/);
});
