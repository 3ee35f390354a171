import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { peerStatements } from './engine-peer-sql.ts';
import { eventColumnTypes } from './event-table.ts';

const SOURCE = { brokers: '127.0.0.1:9092', topic: 't', group: 'g', registryUrl: 'http://127.0.0.1:7071' };
const registry = loadReleasedSchemas();
const statements = peerStatements(registry, SOURCE, { consumers: 1, blockRows: 1000, flushIntervalMs: 7500 });
const queue = statements.find((statement) => statement.includes('ENGINE = Kafka')) ?? '';
const view = statements.at(-1) ?? '';

test('the peer stores every column that the recorder stores of an event', () => {
  const columns = [...eventColumnTypes(registry).keys()];
  assert.ok(columns.length > 50);
  assert.deepEqual(
    columns.filter((column) => !view.includes(` AS \`${column}\``)),
    [],
  );
});

const mapped: readonly (readonly [string, string])[] = [
  ['a record within the record', '`enforcer.id` String'],
  ['a nullable record, whose name stands in the path', '`model.Model.id` Nullable(String)'],
  ['an array of records, one list for each field', '`rules.layer` Array(Nullable(String))'],
  [
    'a second array of the same records, which is found as tuples only',
    '`attributes` Array(Tuple(key String, value String))',
  ],
  ['bytes of a UUID', '`decision_id` FixedString(16)'],
];
for (const [name, column] of mapped) {
  test(`the Kafka table reads ${name}`, () => {
    assert.ok(queue.includes(column), `${column} is not in ${queue}`);
  });
}

test('the Kafka table makes no dictionaries: message by message they cost more than all the rest', () => {
  assert.ok(!queue.includes('LowCardinality'));
});
