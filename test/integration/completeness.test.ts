import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { readEnforcers } from '../../services/auditor/drivers/overview-fleet-queries.ts';
import { createBoundedReader } from '../../services/auditor/drivers/tenant-select.ts';
import {
  closeLives,
  complete,
  type Life,
  MINUTE,
  missing,
  type Rows,
  readVerdicts,
  recordLives,
  rowsOf,
  SETTLE_MINUTES,
  T0,
  unknown,
  type Verdict,
} from '../support/enforcer-lives.ts';
import { rawQuarantine, rawTally } from '../support/raw-records.ts';
import { type ResultStore, startResultStore } from '../support/result-store.ts';

let store: ResultStore;
let clickhouse: ClickHouse;

before(async () => {
  store = await startResultStore();
  clickhouse = store.clickhouse;
});
after(() => store.stop());
beforeEach(() => store.clear());

const record = (...lives: readonly Rows[]) => recordLives(clickhouse, ...lives);
const close = (fromMinute: number, toMinute: number, step?: number) =>
  closeLives(clickhouse, fromMinute, toMinute, step);
const verdicts = () => readVerdicts(clickhouse);

const CASES: readonly (Life & { readonly why: string; readonly verdict: Verdict })[] = [
  { why: 'all are there', decisions: [0, 1, 2], tallies: [3], verdict: complete(3) },
  { why: 'all are there, in another order', decisions: [2, 0, 1], verdict: complete(3) },
  { why: 'the first never came', decisions: [2, 3, 4], verdict: missing(5, 2) },
  { why: 'one in the middle never came', decisions: [0, 1, 3], tallies: [4], verdict: missing(4, 1) },
  { why: 'the last never came; only a tally tells', decisions: [0, 1], tallies: [4], verdict: missing(4, 2) },
  { why: 'none of a whole epoch came; only tallies tell', tallies: [0, 2, 3], verdict: missing(3, 3) },
  { why: 'an older tally arrives last', decisions: [0], tallies: [3, 1], verdict: missing(3, 2) },
  { why: 'a copy is recorded, its first is not', decisions: [0, 2], duplicates: [1], verdict: complete(3) },
  { why: 'quarantined ones are present', decisions: [0], quarantine: [1, 2], verdict: complete(3) },
  {
    why: 'a quarantined one announces those before it',
    decisions: [0],
    quarantine: [3],
    verdict: missing(4, 2),
  },
  { why: 'a copy announces those before it', decisions: [0], duplicates: [2], verdict: missing(3, 1) },
  {
    why: 'the same number everywhere counts once',
    decisions: [0, 1, 1],
    duplicates: [1, 1],
    quarantine: [1],
    tallies: [3, 3],
    verdict: missing(3, 1),
  },
  { why: 'there are no numbers', decisions: [null, null], verdict: unknown(0, 0) },
  { why: 'one decision has no number', decisions: [0, null, 3], verdict: unknown(4, 2) },
  { why: 'there are no decisions, and the tallies have no number', tallies: [null], verdict: unknown(0, 0) },
  { why: 'there was nothing to decide', tallies: [0, 0], verdict: complete(0) },
  { why: 'tallies have no number, decisions do', decisions: [0, 2], tallies: [null], verdict: missing(3, 1) },
  { why: 'a negative number is none', decisions: [0], quarantine: [-7], verdict: complete(1) },
  { why: 'there is only a negative number', quarantine: [-1], verdict: unknown(0, 0) },
  {
    why: 'the largest number',
    quarantine: [Number.MAX_SAFE_INTEGER - 1],
    verdict: missing(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1),
  },
];

test('the verdict on a life of an enforcer', async (t) => {
  await record(...CASES.map((life, index) => rowsOf(`guard-${index}`, life)));
  await close(0, SETTLE_MINUTES + 1);
  const found = await verdicts();
  for (const [index, { why, verdict }] of CASES.entries()) {
    await t.test(`${verdict.state}: ${why}`, () =>
      assert.deepEqual(found.get(`acme/guard-${index}/1`), verdict),
    );
  }
  assert.equal(found.size, CASES.length);
});

