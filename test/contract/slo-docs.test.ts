import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAlertRoutes } from '../../domain/slo/parse-alert-routes.ts';
import { parseYamlDocuments } from '../../platform/yaml/read-documents.ts';
import { readExampleSlos } from '../support/slo-example.ts';

test('the example of docs/slos.md is valid, and shows each way to count a budget', () => {
  const slos = readExampleSlos();
  assert.deepEqual(slos.map(({ budgeting }) => budgeting).sort(), ['absolute', 'occurrences', 'timeslices']);
  assert.deepEqual([...new Set(slos.map(({ window }) => window.kind))].sort(), ['calendar', 'rolling']);
  for (const { tenant, service } of slos) assert.deepEqual([tenant, service], ['acme', 'checkout']);
});

test('the example of docs/alerting.md is valid', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/alerting.md'), 'utf8');
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(text) ?? [];
  const parsed = parseAlertRoutes(parseYamlDocuments('alerting.md', example).documents, [
    'audit-completeness',
  ]);
  assert.ok('routes' in parsed);
  assert.deepEqual(
    parsed.routes.owners.map(({ owner }) => owner),
    ['privacy'],
  );
});
