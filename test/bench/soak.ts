import { INPUTS } from '../../domain/contract/inputs.ts';
import { openLogBounds } from '../../platform/kafka/log-bounds.ts';
import { startEngine } from '../../stack/clickhouse/engine-process.ts';
import { readLag, readLogEnds } from '../../stack/log-offsets.ts';
import type { BenchRun } from './benchmark.ts';
import { readRssMib } from './cpu-time.ts';
import { quantile } from './median-figures.ts';
import { DECISIONS_TOPIC, newGroup } from './phases.ts';
import { renderTable } from './render-table.ts';
import { startRecorderProcess, startVaultProcess } from './run-node.ts';
import { startWorker } from './run-worker.ts';
import { type BenchStore, startBenchBroker, startBenchStore } from './start-stores.ts';

export const summary =
  "the recorder's memory under constant load, with ClickHouse stopped for three tenths of it";
export const options = {
  minutes: { default: 10, help: 'how long to load it' },
  rate: { default: 2_000, help: 'events per second' },
  seed: { default: 1, help: 'seed of the decisions' },
};

const PARTITIONS = 4;
/** Shares of the whole: what comes before `steady` warms up, what follows `outage` catches up. */
const TIMELINE = { steady: 0.2, outage: 0.4, recovery: 0.7 } as const;
const CATCH_UP_TIMEOUT_MS = 300_000;
const SAY_EVERY_S = 15;

interface RssSample {
  readonly share: number;
  readonly mib: number;
}

/** ClickHouse is stopped for good in between (SIGTERM) and started again on the same directory and port. */
export async function run({ number, say, resources }: BenchRun): Promise<object> {
  const broker = await startBenchBroker(resources, INPUTS);
  const store = await startBenchStore(resources);
  const { clickhouse, engine } = store;
  const stores = { brokers: broker.brokers, clickHouseUrl: engine.url };
  const { vaultEnv } = await startVaultProcess(resources, stores.brokers);
  const recorder = await startRecorderProcess(resources, { ...stores, group: newGroup('soak'), vaultEnv });
  const load = {
    brokers: broker.brokers,
    topic: DECISIONS_TOPIC,
    partitions: PARTITIONS,
    eventsPerS: number('rate'),
  };
  const worker = await startWorker(resources, 'load-worker.ts', { ...load, seed: number('seed') });
  const durationMs = number('minutes') * 60_000;
  const outage = holdOutage(store, durationMs, say, resources);
  const samples = await sampleRss(recorder.child.pid, durationMs, (line) =>
    say(`${line}, ${worker.count()} appended`),
  );
  await outage;
  await worker.stop();

  const log = await openLogBounds({ brokers: [broker.brokers], clientId: 'docket-bench' });
  resources.defer(() => log.close());
  say('Waiting until everything is recorded');
  const caughtUpS = await untilNoLag(() => readLag(log, clickhouse));
  const appended = [...(await readLogEnds(log)).values()].reduce((sum, end) => sum + end, 0);
  const [row] = await clickhouse.query<{ n: number }>(STORED_OFFSETS);
  const between = (from: number, to: number) =>
    samples.filter(({ share }) => share >= from && share < to).map(({ mib }) => mib);
  const steady = Math.round(quantile(between(TIMELINE.steady, TIMELINE.outage), 0.95));
  const highest = Math.round(quantile(between(TIMELINE.outage, TIMELINE.recovery), 1));
  const figures = {
    minutes: number('minutes'),
    rate: number('rate'),
    rss_steady_mib: steady,
    rss_outage_max_mib: highest,
    rss_recovery_max_mib: Math.round(quantile(between(TIMELINE.recovery, 1), 1)),
    rss_end_mib: Math.round(quantile(between(0.95, 1), 0.5)),
    ratio: Math.round((highest / steady) * 1000) / 1000,
    appended,
    lost: appended - (row?.n ?? 0),
    caught_up_s: caughtUpS,
  };
  say(
    renderTable(
      ['soak', ''],
      Object.entries(figures).map(([name, value]) => [name, String(value)]),
    ),
  );
  return figures;
}

const STORED_OFFSETS = `SELECT count() AS n FROM (SELECT DISTINCT partition, offset FROM (
  SELECT partition, offset FROM decisions UNION ALL SELECT partition, offset FROM duplicates
  UNION ALL SELECT partition, offset FROM quarantine))`;

async function holdOutage(
  { engine, dataDir }: BenchStore,
  durationMs: number,
  say: (line: string) => void,
  resources: AsyncDisposableStack,
): Promise<void> {
  await sleep(durationMs * TIMELINE.outage);
  say('ClickHouse stops');
  const startedMs = performance.now();
  await engine.stop();
  await sleep(
    Math.max(0, durationMs * (TIMELINE.recovery - TIMELINE.outage) - (performance.now() - startedMs)),
  );
  const again = await startEngine({ dataDir, port: engine.port });
  resources.defer(() => again.stop());
  say('ClickHouse is back');
}

async function sampleRss(pid: number, durationMs: number, say: (line: string) => void): Promise<RssSample[]> {
  const startedMs = performance.now();
  const samples: RssSample[] = [];
  for (let share = 0; share < 1; share = (performance.now() - startedMs) / durationMs) {
    const mib = readRssMib(pid);
    samples.push({ share, mib });
    if (samples.length % SAY_EVERY_S === 0)
      say(`${Math.round(share * 100)} %: the recorder takes ${Math.round(mib)} MiB`);
    await sleep(1_000);
  }
  return samples;
}

/** Resolves with how many seconds it took. Throws an Error after five minutes. */
async function untilNoLag(lag: () => Promise<number>): Promise<number> {
  const startedMs = performance.now();
  while ((await lag()) > 0) {
    if (performance.now() - startedMs > CATCH_UP_TIMEOUT_MS)
      throw new Error(`the recorder has not caught up within ${CATCH_UP_TIMEOUT_MS / 1000} s`);
    await sleep(200);
  }
  return Math.round((performance.now() - startedMs) / 100) / 10;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
