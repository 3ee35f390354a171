import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLogger } from '../../platform/log/logger.ts';
import { Registry } from '../../platform/prometheus/metrics-registry.ts';
import { recorderEnvironment } from '../../services/recorder/config.ts';
import { createRecorderReport } from '../../services/recorder/drivers/report-metrics.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/recorder.md'), 'utf8');

/** First two cells of the table rows whose first cell is a name in code that matches. */
function documented(name: RegExp): Map<string, string> {
  const rows = text.split('\n').flatMap((line) => {
    const [, first = '', second = ''] = line.split('|').map((cell) => cell.trim());
    const match = /^`(\w+)`$/.exec(first)?.[1];
    return match !== undefined && name.test(match) ? [[match, second.replaceAll('`', '')] as const] : [];
  });
  assert.equal(new Set(rows.map(([found]) => found)).size, rows.length, 'a name stands in two rows');
  return new Map(rows);
}

function registered(): Map<string, string> {
  const registry = new Registry();
  const log = createLogger('recorder', 'silent', { look: () => null, found: () => {} });
  createRecorderReport(registry, log, () => {});
  return new Map(registry.getMetricsAsArray().map(({ name, type }) => [name, String(type)]));
}

test('docs/recorder.md has a row for every metric of the recorder, with its type, and for no other', () => {
  const inOrder = (rows: ReadonlyMap<string, string>) => [...rows].sort();
  assert.deepEqual(inOrder(documented(/^docket_recorder_/)), inOrder(registered()));
});

test('docs/recorder.md mentions no metric of the recorder that does not exist', () => {
  const known = registered();
  for (const [name] of text.matchAll(/\bdocket_recorder_\w+/g)) {
    // A histogram shows as three series.
    const metric = name.replace(/_(?:bucket|sum|count)$/, '');
    assert.ok(known.has(name) || known.has(metric), name);
  }
});

test('docs/recorder.md has a row for every environment variable of the recorder, with its default, and for no other', () => {
  const wanted = Object.entries(recorderEnvironment.shape).map(([name, schema]) => {
    const unset = schema.safeParse(undefined);
    return [name, unset.success ? spell(unset.data) : 'required'] as const;
  });
  assert.deepEqual([...documented(/^DOCKET_/)].sort(), wanted.sort());
});

test('docs/recorder.md mentions no environment variable that the recorder does not read', () => {
  for (const [name] of text.matchAll(/\bDOCKET_\w+/g)) assert.ok(name in recorderEnvironment.shape, name);
});

function spell(unset: unknown): string {
  return unset instanceof Map && unset.size === 0 ? 'empty' : String(unset) || 'empty';
}
