import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { minuteParameters } from '../../services/evaluator/drivers/minute-sql.ts';
import { ROLL_UP_SEQUENCES } from '../../services/evaluator/drivers/roll-up-sequences.ts';
import { clickHouseTime, rawDecision, rawQuarantine, rawTally } from '../support/raw-records.ts';
import { type ResultStore, startResultStore } from '../support/result-store.ts';

const T0 = Date.UTC(2026, 0, 5, 10, 0, 0);
const MINUTE = 60_000;
/** Nothing is judged before it was announced so many minutes ago. */
const SETTLE_MINUTES = 5;

/** What is recorded of one life of an enforcer; null is a decision, or a tally, without a number. */
interface Life {
  readonly decisions?: readonly (number | null)[];
  readonly duplicates?: readonly number[];
  readonly quarantine?: readonly number[];
  /** next_sequence of each of its tallies. */
  readonly tallies?: readonly (number | null)[];
}

interface Verdict {
  readonly expected: number;
  readonly seen: number;
  readonly missing: number | null;
  readonly state: string;
}

let store: ResultStore;
let clickhouse: ClickHouse;

before(async () => {
  store = await startResultStore();
  clickhouse = store.clickhouse;
});
after(() => store.stop());
beforeEach(() => store.clear());

type Rows = Readonly<Record<string, readonly object[]>>;

/** A life's records by table, all appended at one time. */
function rowsOf(enforcer: string, life: Life, { atMs = T0, epoch = 1, tenant = 'acme' } = {}): Rows {
  const named = { tenant_id: tenant, producer_id: enforcer, epoch };
  const of = <T>(numbers: readonly T[] | undefined, row: (number: T) => object) => (numbers ?? []).map(row);
  return {
    decisions: of(life.decisions, (sequence) =>
      rawDecision(atMs, {
        tenant_id: tenant,
        enforcer_id: enforcer,
        enforcer_epoch: epoch,
        enforcer_sequence: sequence,
      }),
    ),
    duplicates: of(life.duplicates, (sequence) => ({
      topic: 'docket.decisions.v1',
      append_time: clickHouseTime(atMs),
      ...named,
      sequence,
    })),
    quarantine: of(life.quarantine, (sequence) => rawQuarantine(atMs, { ...named, sequence })),
    tallies: of(life.tallies, (next) =>
      rawTally(atMs, {
        tenant_id: tenant,
        observer_id: enforcer,
        observer_kind: 'ENFORCER',
        observer_epoch: epoch,
        next_sequence: next,
      }),
    ),
  };
}

async function record(...lives: readonly Rows[]): Promise<void> {
  for (const table of ['decisions', 'duplicates', 'quarantine', 'tallies']) {
    const rows = lives.flatMap((life) => life[table] ?? []);
    if (rows.length > 0) await clickhouse.insertRows(table, rows);
  }
}

/** Closes the minutes of a range in steps, as an evaluator does. */
async function close(fromMinute: number, toMinute: number, step = toMinute - fromMinute): Promise<void> {
  for (let minute = fromMinute; minute < toMinute; minute += step) {
    const range = { fromMs: T0 + minute * MINUTE, toMs: T0 + Math.min(minute + step, toMinute) * MINUTE };
    await clickhouse.command(ROLL_UP_SEQUENCES, minuteParameters(range, MINUTE));
  }
}

async function verdicts(): Promise<ReadonlyMap<string, Verdict>> {
  const rows = await clickhouse.query<Verdict & { readonly life: string }>(
    `SELECT concat(tenant_id, '/', enforcer_id, '/', toString(epoch)) AS life, expected, seen, missing, state
     FROM completeness`,
  );
  return new Map(rows.map(({ life, ...verdict }) => [life, verdict]));
}

const complete = (expected: number): Verdict => ({ expected, seen: expected, missing: 0, state: 'complete' });
const missing = (expected: number, count: number): Verdict => ({
  expected,
  seen: expected - count,
  missing: count,
  state: 'missing',
});
const unknown = (expected: number, seen: number): Verdict => ({
  expected,
  seen,
  missing: null,
  state: 'unknown',
});

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

const number = fc.integer({ min: 0, max: 12 });
const arbitraryLife = fc.record({
  decisions: fc.array(fc.option(number, { freq: 30 }), { maxLength: 8 }),
  duplicates: fc.array(number, { maxLength: 2 }),
  quarantine: fc.array(number, { maxLength: 2 }),
  tallies: fc.array(fc.option(number, { freq: 5 }), { maxLength: 2 }),
});
const LIVES = 50;
const MINUTES = 4;

test('whatever was recorded when, and in whatever steps minutes are closed, twice even: the definition holds', async () => {
  const histories = fc.tuple(
    fc.array(fc.array(arbitraryLife, { minLength: MINUTES, maxLength: MINUTES }), {
      minLength: LIVES,
      maxLength: LIVES,
    }),
    fc.integer({ min: 1, max: 4 }),
  );
  await fc.assert(
    fc.asyncProperty(histories, async ([lives, step]) => {
      await store.clear();
      const rows = lives.map((minutes, index) =>
        minutes.map((life, minute) => rowsOf(`guard-${index}`, life, { atMs: T0 + minute * MINUTE })),
      );
      await record(...rows.flat());
      await close(0, 7, step);
      await close(4, 7, step);
      const found = await verdicts();
      for (const [index, minutes] of lives.entries()) {
        assert.deepEqual(found.get(`acme/guard-${index}/1`), judge(minutes, 7 - SETTLE_MINUTES), `${index}`);
      }
    }),
    { numRuns: 3, endOnFailure: true },
  );
});

/** The definition, word by word. `settled`: how many of the minutes are older than the settle time. */
function judge(minutes: readonly Life[], settled: number): Verdict | undefined {
  const recorded = (lives: readonly Life[]) =>
    lives.flatMap(({ decisions = [], duplicates = [], quarantine = [] }) => [
      ...decisions,
      ...duplicates,
      ...quarantine,
    ]);
  const announced = (lives: readonly Life[]) =>
    Math.max(
      -1,
      ...recorded(lives).map((sequence) => (sequence ?? -2) + 1),
      ...lives.flatMap(({ tallies = [] }) => tallies.map((next) => next ?? -1)),
    );
  const tallies = minutes.flatMap((life) => life.tallies ?? []);
  if (recorded(minutes).length + tallies.length === 0) return undefined;
  const expected = Math.max(0, announced(minutes.slice(0, settled)));
  const seen = new Set(recorded(minutes).filter((sequence) => sequence !== null && sequence < expected)).size;
  if (recorded(minutes).includes(null) || announced(minutes) < 0) return unknown(expected, seen);
  if (announced(minutes.slice(0, settled)) < 0) return { expected, seen, missing: null, state: 'settling' };
  return seen === expected ? complete(expected) : missing(expected, expected - seen);
}
