import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { minuteStart } from '../../domain/rollup/append-minutes.ts';
import { type ClickHouse, createClickHouse } from '../../platform/clickhouse/client.ts';
import { applyMigrations } from '../../platform/clickhouse/migrations.ts';
import { loadMigrations } from '../../schemas/load-migrations.ts';
import { startEvaluator } from '../../services/evaluator/service.ts';
import { type Engine, startEngine } from '../../stack/clickhouse/engine-process.ts';
import { moveWatermark, rawDecision } from '../support/raw-records.ts';
import { HANG_TIMEOUT_MS } from '../support/until.ts';

const TIMESCALE = 12;
const BUCKET_MS = 5000;

let directory: string;
let engine: Engine;
let clickhouse: ClickHouse;
let environment: Record<string, string>;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'docket-evaluator-'));
  engine = await startEngine({ dataDir: directory });
  clickhouse = createClickHouse({ url: engine.url });
  await applyMigrations(clickhouse, loadMigrations());
  environment = {
    DOCKET_CLICKHOUSE_URL: engine.url,
    DOCKET_TIMESCALE: String(TIMESCALE),
    DOCKET_EVALUATE_EVERY_MS: '50',
    DOCKET_HTTP_PORT: '0',
    DOCKET_MAX_SERVICES: '2',
    DOCKET_LOG_LEVEL: 'silent',
  };
});
after(async () => {
  await clickhouse.close();
  await engine.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function until(url: string, what: string, holds: (text: string) => boolean): Promise<string> {
  for (const giveUpAt = Date.now() + HANG_TIMEOUT_MS; Date.now() < giveUpAt; await sleep(50)) {
    const text = await (await fetch(`${url}/metrics`)).text();
    if (holds(text)) return text;
  }
  throw new Error(`/metrics never showed ${what}`);
}

test('/metrics shows closed minutes, blindness, and zeros; two evaluators show the same', async () => {
  const [one, two] = await Promise.all([startEvaluator(environment), startEvaluator(environment)]);
  try {
    const empty = await until(one.url, 'an evaluation', (text) =>
      text.includes('docket_evaluator_evaluated'),
    );
    assert.match(empty, /^docket_blind 1$/m);
    assert.match(empty, /^docket_slo_objective\{slo="coverage"\} 0.95$/m);
    assert.doesNotMatch(empty, /^docket_watermark_timestamp_seconds /m);

    const startMs = minuteStart(Date.now(), BUCKET_MS) - BUCKET_MS;
    await clickhouse.insertRows('decisions', [
      ...Array.from({ length: 9 }, () => rawDecision(startMs)),
      rawDecision(startMs, { latency_us: 60_000 }),
      rawDecision(startMs, { service: 'api' }),
      rawDecision(startMs, { tenant_id: 'globex' }),
    ]);
    await moveWatermark(clickhouse, startMs + BUCKET_MS);
    const shown = `docket_watermark_timestamp_seconds ${(startMs + BUCKET_MS) / 1000}`;
    const text = await until(one.url, 'the closed minute', (all) => all.includes(shown));
    assert.match(text, /^docket_blind 0$/m);
    const shop = 'slo="decision-latency",tenant="acme",service="shop"';
    for (const line of [
      `docket_slo_good{${shop},window="5m"} 9`,
      `docket_slo_bad{${shop},window="5m"} 1`,
      `docket_slo_total{${shop},window="30d"} 10`,
      'docket_slo_total{slo="coverage",tenant="acme",service="shop",window="1h"} 0',
      'docket_slo_expected{slo="coverage",tenant="acme",service="shop"} 0',
      `docket_slo_expected{${shop}} 1`,
      'docket_false_positive_insufficient{tenant="acme",policy="*"} 1',
      'docket_drift_verdict{tenant="acme",policy="p1",verdict="insufficient_data"} 1',
      'docket_evaluator_services_cut 1',
    ]) {
      assert.ok(text.includes(`${line}\n`), line);
    }
    assert.doesNotMatch(text, /docket_drift_psi\{|docket_false_positive_ratio\{|tenant="globex",service/);
    const other = await until(two.url, 'the closed minute', (all) => all.includes(shown));
    const results = (all: string) =>
      all
        .split('\n')
        .filter((line) => /^docket_(slo|drift|false|sequences|enforcers|quarantined)/.test(line));
    assert.deepEqual(results(other), results(text));

    engine.kill('SIGKILL');
    await engine.exited;
    const blind = await until(one.url, 'blindness', (all) => all.includes('docket_blind 1\n'));
    assert.ok(blind.includes(`docket_slo_good{${shop},window="5m"} 9\n`), 'what was seen stays');
  } finally {
    await Promise.all([one.stop(), two.stop()]);
  }
  engine = await startEngine({ dataDir: directory });
  await clickhouse.close();
  clickhouse = createClickHouse({ url: engine.url });
  environment.DOCKET_CLICKHOUSE_URL = engine.url;
});

test('an evaluator with another timescale than the store ends itself', {
  timeout: HANG_TIMEOUT_MS,
}, async () => {
  const service = await startEvaluator({ ...environment, DOCKET_TIMESCALE: '1' });
  try {
    const failure = await service.failed;
    assert.match(failure?.message ?? '', /DOCKET_TIMESCALE: this store was rolled up with a timescale of 12/);
  } finally {
    await service.stop();
  }
});

test('every problem of the configuration is named at once', async () => {
  await assert.rejects(startEvaluator({ DOCKET_TIMESCALE: '7', DOCKET_HTTP_PORT: 'x' }), (error: Error) => {
    assert.deepEqual(Object.getOwnPropertyDescriptor(error, 'problems')?.value, [
      'DOCKET_CLICKHOUSE_URL: give an http:// or https:// address',
      'DOCKET_TIMESCALE: give a number from 1 on that divides 60000, such as 1 or 12',
      'DOCKET_HTTP_PORT: give a whole number from 0 to 65535',
    ]);
    return true;
  });
  await assert.rejects(startEvaluator({ ...environment, DOCKET_MAX_SERIES: '1000' }), (error: Error) => {
    const [problem] = Object.getOwnPropertyDescriptor(error, 'problems')?.value ?? [];
    assert.match(
      problem,
      /^DOCKET_MAX_SERIES: 4 SLOs × 2 services make \d+ series, and counts \d+ more: \d+, allowed are 1000\. Raise it, /,
    );
    return true;
  });
  await assert.rejects(startEvaluator({ ...environment, DOCKET_COST_BUDGETS_FILE: '/nowhere' }), {
    problems: [
      'DOCKET_COST_BUDGETS_FILE: the file cannot be read; config/cost-budgets.example.yaml shows one',
    ],
  });
  const slos = mkdtempSync(join(tmpdir(), 'docket-slos-'));
  try {
    const withSlos = { ...environment, DOCKET_SLO_DIRECTORY: slos };
    await assert.rejects(startEvaluator(withSlos), { name: 'ConfigurationError' });
    writeFileSync(join(slos, 'a.yaml'), 'apiVersion: openslo/v1\nkind: SLO\nmetadata:\n  name: Bad Name\n');
    writeFileSync(join(slos, 'b.yaml'), 'name: [\n');
    await assert.rejects(startEvaluator(withSlos), (error: Error) => {
      const problems: readonly string[] = Object.getOwnPropertyDescriptor(error, 'problems')?.value ?? [];
      assert.ok(problems.some((problem) => problem.startsWith('b.yaml:2:1: is not YAML')));
      assert.ok(
        problems.some((problem) => problem.startsWith('a.yaml:4:9: metadata.name must be kebab-case')),
      );
      return true;
    });
  } finally {
    rmSync(slos, { recursive: true, force: true });
  }
});
