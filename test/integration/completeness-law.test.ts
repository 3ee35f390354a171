import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import {
  closeLives,
  complete,
  type Life,
  MINUTE,
  missing,
  readVerdicts,
  recordLives,
  rowsOf,
  SETTLE_MINUTES,
  T0,
  unknown,
  type Verdict,
} from '../support/enforcer-lives.ts';
import { type ResultStore, startResultStore } from '../support/result-store.ts';

let store: ResultStore;
let clickhouse: ClickHouse;

before(async () => {
  store = await startResultStore();
  clickhouse = store.clickhouse;
});
after(() => store.stop());

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
      await recordLives(clickhouse, ...rows.flat());
      await closeLives(clickhouse, 0, 7, step);
      await closeLives(clickhouse, 4, 7, step);
      const found = await readVerdicts(clickhouse);
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
