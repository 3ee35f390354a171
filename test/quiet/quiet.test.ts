import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { renderRules } from '../../deploy/prometheus/render-rules.ts';
import { createRandom } from '../support/random.ts';
import { upperWeeklyRate } from './bound-rate.ts';
import { drawBetaBinomial } from './draw-counts.ts';
import { CHUNK_MINUTES } from './evaluate-rules.ts';
import { loadRules } from './load-rules.ts';
import { runMinutes } from './run-week.ts';
import { alertConditions } from './screen-rules.ts';
import { WeekLedger } from './week-ledger.ts';

const noPromtool = await promisify(execFile)('promtool', ['--version']).then(
  () => false,
  () => 'promtool is not installed (Debian: apt install prometheus)',
);
const directory = mkdtempSync(join(tmpdir(), 'docket-quiet-test-'));
after(() => rmSync(directory, { recursive: true, force: true }));

describe('two hours of a fleet', { skip: noPromtool, concurrency: 2 }, () => {
  const noon = { week: 1, fromMinute: 35 * 1440 + 720, minutes: CHUNK_MINUTES };

  // promtool's time goes with rules: those of one objective, of the same generator.
  async function runAt(timesBudget: number) {
    const slos = (await loadRules()).slos.filter(({ name }) => name === 'coverage');
    const file = join(directory, `rules-${timesBudget}.yml`);
    const text = renderRules(slos);
    writeFileSync(file, text);
    return runMinutes({ slos, seed: 1, timesBudget }, { file, groups: parse(text).groups }, noon);
  }

  test('that fails at half the rate it may wake nobody', async () => {
    const { pages, tickets, alerts, requests, evaluatedMinutes } = await runAt(0.5);
    assert.deepEqual({ pages, tickets, alerts }, { pages: 0, tickets: 0, alerts: {} });
    assert.ok(requests > 100_000 && evaluatedMinutes > CHUNK_MINUTES);
  });

  test('that fails at five times that rate page', async () => {
    const { pages, alerts } = await runAt(5);
    assert.ok(pages >= 2);
    assert.equal(alerts['page RatioBound coverage 30m busy'], 1);
    assert.equal(alerts['ticket RatioBound coverage 1d small'], 1);
  });
});

test('conditions speak of exported gauges alone, each in the window that was meant', async () => {
  const conditions = alertConditions((await loadRules()).rules.groups);
  for (const { expr } of conditions) assert.doesNotMatch(expr, /docket:/);
  const page = conditions.find(({ alert, labels }) => alert === 'RatioBound' && labels.severity === 'page');
  const gauge = (name: string) => `max without (instance, job) (${name}{slo="coverage",window="30m"})`;
  assert.ok(
    page?.expr.includes(`100 * (${gauge('docket_slo_bad')}) / ((${gauge('docket_slo_total')}) > 0) > 5`),
  );
});

test('what is drawn has the mean and the variance that are stated', () => {
  const random = createRandom(7);
  const draws = Array.from({ length: 20_000 }, () => drawBetaBinomial(random, 200, 0.02, 0.01));
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
  // 200 · 0.02 = 4; 200 · 0.02 · 0.98 · (1 + 199 · 0.01) = 11.72. Standard errors are 0.024 and about 0.2.
  assert.ok(Math.abs(mean - 4) < 0.1, `mean ${mean}`);
  assert.ok(Math.abs(variance - 11.72) < 1, `variance ${variance}`);
});

test('the bound of a rate is that of Poisson tables', () => {
  // 2.996, 4.744 and 18.21 (Garwood's 95 % one-sided limits for 0, 1 and 11 events).
  for (const [count, bound] of [
    [0, 2.9957],
    [1, 4.7439],
    [11, 18.2075],
  ] as const) {
    assert.ok(
      Math.abs(upperWeeklyRate(count, 10) * 10 - bound) < 0.001,
      `${count}: ${upperWeeklyRate(count, 1)}`,
    );
  }
  assert.ok(upperWeeklyRate(0, 30) < 0.1);
});

test('a finished week is kept, a torn line is not, and weeks of another run are refused', () => {
  const file = join(directory, 'weeks.jsonl');
  const week = {
    week: 1,
    pages: 0,
    tickets: 1,
    alerts: { a: 1 },
    requests: 5,
    suspectMinutes: 0,
    evaluatedMinutes: 9,
  };
  new WeekLedger(file, 'one').append(week, 3);
  appendFileSync(file, '{"run":"one","week":2');
  const ledger = new WeekLedger(file, 'one');
  assert.deepEqual([...ledger.read().values()], [{ run: 'one', ...week, seconds: 3 }]);
  ledger.append({ ...week, week: 2 }, 4);
  assert.deepEqual([...ledger.read().keys()], [1, 2]);
  assert.throws(() => new WeekLedger(file, 'two').read(), /weeks\.jsonl:1 is of other rules/);
});
