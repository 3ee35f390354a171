import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { INPUTS } from '../../domain/contract/inputs.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { evaluateAll, evaluatorOf, RESULT_TABLES, sloCounts } from '../support/evaluate-store.ts';
import {
  clickHouseTime,
  moveWatermark,
  rawDecision,
  rawLabel,
  rawOutcome,
  rawTally,
} from '../support/raw-records.ts';
import { type ResultStore, startResultStore } from '../support/result-store.ts';

const T0 = Date.UTC(2026, 0, 5, 10, 0, 0);
const MINUTE = 60_000;

let store: ResultStore;
let clickhouse: ClickHouse;

before(async () => {
  store = await startResultStore();
  clickhouse = store.clickhouse;
});
after(() => store.stop());
beforeEach(() => store.clear());

const PARTITIONS = INPUTS.reduce((sum, { partitions }) => sum + partitions, 0);

test('a minute is closed only when the watermark of every partition has passed it', async () => {
  await clickhouse.insertRows('decisions', [rawDecision(T0 + 1), rawDecision(T0 + MINUTE)]);
  const blind = await evaluateAll(clickhouse);
  assert.equal(blind.blind, true);
  assert.equal(blind.endMs, null);
  assert.equal(blind.unseen.length, PARTITIONS);
  await moveWatermark(clickhouse, T0 + MINUTE - 1);
  assert.equal((await evaluateAll(clickhouse)).endMs, null);
  await moveWatermark(clickhouse, T0 + MINUTE + 1);
  const first = await evaluateAll(clickhouse, { now: T0 + MINUTE + 2000 });
  assert.equal(first.endMs, T0 + MINUTE);
  assert.equal(first.blind, false);
  assert.equal(sloCounts(first.samples, 'decision-latency', '5m').total, 1);
  assert.equal((await evaluateAll(clickhouse, { now: T0 + 10 * MINUTE })).blind, true);
});

test('one by one, all at once, twice at the same time, or cut short: the results are the same rows', async () => {
  const decisions = Array.from({ length: 900 }, (_, n) =>
    rawDecision(T0 + n * 300, {
      enforcer_sequence: n,
      outcome: n % 7 === 0 ? 'DENY' : 'ALLOW',
      decided_at: clickHouseTime(T0 + n * 300 - (n % 50 === 0 ? 16 * MINUTE : 900)),
      applied: n % 40 === 0 ? 'UNKNOWN' : n % 9 === 0 ? 'PENDING' : 'APPLIED',
      service: n % 2 === 0 ? 'shop' : 'api',
    }),
  );
  await clickhouse.insertRows('decisions', decisions);
  await clickhouse.insertRows(
    'labels',
    decisions.filter((_, n) => n % 7 === 0).map((row, n) => rawLabel(T0 + 600 * n, row)),
  );
  await clickhouse.insertRows(
    'outcomes',
    decisions.filter((_, n) => n % 18 === 0).map((row, n) => rawOutcome(T0 + 5000 * n, row)),
  );
  await clickhouse.insertRows(
    'tallies',
    Array.from({ length: 4 }, (_, n) => rawTally(T0 + (n + 1) * MINUTE + 7, { requests_in_scope: 70 })),
  );
  for (const minute of [1, 2, 3, 4, 5, 10]) {
    await moveWatermark(clickhouse, T0 + minute * MINUTE);
    await evaluateAll(clickhouse);
  }
  const oneByOne = await readResults();
  const again = async (run: () => Promise<unknown>) => {
    for (const table of RESULT_TABLES) await clickhouse.command(`TRUNCATE TABLE ${table}`);
    await run();
    assert.deepEqual(await readResults(), oneByOne);
  };
  await again(() => evaluateAll(clickhouse));
  await again(async () => {
    await Promise.all([evaluateAll(clickhouse), evaluateAll(clickhouse)]);
  });
  // A crash before the mark: everything but closed_minutes is there already.
  await clickhouse.command('TRUNCATE TABLE closed_minutes');
  await evaluateAll(clickhouse);
  assert.deepEqual(await readResults(), oneByOne);
});

async function readResults(): Promise<unknown> {
  const results: Record<string, unknown> = {};
  for (const table of RESULT_TABLES.filter((name) => name !== 'sequence_sets')) {
    results[table] = await clickhouse.query(`SELECT * FROM ${table} FINAL ORDER BY ALL`);
  }
  results.completeness = await clickhouse.query('SELECT * FROM completeness ORDER BY ALL');
  return results;
}

test('a store that was rolled up with other minutes is refused', async () => {
  await clickhouse.insertRows('decisions', [rawDecision(T0)]);
  await moveWatermark(clickhouse, T0 + MINUTE);
  await evaluateAll(clickhouse);
  await assert.rejects(evaluatorOf(clickhouse, { timescale: 12 })(), { name: 'TimescaleMismatch' });
});
