import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEAK_COLUMNS, type Leak, leakId, leakRow } from './leak.ts';
import { createLeakSink } from './leak-sink.ts';
import { createLeakLimit } from './limit-leaks.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 16, 0, 30);
const leak: Leak = {
  source: 'GATE',
  tenantId: 'acme',
  table: 'decisions',
  at: { topic: 'docket.decisions.v1', partition: 3, offset: 41 },
  path: 'rationale',
  rule: 'email',
  count: 1,
  foundAtMs: NOW_MS,
};
const reporter = { service: 'recorder', rulesetDigest: 'ab'.repeat(32) };

test('the same find has the same id, whoever makes it and whenever; another place or rule has another', () => {
  const id = leakId(leak, 'recorder').toString('hex');
  assert.equal(leakId({ ...leak, source: 'AUDIT', count: 9, foundAtMs: 1 }, 'evaluator').toString('hex'), id);
  const others: Leak[] = [
    { ...leak, path: 'resource' },
    { ...leak, rule: 'card' },
    { ...leak, at: { topic: 'docket.decisions.v1', partition: 4, offset: 41 } },
    { ...leak, at: { topic: 'docket.decisions.v1', partition: 3, offset: 42 } },
    { ...leak, at: null },
  ];
  const ids = new Set([id, ...others.map((other) => leakId(other, 'recorder').toString('hex'))]);
  assert.equal(ids.size, 6);
});

test('what a log holds is one find an hour for each service, field and rule', () => {
  const inLog: Leak = { ...leak, at: null, source: 'LOG' };
  const id = (foundAtMs: number, service: string) => leakId({ ...inLog, foundAtMs }, service).toString('hex');
  assert.equal(id(NOW_MS, 'recorder'), id(NOW_MS + 60_000, 'recorder'));
  assert.notEqual(id(NOW_MS, 'recorder'), id(NOW_MS + 3_600_000, 'recorder'));
  assert.notEqual(id(NOW_MS, 'recorder'), id(NOW_MS, 'evaluator'));
});

test('a row has a value for each column, and a path that is no code becomes one', () => {
  const row = leakRow({ ...leak, path: 'a b@c' }, reporter);
  assert.equal(row.length, LEAK_COLUMNS.length);
  assert.equal(row[LEAK_COLUMNS.findIndex(({ name }) => name === 'path')], 'a_b_c');
});

test('a tenant tells so many leaks a minute, the rest is counted, and no other tenant is held up', () => {
  const fates: string[] = [];
  const rows: unknown[] = [];
  const sink = createLeakSink({
    ...reporter,
    perTenantMinute: 2,
    offer: (row) => {
      rows.push(row);
      return rows.length <= 4;
    },
    count: (source, fate) => fates.push(`${source} ${fate}`),
    nowMs: () => NOW_MS,
  });
  for (let n = 0; n < 3; n++) sink(leak);
  for (const tenantId of ['globex', 'initech', 'umbra']) sink({ ...leak, tenantId });
  assert.deepEqual(fates, [
    ...['GATE queued', 'GATE queued', 'GATE over_limit'],
    ...['GATE queued', 'GATE queued', 'GATE queue_full'],
  ]);
});

test('the next minute is a new one, and tenants beyond the thousandth share one share', () => {
  const allows = createLeakLimit(1);
  assert.ok(allows('acme', NOW_MS) && !allows('acme', NOW_MS + 1_000) && allows('acme', NOW_MS + 60_000));
  const many = createLeakLimit(1);
  const allowed = Array.from({ length: 2_000 }, (_, n) => many(`tenant-${n}`, NOW_MS)).filter(Boolean);
  assert.equal(allowed.length, 1_001);
});
