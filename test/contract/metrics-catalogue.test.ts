import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COUNTS, EXPORTS, METRICS } from '../../domain/metrics/catalogue.ts';
import { createLogger } from '../../platform/log/logger.ts';
import { createLeakMetrics } from '../../platform/prometheus/leak-metrics.ts';
import { Registry } from '../../platform/prometheus/metrics-registry.ts';
import { createLeakReport } from '../../services/evaluator/drivers/report-leaks.ts';
import { createEvaluatorReport } from '../../services/evaluator/drivers/report-metrics.ts';

/** What an evaluator registers once it has evaluated, by name: type and help. */
async function registered(): Promise<Map<string, string>> {
  const registry = new Registry();
  const log = createLogger('evaluator', 'silent', { look: () => null, found: () => {} });
  createLeakMetrics(registry);
  createLeakReport(registry, log);
  const report = createEvaluatorReport(registry, log, []);
  report.evaluated({
    endMs: 1,
    finishedMs: 1,
    blind: false,
    minutes: 0,
    more: false,
    unseen: [],
    samples: [],
    servicesCut: 0,
    policiesCut: 0,
    tenantsCut: 0,
  });
  const text = String(await report.metrics.metrics());
  const announced = [...text.matchAll(/^# HELP (\S+) (.*)\n# TYPE (\S+) (\S+)$/gm)];
  for (const [, name, , again] of announced) assert.equal(name, again);
  const names = announced.map(([, name]) => name);
  assert.equal(new Set(names).size, names.length);
  return new Map(announced.map(([, name = '', help, , type]) => [name, `${type}: ${help}`]));
}

test('the evaluator exports what the catalogue knows, with its types and help texts, and nothing else', async () => {
  const known = EXPORTS.map(({ name, type, help }) => [name, `${type}: ${help}`] as const);
  assert.deepEqual([...(await registered())].sort(), [...known].sort());
});

test('no name stands twice, and none is of another making', () => {
  const names = EXPORTS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^docket_[a-z0-9_]+$/);
});

test('every count belongs to a metric, and every metric names what is exported', () => {
  const claimed = new Set(METRICS.flatMap(({ exports }) => exports));
  const counts = COUNTS.map(({ name }) => name);
  assert.deepEqual(
    counts.filter((name) => !claimed.has(name)),
    [],
  );
  const exported = new Set(EXPORTS.map(({ name }) => name));
  for (const name of claimed) assert.ok(exported.has(name), name);
});

test('a query names only what its metric exports, or what another metric does', () => {
  const exported = new Set(METRICS.flatMap(({ exports }) => exports));
  for (const { id, query } of METRICS) {
    for (const [name] of (query ?? '').matchAll(/\bdocket_\w+/g))
      assert.ok(exported.has(name), `${id}: ${name}`);
  }
});

test('all fifteen metrics and the layers’ are there, and what is not computed says what it will read', () => {
  const ids = METRICS.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  const wanted = [
    ...Array.from({ length: 15 }, (_, index) => `M${index + 1}`),
    'L5',
    'L8',
    'L9',
    'L11',
    'L12',
  ];
  assert.deepEqual(
    wanted.filter((id) => !ids.includes(id)),
    [],
  );
  for (const { id, exports, planned } of METRICS) assert.ok(exports.length > 0 || planned !== null, id);
});
