import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchema, type RecordType } from '../avro/schema.ts';
import { readsAlike } from './reads-alike.ts';

/** A record of these fields, given as name and type. */
function record(...fields: readonly (readonly [string, unknown])[]): RecordType {
  const list = fields.map(([name, type]) => ({ name, type }));
  return parseSchema(JSON.stringify({ type: 'record', name: 'R', namespace: 'n', fields: list }));
}

const enumOf = (...symbols: string[]) => ({ type: 'enum', name: 'E', symbols });
const recordOf = (name: string, ...fields: string[]) => ({
  type: 'record',
  name,
  fields: fields.map((field) => ({ name: field, type: 'string' })),
});
const listOf = (items: unknown) => ({ type: 'array', items });

const ALIKE: readonly [string, RecordType, RecordType][] = [
  ['fields added and removed', record(['a', 'int'], ['old', 'long']), record(['new', 'long'], ['a', 'int'])],
  ['what was plain and may be null', record(['a', 'string']), record(['a', ['null', 'string']])],
  ['symbols added at the end', record(['a', enumOf('X')]), record(['a', enumOf('X', 'Y')])],
  [
    'a field added to the items of an array',
    record(['a', listOf(recordOf('I', 'x'))]),
    record(['a', listOf(recordOf('I', 'x', 'y'))]),
  ],
];

const NOT_ALIKE: readonly [string, RecordType, RecordType][] = [
  ['another order', record(['a', 'int'], ['b', 'int']), record(['b', 'int'], ['a', 'int'])],
  ['another order inside', record(['a', recordOf('I', 'x', 'y')]), record(['a', recordOf('I', 'y', 'x')])],
  ['symbols put in between', record(['a', enumOf('X', 'Z')]), record(['a', enumOf('X', 'Y', 'Z')])],
  ['symbols taken away', record(['a', enumOf('X', 'Y')]), record(['a', enumOf('X')])],
  ['an int that became a long', record(['a', 'int']), record(['a', 'long'])],
  ['a text that became bytes', record(['a', 'string']), record(['a', 'bytes'])],
  [
    'a time that was none',
    record(['a', 'long']),
    record(['a', { type: 'long', logicalType: 'timestamp-micros' }]),
  ],
  [
    'erasable data with another field',
    record(['erasable', ['null', recordOf('I', 'x')]]),
    record(['erasable', ['null', recordOf('I', 'x', 'y')]]),
  ],
  [
    'pairs that do not begin with their key',
    record(['a', listOf(recordOf('KeyValue', 'scope', 'key'))]),
    record(['a', listOf(recordOf('KeyValue', 'key'))]),
  ],
];

for (const [what, writer, reader] of ALIKE)
  test(`${what} can be read into columns`, () => assert.equal(readsAlike(writer, reader), true));

for (const [what, writer, reader] of NOT_ALIKE)
  test(`${what} takes the long way`, () => assert.equal(readsAlike(writer, reader), false));
