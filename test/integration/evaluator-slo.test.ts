import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { readReport } from '../../cli/slo/read-report.ts';
import { renderReport, reportToJson } from '../../cli/slo/render-report.ts';
import type { SloAdjustment } from '../../domain/slo/adjustments.ts';
import type { AbsoluteSlo, Slo, TimeslicesSlo } from '../../domain/slo/definition.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { readPastBudgets } from '../../services/evaluator/drivers/read-past-budgets.ts';
import { digestDefinition } from '../../services/evaluator/slo/digest-definition.ts';
import { evaluateAll, sampleOf, sloCounts } from '../support/evaluate-store.ts';
import {
  clickHouseTime,
  moveWatermark,
  type RawRow,
  rawAdjustment,
  rawDecision,
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

test('each objective counts what its definition says, and nothing else', async () => {
  const at = T0 + 30_000;
  await clickhouse.insertRows('decisions', [
    ...Array.from({ length: 20 }, () => rawDecision(at)),
    rawDecision(at, { latency_us: 50_000 }),
    rawDecision(at, { latency_us: 50_001 }),
    rawDecision(at, { outcome: 'ERROR', fallback: 'FAIL_CLOSED', applied: 'UNKNOWN', timed_out: true }),
    rawDecision(at, { outcome: 'UNDEFINED' }),
    rawDecision(at, { applied: 'PENDING' }),
    rawDecision(at, { applied: 'UNKNOWN' }),
    rawDecision(at, { mode: 'SHADOW', latency_us: 900_000, applied: 'NOT_APPLIED' }),
    rawDecision(at, { probe_id: 'probe-1', probe_expected: 'DENY', latency_us: 900_000 }),
    rawDecision(at, { trace_id: null }),
    rawDecision(at, { 'rules.id': [], 'rules.layer': [], 'rules.effect': [], 'rules.overridden': [] }),
  ]);
  await moveWatermark(clickhouse, T0 + MINUTE);
  const { samples } = await evaluateAll(clickhouse);

  // 30 decisions; latency and success leave out SHADOW and the probe: 28. What is PENDING is not final yet.
  assert.deepEqual(sloCounts(samples, 'decision-latency', '5m'), { good: 27, bad: 1, total: 28, unknown: 0 });
  assert.deepEqual(sloCounts(samples, 'enforcement-success', '5m'), {
    good: 24,
    bad: 2,
    total: 26,
    unknown: 1,
  });
  assert.deepEqual(sloCounts(samples, 'audit-completeness', '30d'), {
    good: 28,
    bad: 2,
    total: 30,
    unknown: 0,
  });
  assert.deepEqual(sloCounts(samples, 'coverage', '5m'), { good: 0, bad: 0, total: 0, unknown: 0 });
  const series = { slo: 'decision-latency', tenant: 'acme', service: 'shop' };
  assert.equal(sampleOf(samples, 'docket_slo_expected', series), 1);
  // 1 − (1/28) / 0.01
  const remaining = sampleOf(samples, 'docket_slo_error_budget_remaining_ratio', series);
  assert.ok(Math.abs((remaining ?? 0) - (1 - 100 / 28)) < 1e-9);
  const [rolled] = await clickhouse.query(
    'SELECT sum(decisions) AS decisions, sum(timed_out) AS timed_out, sum(latency_us_sum) AS sum_us, ' +
      'max(latency_us_max) AS max_us FROM decision_minutes FINAL',
  );
  assert.deepEqual(rolled, {
    decisions: 30,
    timed_out: 1,
    sum_us: 26 * 10_000 + 100_001 + 1_800_000,
    max_us: 900_000,
  });
});

test('a decision counts once, in the minute in which it is final: by its outcome, or as bad five minutes on', async () => {
  const at = T0 + 30_000;
  const minute = (n: number) => at + n * MINUTE;
  const failed = { applied: 'FAILED', final: false };
  const second = { attempt: 2 };
  // What is decided, what is told of it, and when: in minutes after.
  const cases: readonly [decision: RawRow, told: readonly [atMs: number, outcome: RawRow][]][] = [
    ...Array.from({ length: 11 }, (): [RawRow, []] => [{}, []]),
    [{ outcome: 'ERROR', fallback: 'FAIL_CLOSED', applied: 'NOT_APPLIED' }, [[minute(1), {}]]],
    [{ applied: 'PENDING' }, [[minute(2), {}]]],
    [
      { applied: 'PENDING' },
      [
        [minute(1), failed],
        [minute(3), second],
      ],
    ],
    [{ applied: 'PENDING' }, []],
    [{ applied: 'FAILED' }, [[minute(4), second]]],
    [{ applied: 'FAILED' }, []],
    [{ applied: 'PENDING' }, [[minute(5), {}]]],
    [{ applied: 'PENDING' }, [[minute(5) + 1, {}]]],
    [{ applied: 'PENDING' }, [[T0 - 10_000, {}]]],
    [{ applied: 'PENDING' }, [[minute(1), { applied: 'FAILED' }]]],
    [{ applied: 'UNKNOWN' }, [[minute(1), {}]]],
    [{ applied: 'PENDING' }, [[minute(1), { applied: 'UNKNOWN' }]]],
    [
      { applied: 'PENDING' },
      [
        [minute(1), {}],
        [minute(2), { ...second, applied: 'FAILED' }],
      ],
    ],
    [{ applied: 'PENDING', mode: 'SHADOW' }, [[minute(1), {}]]],
    [{ applied: 'PENDING', probe_id: 'probe-1', probe_expected: 'DENY' }, [[minute(1), {}]]],
  ];
  const decisions = cases.map(([changes]) => rawDecision(at, changes));
  const outcomes = cases.flatMap(([, told], index) =>
    told.map(([atMs, changes]) => rawOutcome(atMs, decisions[index] ?? {}, changes)),
  );
  // Another enforcer's decision of the same id, of which nobody told.
  const [stranger] = outcomes;
  await clickhouse.insertRows('decisions', decisions);
  await clickhouse.insertRows('outcomes', [...outcomes, { ...stranger, enforcer_id: 'guard-9', offset: 0 }]);
  const counted = async (figure: string) =>
    (
      await clickhouse.query<{ minute: number; counts: number[] }>(
        `SELECT intDiv(toUnixTimestamp64Milli(append_minute) - ${T0}, ${MINUTE}) AS minute,
           [sum(good), sum(bad), sum(unknown)] AS counts
         FROM enforcement_minutes FINAL WHERE figure = {figure: String} GROUP BY minute ORDER BY minute`,
        { figure },
      )
    ).map(({ minute: number, counts }) => [number, ...counts]);

  // What is closed must not change.
  const closed: unknown[] = [];
  for (const end of [2, 4, 7]) {
    await moveWatermark(clickhouse, T0 + end * MINUTE);
    await evaluateAll(clickhouse);
    const now = await counted('final');
    assert.deepEqual(now.slice(0, closed.length), closed);
    closed.splice(0, closed.length, ...now);
  }
  assert.deepEqual(closed, [
    [0, 12, 1, 1],
    [1, 1, 1, 1],
    [2, 1, 0, 0],
    [3, 1, 0, 0],
    [4, 1, 0, 0],
    [5, 1, 3, 0],
  ]);
  assert.deepEqual(await counted('first'), [
    [0, 12, 3, 1],
    [1, 1, 2, 1],
    [2, 1, 0, 0],
    [5, 1, 2, 0],
  ]);
  const { samples } = await evaluateAll(clickhouse);
  const counts = { good: 17, bad: 5, total: 22, unknown: 2 };
  assert.deepEqual(sloCounts(samples, 'enforcement-success', '1h'), counts);
});

test('without 90 % known outcomes enforcement success is no data', async () => {
  await clickhouse.insertRows('decisions', [
    ...Array.from({ length: 8 }, () => rawDecision(T0)),
    rawDecision(T0, { applied: 'UNKNOWN' }),
  ]);
  await moveWatermark(clickhouse, T0 + MINUTE);
  const { samples } = await evaluateAll(clickhouse);
  assert.deepEqual(sloCounts(samples, 'enforcement-success', '1h'), {
    good: 0,
    bad: 0,
    total: 0,
    unknown: 1,
  });
  assert.equal(
    sampleOf(samples, 'docket_slo_error_budget_remaining_ratio', { slo: 'enforcement-success' }),
    undefined,
  );
});

test('late decisions count in the budget by the time they were decided, and not in alert windows', async () => {
  await clickhouse.insertRows('decisions', [
    rawDecision(T0),
    rawDecision(T0, { decided_at: clickHouseTime(T0 - 15 * MINUTE), latency_us: 90_000 }),
    rawDecision(T0, { decided_at: clickHouseTime(T0 - 15 * MINUTE - 1), latency_us: 90_000 }),
    rawDecision(T0, { decided_at: clickHouseTime(T0 - 31 * 1440 * MINUTE), latency_us: 90_000 }),
    rawDecision(T0, { decided_at: clickHouseTime(T0 + 7 * MINUTE) }),
  ]);
  await moveWatermark(clickhouse, T0 + MINUTE);
  const { samples } = await evaluateAll(clickhouse);
  assert.deepEqual(sloCounts(samples, 'decision-latency', '5m'), { good: 2, bad: 1, total: 3, unknown: 0 });
  const series = { slo: 'decision-latency', window: '5m' };
  assert.equal(sampleOf(samples, 'docket_slo_late', series), 2);
  // A clock that is ahead cannot move an event out of its budget.
  const [minutes] = await clickhouse.query<{ newest: string }>(
    'SELECT toString(max(decided_minute)) AS newest FROM slo_minutes FINAL',
  );
  assert.equal(minutes?.newest, clickHouseTime(T0));
  // Decided within 30 days: 2 good, 2 bad. 1 − (2/4) / 0.01 = −49.
  const remaining = sampleOf(samples, 'docket_slo_error_budget_remaining_ratio', { slo: 'decision-latency' });
  assert.equal(remaining, -49);
});

test('windows forget what left them, and a service that fell silent keeps its series at 0', async () => {
  await clickhouse.insertRows('decisions', [
    rawDecision(T0),
    rawDecision(T0 + 5 * MINUTE, { service: 'api' }),
  ]);
  await moveWatermark(clickhouse, T0 + 6 * MINUTE);
  const { samples } = await evaluateAll(clickhouse);
  const shop = (window: string) =>
    sampleOf(samples, 'docket_slo_total', { slo: 'decision-latency', service: 'shop', window });
  assert.equal(shop('5m'), 0);
  assert.equal(shop('30m'), 1);
  assert.equal(sampleOf(samples, 'docket_slo_expected', { slo: 'decision-latency', service: 'shop' }), 1);
});

test('heartbeats without a request mean that nothing is due', async () => {
  const idle = { requests_in_scope: 0, observer_kind: 'ENFORCER' };
  await clickhouse.insertRows('tallies', [rawTally(T0, idle), rawTally(T0 + MINUTE, idle)]);
  await moveWatermark(clickhouse, T0 + 2 * MINUTE);
  const first = await evaluateAll(clickhouse);
  assert.equal(sampleOf(first.samples, 'docket_slo_expected', { slo: 'decision-latency' }), 0);
  assert.equal(sampleOf(first.samples, 'docket_slo_self_reported', { slo: 'coverage' }), 1);
  await moveWatermark(clickhouse, T0 + 40 * MINUTE);
  const later = await evaluateAll(clickhouse);
  assert.equal(sampleOf(later.samples, 'docket_slo_expected', { slo: 'decision-latency' }), 1);
});

const EVERY_MINUTE: TimeslicesSlo = {
  name: 'good-minutes',
  description: 'Most minutes are good.',
  tenant: '*',
  service: '*',
  indicator: { kind: 'enforcement-success' },
  window: {
    kind: 'calendar',
    unit: 'month',
    timeZone: 'Europe/Berlin',
    startDate: { year: 2026, month: 1, day: 1 },
  },
  severity: 'page',
  budgeting: 'timeslices',
  objective: 0.99,
  sliceObjective: 0.9,
  sliceMinutes: 1,
  alerting: 'burn-rate',
  pageAtFourTimes: false,
};
const TEN_A_MONTH: AbsoluteSlo = {
  ...{ description: 'Few fail.', tenant: '*', service: '*', severity: 'page' },
  ...{ indicator: EVERY_MINUTE.indicator, window: EVERY_MINUTE.window },
  name: 'few-failures',
  budgeting: 'absolute',
  maxCount: 10,
  alerting: 'absolute',
};
const BUDGETS = [EVERY_MINUTE, TEN_A_MONTH];
const JANUARY_MINUTES = 31 * 1440;

// Minute 0: 10 good. 1: 8 of 10. 2: nothing. 3: 9 of 10. 4: 7 good, 3 unknown. 5 to 14: one good each.
async function playFifteenMinutes(): Promise<void> {
  const rows = (minute: number, count: number, change: Record<string, unknown> = {}) =>
    Array.from({ length: count }, () => rawDecision(T0 + minute * MINUTE, change));
  await clickhouse.insertRows('decisions', [
    ...rows(0, 10),
    ...[...rows(1, 8), ...rows(1, 2, { outcome: 'ERROR' })],
    ...[...rows(3, 9), ...rows(3, 1, { outcome: 'ERROR' })],
    ...[...rows(4, 7), ...rows(4, 3, { applied: 'UNKNOWN' })],
    ...Array.from({ length: 10 }, (_, index) => rows(5 + index, 1)).flat(),
  ]);
  await moveWatermark(clickhouse, T0 + 15 * MINUTE);
}

test('slices and counts are what their minutes say, and their budgets those of a month in Berlin', async () => {
  await playFifteenMinutes();
  const { samples } = await evaluateAll(clickhouse, { slos: BUDGETS });
  const of = (gauge: string, slo: string, window?: string) =>
    sampleOf(samples, `docket_slo_${gauge}`, { slo, ...(window === undefined ? {} : { window }) });
  // 13 slices with verdicts, 1 unknown, 16 without traffic.
  assert.deepEqual(sloCounts(samples, 'good-minutes', '30m'), { good: 28, bad: 1, total: 29, unknown: 1 });
  assert.equal(of('empty_slices', 'good-minutes', '30m'), 16);
  assert.deepEqual(sloCounts(samples, 'good-minutes', '5m'), { good: 5, bad: 0, total: 5, unknown: 0 });
  assert.equal(of('error_budget_remaining_ratio', 'good-minutes'), 1 - 1 / (JANUARY_MINUTES * 0.01));
  assert.equal(of('budget_start_timestamp_seconds', 'good-minutes'), Date.UTC(2025, 11, 31, 23) / 1000);
  // Three events failed: three tenths of the budget.
  assert.deepEqual(sloCounts(samples, 'few-failures', '1h'), { good: 44, bad: 3, total: 47, unknown: 3 });
  assert.equal(of('error_budget_remaining_ratio', 'few-failures'), 0.7);
  assert.equal(of('empty_slices', 'few-failures', '1h'), undefined);
});

test('maintenance leaves windows and budgets, one declared later the budget, and a reset starts it anew', async () => {
  await playFifteenMinutes();
  const adjusted = async (change: Partial<SloAdjustment>) => {
    const adjustment: SloAdjustment = {
      ...{ tenant: 'acme', slo: '*', service: '*', kind: 'EXCLUSION' },
      ...{ fromMs: T0 + MINUTE, untilMs: T0 + 2 * MINUTE, declaredAtMs: T0 },
      ...change,
    };
    // What is closed stays; only what is read of it differs.
    const { samples } = await evaluateAll(clickhouse, { slos: BUDGETS, adjustments: [adjustment] });
    const of = (gauge: string, slo: string, window?: string) =>
      sampleOf(samples, `docket_slo_${gauge}`, { slo, ...(window === undefined ? {} : { window }) });
    return {
      slices: [of('bad', 'good-minutes', '30m'), of('total', 'good-minutes', '30m')],
      left: [
        of('error_budget_remaining_ratio', 'good-minutes'),
        of('error_budget_remaining_ratio', 'few-failures'),
      ],
      bad: of('bad', 'few-failures', '1h'),
      start: of('budget_start_timestamp_seconds', 'few-failures'),
    };
  };
  const january = Date.UTC(2025, 11, 31, 23) / 1000;
  assert.deepEqual(await adjusted({}), { slices: [0, 28], left: [1, 0.9], bad: 1, start: january });
  assert.deepEqual(await adjusted({ declaredAtMs: T0 + 3 * MINUTE }), {
    ...{ slices: [1, 29], left: [1, 0.9], bad: 3, start: january },
  });
  assert.deepEqual(await adjusted({ kind: 'BUDGET_RESET', fromMs: T0 + 2 * MINUTE }), {
    ...{ slices: [1, 29], left: [1, 0.9], bad: 3, start: (T0 + 2 * MINUTE) / 1000 },
  });
  assert.deepEqual((await adjusted({ service: 'api' })).left, [1 - 1 / (JANUARY_MINUTES * 0.01), 0.7]);
});

test('what is declared counts from when it was recorded, whatever it says of itself', async () => {
  const slow = { latency_us: 900_000 };
  await clickhouse.insertRows('decisions', [
    ...Array.from({ length: 8 }, () => rawDecision(T0 + 30_000)),
    rawDecision(T0 + MINUTE + 30_000, slow),
    rawDecision(T0 + 2 * MINUTE + 30_000, slow),
  ]);
  await clickhouse.insertRows('slo_adjustments', [
    // In time: leaves windows and budget.
    rawAdjustment(T0, T0 + MINUTE, T0 + 2 * MINUTE),
    // Recorded when it was over, though it says that it was declared before: leaves the budget only.
    rawAdjustment(T0 + 3 * MINUTE, T0 + 2 * MINUTE, T0 + 3 * MINUTE),
    // Another tenant's, and one that was recorded after what is evaluated.
    rawAdjustment(T0, T0, T0 + MINUTE, { tenant_id: 'globex' }),
    rawAdjustment(T0 + 5 * MINUTE, T0, T0 + MINUTE),
  ]);
  await moveWatermark(clickhouse, T0 + 4 * MINUTE);
  const { samples } = await evaluateAll(clickhouse);
  assert.deepEqual(sloCounts(samples, 'decision-latency', '5m'), { good: 8, bad: 1, total: 9, unknown: 0 });
  const series = { slo: 'decision-latency', tenant: 'acme', service: 'shop' };
  assert.equal(sampleOf(samples, 'docket_slo_error_budget_remaining_ratio', series), 1);
});

test('the month before closes two days after its end, and a correction opens it for what was known then', async () => {
  const day = 1440 * MINUTE;
  const newYear = Date.UTC(2025, 11, 31, 23);
  const row = (decidedMs: number, appendedMs: number, bad: number, slo: Slo = TEN_A_MONTH) => ({
    ...{
      append_minute: clickHouseTime(appendedMs),
      decided_minute: clickHouseTime(decidedMs),
      slo: slo.name,
    },
    ...{
      definition: digestDefinition(slo),
      tenant_id: 'acme',
      service: 'shop',
      late: appendedMs > decidedMs,
    },
    ...{ good: 100 - bad, bad, total: 100, unknown: 0 },
  });
  await clickhouse.insertRows('slo_minutes', [
    row(newYear - 20 * day, newYear - 20 * day, 2),
    row(newYear - MINUTE, newYear + day, 1),
    row(newYear - 2 * MINUTE, newYear + 2 * day, 5),
    row(newYear, newYear + MINUTE, 1),
    row(newYear - 20 * day, newYear - 20 * day, 50, EVERY_MINUTE),
    row(newYear - 19 * day, newYear - 19 * day, 0, EVERY_MINUTE),
  ]);
  await clickhouse.insertRows('services_seen', [
    { tenant_id: 'acme', service: 'shop', observed: false, first_minute: clickHouseTime(newYear - 20 * day) },
  ]);
  const clock = { endMs: newYear + 4 * day, bucketMs: MINUTE, adjustments: [] };
  await clickhouse.insertRows('closed_minutes', [
    {
      append_minute: clickHouseTime(clock.endMs - MINUTE),
      watermark: clickHouseTime(clock.endMs),
      bucket_ms: MINUTE,
    },
  ]);
  const { series, untilMs } = await readReport(clickhouse, BUDGETS, 'acme');
  assert.equal(untilMs, clock.endMs);
  const [slices, counts] = series;
  assert.deepEqual([counts?.budget.counts.bad, counts?.budget.remaining], [1, 0.9]);
  assert.deepEqual(
    [counts?.previous?.counts.bad, counts?.previous?.remaining, counts?.previous?.isClosed],
    [3, 0.7, true],
  );
  assert.equal(slices?.previous?.remaining, 1 - 1 / (JANUARY_MINUTES * 0.01));
  assert.equal(slices?.previous?.counts.empty, JANUARY_MINUTES - 2);
  assert.equal(slices?.budget.remaining, null);
  const correction = {
    ...{ tenant: 'acme', slo: 'few-failures', service: 'shop', kind: 'CORRECTION' as const },
    ...{ fromMs: newYear - day, untilMs: newYear, declaredAtMs: newYear + 3 * day },
  };
  const adjusted = { ...clock, adjustments: [correction] };
  const [corrected] = await readPastBudgets(clickhouse, [TEN_A_MONTH], adjusted);
  assert.deepEqual([corrected?.counts.bad, corrected?.remaining], [8, 1 - 8 / 10]);
  const reset = { ...correction, kind: 'BUDGET_RESET' as const, fromMs: newYear + day };
  const [before] = await readPastBudgets(clickhouse, [TEN_A_MONTH], { ...clock, adjustments: [reset] });
  assert.equal(before?.counts.bad, 3);
  assert.match(renderReport({ untilMs, series }), /few-failures .*90 %.*before: 70 % left, closed/);
  const json = JSON.parse(JSON.stringify(reportToJson({ untilMs, series })));
  assert.equal(json.slos[1].previous.bad, 3);
  assert.equal(json.slos[1].windows['1h'].burn_rate, null);
});
