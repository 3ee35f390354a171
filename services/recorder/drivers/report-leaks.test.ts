import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Leak } from '../../../domain/leaks/leak.ts';
import { createLogger } from '../../../platform/log/logger.ts';
import { Registry } from '../../../platform/prometheus/metrics-registry.ts';
import { createRecorderReport } from './report-metrics.ts';

test('what the final gate blanked is told by its place, one for each field, and one line of the log says how many', () => {
  const told: Leak[] = [];
  const lines: string[] = [];
  const gate = { look: () => null, found: () => {} };
  const log = createLogger('recorder', 'info', gate, { write: (line) => lines.push(line) });
  const report = createRecorderReport(new Registry(), log, (leak) => told.push(leak));
  report.leaked({ topic: 'docket.labels.v1', partition: 0 }, [
    { offset: 7, tenantId: 'acme', path: 'note', rule: 'email' },
    { offset: 9, tenantId: 'globex', path: 'note', rule: 'card' },
  ]);
  assert.deepEqual(
    told.map(({ source, tenantId, table, at, path, rule }) => [
      source,
      tenantId,
      table,
      at?.offset,
      path,
      rule,
    ]),
    [
      ['GATE', 'acme', 'labels', 7, 'note', 'email'],
      ['GATE', 'globex', 'labels', 9, 'note', 'card'],
    ],
  );
  assert.equal(lines.length, 1);
  assert.equal(JSON.parse(lines[0] ?? '').leaks, 2);
});
