import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { readExplanation, UnanswerableQuestion } from '../../cli/slo/read-explanation.ts';
import { renderExplanation } from '../../cli/slo/render-explanation.ts';
import { INPUTS } from '../../domain/contract/inputs.ts';
import type { Slo } from '../../domain/slo/definition.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import {
  CONFIGURED_SLOS,
  evaluateAll,
  evaluatorOf,
  RESULT_TABLES,
  sloCounts,
} from '../support/evaluate-store.ts';
import { createRandom } from '../support/random.ts';
import {
  clickHouseTime,
  moveWatermark,
  rawChange,
  rawDecision,
  rawLabel,
  rawOutcome,
  rawTally,
} from '../support/raw-records.ts';
import { compareGauges, gaugeValuesOf } from '../support/recompute/compare-gauges.ts';
import { insertHistory } from '../support/recompute/random-history.ts';
import { recomputeGauges } from '../support/recompute/recompute-gauges.ts';
import { type ResultStore, startResultStore } from '../support/result-store.ts';
import { readExampleSlos } from '../support/slo-example.ts';

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

const FIRST_ATTEMPTS: Slo = {
  ...{ name: 'first-attempts', description: '', service: '*', tenant: '*', severity: 'ticket' },
  indicator: { kind: 'first-attempt-success' },
  window: { kind: 'rolling', days: 30 },
  ...{ budgeting: 'occurrences', objective: 0.99, alerting: 'burn-rate', pageAtFourTimes: false },
};
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

test('every count equals what the raw rows say, whatever came late and whoever was killed meanwhile', async () => {
  const slos = [...CONFIGURED_SLOS, ...readExampleSlos(), FIRST_ATTEMPTS];
  const random = createRandom(61);
  let fromMs = T0;
  for (const [minutes, killedAfter] of [
    [40, 5],
    [6, 13],
  ] as const) {
    await insertHistory(clickhouse, random, fromMs, minutes);
    fromMs += minutes * MINUTE;
    await moveWatermark(clickhouse, fromMs);
    await assert.rejects(evaluateAll(failAfter(clickhouse, killedAfter), { slos }), /killed/);
    const evaluations = await Promise.all([
      evaluateAll(clickhouse, { slos }),
      evaluateAll(clickhouse, { slos }),
    ]);
    const recomputed = await recomputeGauges(clickhouse, slos, fromMs, MINUTE);
    for (const { samples } of evaluations) {
      const { series, nonZero, mismatches } = compareGauges(gaugeValuesOf(samples), recomputed.values);
      assert.deepEqual(mismatches.slice(0, 5), []);
      assert.ok(series > 1000 && nonZero > 200, `${series} series, ${nonZero} of them not 0`);
    }
    assert.ok(recomputed.late > 20);
  }
});

/** As it looks to a process that is killed after so many writes. */
function failAfter(whole: ClickHouse, writes: number): ClickHouse {
  let left = writes;
  const write = async (act: () => Promise<void>) => {
    if (left-- <= 0) throw new Error('killed');
    await act();
  };
  return {
    ...whole,
    command: (sql, parameters) => write(() => whole.command(sql, parameters)),
    insertRows: (table, rows) => write(() => whole.insertRows(table, rows)),
  };
}

test('an alert is explained afterwards: conditions, counts, versions, and the decisions that were counted', async () => {
  const slow = Array.from({ length: 25 }, (_, n) =>
    rawDecision(T0 + 58 * MINUTE + n, { latency_us: 90_000 }),
  );
  const settled = { latency_us: 90_000, decided_at: clickHouseTime(T0 - 1440 * MINUTE) };
  await clickhouse.insertRows('policy_changes', [rawChange(T0, 'ACTIVATED', { policy_version: '2' })]);
  await clickhouse.insertRows('decisions', [
    ...Array.from({ length: 75 }, (_, n) => rawDecision(T0 + n * 30_000)),
    ...slow,
    rawDecision(T0 + 59 * MINUTE, settled),
    rawDecision(T0 + 61 * MINUTE, { latency_us: 90_000 }),
  ]);
  await moveWatermark(clickhouse, T0 + 62 * MINUTE);
  await evaluateAll(clickhouse);
  const question = { alert: 'BurnRate', tenant: 'acme', service: 'shop', atMs: T0 + 60 * MINUTE + 59_999 };
  const { endMs, explanations } = await readExplanation(clickhouse, CONFIGURED_SLOS, question, []);
  assert.equal(endMs, T0 + 60 * MINUTE);
  const latency = explanations.find(({ slo }) => slo.name === 'decision-latency');
  const [fastest] = latency?.rules ?? [];
  assert.deepEqual(
    fastest?.conditions.map(({ met, what, comparison }) => `${met} ${what}: ${comparison}`),
    [
      'true burn rate over 1h: 25 > 14.4',
      'true burn rate over 5m: 100 > 14.4',
      'true bad events over 1h: 25 >= 7',
    ],
  );
  // Since minute 58, of which the rule wants one more to have passed.
  assert.deepEqual([fastest?.met, fastest?.metMinutes, fastest?.forMinutes], [true, 2, 1]);
  assert.equal(latency?.decisions?.length, 20);
  const counted = new Set(slow.map(({ decision_id }) => decision_id));
  assert.ok(latency?.decisions?.every(({ decisionId }) => counted.has(decisionId)));
  assert.deepEqual(latency?.policies, [
    { policy: 'p1', version: '1', decisions: 101, activeVersion: '2', activatedMs: T0 },
  ]);
  assert.match(
    renderExplanation(question, { endMs, explanations }, 'http://auditor/'),
    /not met {2}bad events over 6h/,
  );

  for (const [wrong, message] of [
    [
      { alert: 'Nonsense' },
      /--alert Nonsense: is no alert of these objectives; known are AllBad, BurnAboveBaseline, BurnRate/,
    ],
    [
      { service: 'nowhere' },
      /--service nowhere: no objective with this alert covers it, or nobody had heard/,
    ],
    [{ atMs: T0 - MINUTE }, /no minute was closed by then; the first one ended 2026-01-05T10:01:00.000Z/],
  ] as const) {
    const asked = readExplanation(clickhouse, CONFIGURED_SLOS, { ...question, ...wrong }, []);
    await assert.rejects(
      asked,
      (error: Error) => error instanceof UnanswerableQuestion && message.test(error.message),
    );
  }
});

test('a store that was rolled up with other minutes is refused', async () => {
  await clickhouse.insertRows('decisions', [rawDecision(T0)]);
  await moveWatermark(clickhouse, T0 + MINUTE);
  await evaluateAll(clickhouse);
  await assert.rejects(evaluatorOf(clickhouse, { timescale: 12 })(), { name: 'TimescaleMismatch' });
});