test('what names no enforcer, or is not an enforcer’s own, says nothing about sequences', async () => {
  await clickhouse.insertRows('quarantine', [
    rawQuarantine(T0),
    rawQuarantine(T0, { tenant_id: 'acme', producer_id: 'guard-1', sequence: 4 }),
    rawQuarantine(T0, { tenant_id: 'acme', producer_id: 'guard-1', epoch: 1, topic: 'docket.tallies.v1' }),
  ]);
  await clickhouse.insertRows('tallies', [rawTally(T0, { observer_id: 'guard-1', next_sequence: 9 })]);
  await close(0, SETTLE_MINUTES + 1);
  assert.equal((await verdicts()).size, 0);
});

test('epochs are judged apart, and so are tenants whose enforcers share a name', async () => {
  await record(rowsOf('guard-1', { decisions: [0, 1], tallies: [2] }, { epoch: 1 }));
  await record(rowsOf('guard-1', { decisions: [1], tallies: [2] }, { epoch: 2 }));
  await record(rowsOf('guard-1', { tallies: [5] }, { tenant: 'globex' }));
  await close(0, SETTLE_MINUTES + 1);
  assert.deepEqual(
    await verdicts(),
    new Map([
      ['acme/guard-1/1', complete(2)],
      ['acme/guard-1/2', missing(2, 1)],
      ['globex/guard-1/1', missing(5, 5)],
    ]),
  );
});

test('nothing is judged before the settle time is over, and of what goes on only what is older', async () => {
  const state = async () => (await verdicts()).get('acme/guard-1/1');
  await record(rowsOf('guard-1', { decisions: [1], tallies: [3] }));
  await close(0, SETTLE_MINUTES);
  assert.deepEqual(await state(), { expected: 0, seen: 0, missing: null, state: 'settling' });
  await record(rowsOf('guard-1', { tallies: [100] }, { atMs: T0 + SETTLE_MINUTES * MINUTE }));
  await close(SETTLE_MINUTES, SETTLE_MINUTES + 1);
  assert.deepEqual(await state(), missing(3, 2));
  await close(SETTLE_MINUTES + 1, 2 * SETTLE_MINUTES + 1);
  assert.deepEqual(await state(), missing(100, 99));
});

test('what arrives late heals', async () => {
  await record(rowsOf('guard-1', { decisions: [0], tallies: [3] }));
  await close(0, SETTLE_MINUTES + 1);
  assert.equal((await verdicts()).get('acme/guard-1/1')?.missing, 2);
  const late = 90 * MINUTE;
  await record(rowsOf('guard-1', { decisions: [2], quarantine: [1] }, { atMs: T0 + late }));
  await close(SETTLE_MINUTES + 1, 90);
  assert.equal((await verdicts()).get('acme/guard-1/1')?.missing, 2);
  await close(90, 91);
  assert.deepEqual((await verdicts()).get('acme/guard-1/1'), complete(3));
  const [life] = await clickhouse.query<object>(
    'SELECT toUnixTimestamp64Milli(first_append) AS first, toUnixTimestamp64Milli(last_append) AS last FROM completeness',
  );
  assert.deepEqual(life, { first: T0, last: T0 + late });
});

test('the auditor tells what is missing, and leaves open what nobody can know', async () => {
  await record(
    rowsOf('whole', { decisions: [0, 1], tallies: [2] }),
    rowsOf('lossy', { decisions: [0], tallies: [3] }),
    rowsOf('lossy', { decisions: [null] }, { epoch: 2 }),
    rowsOf('half-known', { decisions: [0] }),
    rowsOf('half-known', { decisions: [null] }, { epoch: 2 }),
    rowsOf('fresh', { decisions: [0], tallies: [3] }, { atMs: T0 + SETTLE_MINUTES * MINUTE }),
  );
  await close(0, SETTLE_MINUTES + 1);
  const reader = createBoundedReader(clickhouse, () => {});
  const rows = await readEnforcers(reader, 'acme', T0 + 10 * MINUTE);
  assert.deepEqual(
    new Map(rows.map(({ id, missing: count }) => [id, count])),
    new Map([
      ['half-known', null],
      ['lossy', 2],
      ['whole', 0],
      ['fresh', null],
    ]),
  );
});
