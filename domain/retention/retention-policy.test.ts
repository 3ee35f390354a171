import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INPUTS } from '../contract/inputs.ts';
import { RETENTION_CLASSES, tablesOfClass } from './retention-classes.ts';
import { cutoffDay, parseRetentionPolicy } from './retention-policy.ts';

const DEFAULT = { records: 'forever', erasable: 400, duplicates: 400, quarantine: 90, accesses: 'forever' };
const DAY_MS = 86_400_000;

test('a tenant has what is set for it, and the default for the rest', () => {
  const policy = parseRetentionPolicy({
    default: DEFAULT,
    tenants: [{ id: 'acme', records: 30, erasable: 'forever' }],
  });
  assert.ok('daysOf' in policy);
  assert.deepEqual(policy.tenantIds, ['acme']);
  const ofTenant = (tenant: string) => RETENTION_CLASSES.map((name) => policy.daysOf(tenant, name));
  assert.deepEqual(ofTenant('acme'), [30, null, 400, 90, null]);
  assert.deepEqual(ofTenant('globex'), [null, 400, 400, 90, null]);
});

test('a document that cannot be used is refused with every problem, and no value', () => {
  const cases: [string, unknown, RegExp[]][] = [
    ['nothing', null, [/document/]],
    ['no default', { tenants: [] }, [/^default: /]],
    ['a class that is left out', { default: { ...DEFAULT, records: undefined } }, [/^default\.records: /]],
    [
      'several at once',
      { default: { ...DEFAULT, records: 0, quarantine: 1.5 }, tenants: [{ id: '', accesses: 'secret' }] },
      [/^default\.records: /, /^default\.quarantine: /, /^tenants\.0\.id: /, /^tenants\.0\.accesses: /],
    ],
    ['statements', { default: { ...DEFAULT, statements: 30 } }, [/^default: /]],
    [
      'statements of a tenant',
      { default: DEFAULT, tenants: [{ id: 'a', statements: 30 }] },
      [/never dropped/],
    ],
    ['a tenant twice', { default: DEFAULT, tenants: [{ id: 'a' }, { id: 'a' }] }, [/twice/]],
  ];
  for (const [what, document, wanted] of cases) {
    const parsed = parseRetentionPolicy(document);
    assert.ok('problems' in parsed, what);
    for (const pattern of wanted)
      assert.ok(
        parsed.problems.some((problem) => pattern.test(problem)),
        `${what}: ${pattern}`,
      );
    assert.equal(parsed.problems.length, wanted.length, what);
    assert.doesNotMatch(parsed.problems.join(), /secret/);
  }
});

test('the cutoff leaves the days asked for whole, and never passes what is rolled up', () => {
  const today = Date.UTC(2026, 10, 21);
  const noon = today + DAY_MS / 2;
  for (const [what, nowMs, days, untilMs, cutoff] of [
    ['thirty days before today', noon, 30, noon, '2026-10-22'],
    ['one day: yesterday stays whole', noon, 1, noon, '2026-11-20'],
    ['at midnight', today, 1, today, '2026-11-20'],
    ['rolled up to an earlier day only', noon, 1, today - 3 * DAY_MS + 1, '2026-11-18'],
    ['nothing rolled up', noon, 1, null, null],
  ] as const)
    assert.equal(cutoffDay(nowMs, days, untilMs), cutoff, what);
});

test('every table of records has one class; statements and requests to forget have none', () => {
  const dropped = RETENTION_CLASSES.filter((name) => name !== 'erasable').flatMap(tablesOfClass);
  assert.equal(new Set(dropped).size, dropped.length);
  const all = [...INPUTS.map(({ table }) => table), 'duplicates', 'quarantine'];
  assert.deepEqual(
    all.filter((table) => !dropped.includes(table)),
    ['statements', 'erasure_requests'],
  );
});
