import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RejectReason } from '../contract/reject-reason.ts';
import { parseQuarantineThrough } from './parse-quarantine-through.ts';
import { type BatchOutcomes, QuarantineWatch, type WatchedFailure } from './quarantine-watch.ts';
import { tenantOfKey } from './tenant-of-key.ts';

const limits = { windowMs: 300_000, maxRatio: 0.1, minFailed: 20, maxFailed: 1_000 };

function watch(changes: { through?: number; priorFailures?: number } = {}): QuarantineWatch {
  return new QuarantineWatch({ limits, through: null, priorFailures: 0, ...changes });
}

/** What became of one record: `ok`, or why it failed. */
interface Outcome {
  readonly reason: RejectReason | 'ok';
  readonly tenant: string | null;
  readonly isReplay?: boolean;
}

function outcomes(firstOffset: number, records: readonly Outcome[], appendMs = 0): BatchOutcomes {
  const recordsByTenant = new Map<string, number>();
  for (const { tenant } of records)
    if (tenant !== null) recordsByTenant.set(tenant, (recordsByTenant.get(tenant) ?? 0) + 1);
  const failures = records.flatMap(({ reason, tenant, isReplay = false }, index): WatchedFailure[] =>
    reason === 'ok' ? [] : [{ index, offset: firstOffset + index, reason, tenant, isReplay }],
  );
  return { records: records.length, appendMs, recordsByTenant, failures };
}

function times(count: number, reason: Outcome['reason'], tenants: readonly (string | null)[] = ['a', 'b']) {
  return Array.from({ length: count }, (_, index) => ({
    reason,
    tenant: tenants[index % tenants.length] ?? null,
  }));
}

const bad = (count: number, tenants?: readonly (string | null)[]) =>
  times(count, 'unknown_fingerprint', tenants);
const good = { reason: 'ok', tenant: 'a' } as const;

const RUNS: readonly [string, readonly Outcome[], number | null][] = [
  ['a thousand that cannot be decoded, of two tenants', bad(1_000), 999],
  ['a thousand and more', bad(1_500), 999],
  ['one fewer', bad(999), null],
  ['a good one among them', [...bad(600), good, ...bad(999)], null],
  ['a good one before them', [good, ...bad(1_000)], 1_000],
  ['a good one after them', [...bad(1_000), good], 999],
  ['one that was decoded and refused', [...bad(600), ...times(1, 'empty_tenant'), ...bad(600)], null],
  ['many of one tenant', bad(5_000, ['a']), null],
  ['one of a second tenant after many of a first', [...bad(3_000, ['a']), ...bad(1, ['b'])], 3_000],
  ['one of a second tenant a thousand ago', [...bad(1, ['b']), ...bad(999, ['a'])], 999],
  [
    'one of a second tenant more than a thousand ago',
    [good, ...bad(1, ['b']), ...bad(998, ['a']), good],
    null,
  ],
  ['many of unknown tenants', bad(3_000, [null]), null],
  ['unknown ones among those of two tenants', bad(1_000, ['a', null, 'b']), 999],
  ['replays that fail again', bad(3_000).map((one) => ({ ...one, isReplay: true })), null],
];

for (const [what, records, stopAt] of RUNS) {
  test(`${what}: ${stopAt === null ? 'the partition goes on' : `it stops at ${stopAt}`}`, () => {
    const wanted = stopAt === null ? { kind: 'go' } : { kind: 'stop', offset: stopAt };
    assert.deepEqual(watch().observe(outcomes(0, records)), wanted);
  });
}

test('a tenant that was left behind by more than a thousand of another is forgotten', () => {
  const watched = watch();
  assert.equal(watched.observe(outcomes(0, [...bad(1, ['b']), ...bad(900, ['a'])])).kind, 'go');
  assert.equal(watched.observe(outcomes(901, bad(98, ['a']))).kind, 'go');
  assert.deepEqual(watched.observe(outcomes(999, bad(500, ['a']))), { kind: 'stop', offset: 999 });
});

test('where batches begin and end changes nothing', () => {
  const outcome = fc.constantFrom<Outcome>(
    ...bad(2),
    ...bad(2),
    { reason: 'truncated', tenant: null },
    { reason: 'truncated', tenant: 'c', isReplay: true },
  );
  const record = fc.oneof({ weight: 400, arbitrary: outcome }, { weight: 1, arbitrary: fc.constant(good) });
  fc.assert(
    fc.property(
      fc.array(record, { minLength: 900, maxLength: 3_000 }),
      fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }),
      (records, sizes) => {
        const whole = watch().observe(outcomes(0, records));
        const watched = watch();
        let offset = 0;
        for (let turn = 0; offset < records.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          const verdict = watched.observe(outcomes(offset, records.slice(offset, offset + size)));
          if (verdict.kind === 'stop') {
            assert.deepEqual(verdict, whole);
            const part = records.slice(offset, verdict.offset);
            assert.equal(watched.observe(outcomes(offset, part)).kind, 'go', 'what is below it is stored');
            const rest = records.slice(verdict.offset, verdict.offset + size);
            assert.deepEqual(watched.observe(outcomes(verdict.offset, rest)), whole, 'and it stays stopped');
            return;
          }
          offset += size;
        }
        assert.equal(whole.kind, 'go');
      },
    ),
    { numRuns: 50 },
  );
});

