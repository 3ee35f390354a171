import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readExampleSlos } from '../support/slo-example.ts';

test('the example of docs/slos.md is valid, and shows each way to count a budget', () => {
  const slos = readExampleSlos();
  assert.deepEqual(slos.map(({ budgeting }) => budgeting).sort(), ['absolute', 'occurrences', 'timeslices']);
  assert.deepEqual([...new Set(slos.map(({ window }) => window.kind))].sort(), ['calendar', 'rolling']);
  for (const { tenant, service } of slos) assert.deepEqual([tenant, service], ['acme', 'checkout']);
});
