import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { columnsOf } from './columns.ts';
import { INPUTS } from './inputs.ts';
import { textColumnsOf } from './text-columns.ts';

const registry = loadReleasedSchemas();

test('the text of a decision lies in these columns', () => {
  const columns = textColumnsOf(registry.newest('recorded-decision').type);
  assert.deepEqual(
    columns.map(({ name, path, repeated }) => [name, path, repeated]),
    [
      ['resource', 'resource', false],
      ['error_message', 'error.message', false],
      ['rationale', 'rationale', false],
      ['labels.value', 'labels.value', true],
      ['attributes.value', 'attributes.value', true],
    ],
  );
});

test('every column of text is one of its table', () => {
  for (const { subject } of INPUTS) {
    const { type } = registry.newest(`recorded-${subject}`);
    const columns = new Map(columnsOf(type).map((column) => [column.name, column]));
    for (const { name, repeated, nullable } of textColumnsOf(type)) {
      assert.equal(columns.get(name)?.repeated, repeated, name);
      assert.equal(columns.get(name)?.nullable, nullable, name);
    }
  }
});