test('a partition that the operator lets through goes on to that offset, and is watched again behind it', () => {
  const released = watch({ through: 2_000 });
  assert.equal(released.observe(outcomes(0, bad(2_500))).kind, 'go');
  assert.deepEqual(released.observe(outcomes(2_500, bad(1_000))), { kind: 'stop', offset: 3_000 });
});

test('a recorder that starts again behind a run stops as soon as it sees two tenants', () => {
  const watched = watch({ priorFailures: 999 });
  assert.deepEqual(watched.observe(outcomes(999, bad(10, ['a', 'a', 'b']))), { kind: 'stop', offset: 1_001 });
  assert.equal(watch({ priorFailures: 999 }).observe(outcomes(999, [good, ...bad(10)])).kind, 'go');
});

const EXCESS: readonly [string, readonly Outcome[], readonly string[]][] = [
  ['few failures are none', bad(19, ['a']), []],
  ['a large share is', bad(20, ['a']), ['a']],
  ['a small share of many is not', [...bad(20, ['a']), ...times(180, 'ok', ['a'])], []],
  ['a little more than the share is', [...bad(20, ['a']), ...times(179, 'ok', ['a'])], ['a']],
  ['others’ good records do not dilute it', [...bad(20, ['a']), ...times(500, 'ok', ['b'])], ['a']],
  [
    'a large number is, whatever its share',
    [...times(1_001, 'redaction_failed', ['a']), ...times(99_000, 'ok', ['a'])],
    ['a'],
  ],
  ['replays that fail again are not', bad(50, ['a']).map((one) => ({ ...one, isReplay: true })), []],
];

for (const [what, records, tenants] of EXCESS) {
  test(`excess: ${what}`, () => {
    const watched = watch();
    watched.observe(outcomes(0, records));
    assert.deepEqual(watched.tenantsInExcess, tenants);
  });
}

test('excess is over when a window of append time has passed, with records or without', () => {
  for (const pass of [
    (watched: QuarantineWatch) => watched.observe(outcomes(20, [good], 400_000)),
    (watched: QuarantineWatch) => watched.advanceTo(400_000),
  ]) {
    const watched = watch();
    watched.observe(outcomes(0, bad(20, ['b']), 60_000));
    watched.advanceTo(300_000);
    assert.deepEqual(watched.tenantsInExcess, ['b']);
    pass(watched);
    assert.deepEqual(watched.tenantsInExcess, []);
  }
});

test('however many tenants keys claim, a hundred are told apart and the rest counted together', () => {
  const watched = watch();
  for (let tenant = 0; tenant < 1_000; tenant++) {
    watched.observe(
      outcomes(tenant * 21, [...bad(20, [`t${tenant}`]), { reason: 'ok', tenant: `t${tenant}` }]),
    );
  }
  assert.equal(watched.tenantsInExcess.length, 101);
  assert.ok(watched.tenantsInExcess.includes('(other)'));
  watched.advanceTo(10_000_000);
  assert.deepEqual(watched.tenantsInExcess, []);
});

test('a key names a tenant only if it may stand in a label', () => {
  const cases: [string | null, string | null][] = [
    ['acme|guard-1', 'acme'],
    ['acme', 'acme'],
    ['acme|', 'acme'],
    ['|guard-1', null],
    ['', null],
    [null, null],
    ['jane@example.com|x', null],
    ['a"b|x', null],
    [`${'a'.repeat(201)}|x`, null],
    ['2001:db8:e0d5:19aa:3793:235b:13e2:6c48', null],
    ['192.0.2.7|guard-1', null],
  ];
  for (const [key, tenant] of cases)
    assert.equal(tenantOfKey(key === null ? null : Buffer.from(key)), tenant);
});

test('offsets to quarantine through are given by partition; anything else is refused', () => {
  const through = parseQuarantineThrough('docket.decisions.v1/3:120, docket.labels.v1/0:7');
  assert.deepEqual(
    [...(through ?? [])],
    [
      ['docket.decisions.v1/3', 120],
      ['docket.labels.v1/0', 7],
    ],
  );
  for (const text of ['docket.decisions.v1/3', 'docket.decisions.v1:5', 'x/0:1', 'docket.labels.v1/1:7', ','])
    assert.equal(parseQuarantineThrough(text), null, text);
});
