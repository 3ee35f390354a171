import { INPUTS } from '../../domain/contract/inputs.ts';
import { openLogBounds } from '../../platform/kafka/log-bounds.ts';
import { recorderEnvironment } from '../../services/recorder/config.ts';
import type { BenchRun } from './benchmark.ts';
import { quantile } from './median-figures.ts';
import { DECISIONS_TOPIC, newGroup } from './phases.ts';
import { renderTable } from './render-table.ts';
import { startRecorderProcess, startVaultProcess } from './run-node.ts';
import { startWorker } from './run-worker.ts';
import { nestedResources, startBenchBroker, startBenchStore } from './start-stores.ts';
import { type QueryableWatch, watchQueryable } from './watch-queryable.ts';

export const summary = 'time from append to queryable, at half the rate the recorder can do beside its load';
export const options = {
  rate: { default: 0, help: 'events per second; 0 measures the maximum first and takes half of it' },
  offered: {
    default: 45_000,
    help: 'events per second that are appended to measure the maximum: more than it can do',
  },
  seconds: { default: 30, help: 'how long to measure' },
  seed: { default: 1, help: 'seed of the decisions' },
};

const PARTITIONS = 4;
/** Taking partitions and warming up are not what is measured. */
const WARM_UP_MS = 10_000;
const MAXIMUM_MS = 20_000;
/** What is under way in a recorder that keeps up: a flush interval, an insert, and room for both. */
const UNDER_WAY_S = 3;
/** No recorder that keeps up needs longer for what a take-over left. */
const FALLEN_BEHIND_MS = 30_000;

/** Of every record appended while it is measured, not of batches: the slowest one in a hundred counts. */
export async function run({ number, say, resources }: BenchRun): Promise<object> {
  const rate = number('rate') > 0 ? number('rate') : await halfTheMaximum({ number, say, resources });
  say(`Warming up, then ${rate} events/s for ${number('seconds')} s`);
  const { brokers, worker, watch } = await startUnderLoad(resources, rate, number('seed'));
  // Taking the partitions over left a backlog, which is not what is measured.
  await untilReached(brokers, watch, UNDER_WAY_S * rate);
  const fromMs = Date.now();
  const before = worker.count();
  await sleep(number('seconds') * 1000);
  const toMs = Date.now();
  const appended = worker.count() - before;
  await worker.stop();
  await untilReached(brokers, watch);
  const waits = await watch.finish(fromMs, toMs);
  const flushIntervalMs = recorderEnvironment.shape.DOCKET_FLUSH_INTERVAL_MS.parse(undefined);
  const p99 = quantile(waits, 0.99);
  const figures = {
    rate,
    achieved_rate: Math.round((appended * 1000) / (toMs - fromMs)),
    records: waits.length,
    p50_ms: quantile(waits, 0.5),
    p99_ms: p99,
    max_ms: quantile(waits, 1),
    flush_interval_ms: flushIntervalMs,
    ratio: Math.round((p99 / flushIntervalMs) * 1000) / 1000,
  };
  say(
    renderTable(
      ['freshness', ''],
      Object.entries(figures).map(([name, value]) => [name, String(value)]),
    ),
  );
  return figures;
}

/** A recorder of its own, with decisions appended at a constant rate, as soon as it is warm. */
async function startUnderLoad(resources: AsyncDisposableStack, eventsPerS: number, seed: number) {
  const { brokers } = await startBenchBroker(resources, INPUTS);
  const { clickhouse, engine } = await startBenchStore(resources);
  const { vaultEnv } = await startVaultProcess(resources, brokers);
  const group = newGroup('freshness');
  await startRecorderProcess(resources, { brokers, clickHouseUrl: engine.url, group, vaultEnv });
  const load = { brokers, topic: DECISIONS_TOPIC, partitions: PARTITIONS, eventsPerS, seed };
  const worker = await startWorker(resources, 'load-worker.ts', load);
  await sleep(WARM_UP_MS);
  return { brokers, worker, watch: watchQueryable(clickhouse) };
}

/**
 * Half of what is stored in a second while more is appended than can be: the load, the broker and the store run on the
 * same cores in both measurements. What the take-over left behind is a backlog, so that no batch has to wait.
 */
async function halfTheMaximum({ number, say, resources }: BenchRun): Promise<number> {
  await using own = nestedResources(resources);
  say(`Measuring the maximum, with ${number('offered')} events/s appended`);
  const { watch, worker } = await startUnderLoad(own, number('offered'), number('seed'));
  while (watch.reached().size < PARTITIONS) await sleep(50);
  const storedNow = () => [...watch.reached().values()].reduce((sum, offset) => sum + offset + 1, 0);
  const before = { stored: storedNow(), appended: worker.count(), atMs: performance.now() };
  await sleep(MAXIMUM_MS);
  const stored = storedNow() - before.stored;
  if (worker.count() - before.appended === 0)
    throw new Error('the load ended before the maximum was measured');
  if (stored === 0) throw new Error('nothing was stored beside so much load: measure with less --offered');
  if (worker.count() - storedNow() < stored / 10)
    say('The recorder stored all that was appended: it could do more, but the load cannot');
  const maximum = Math.round((stored * 1000) / (performance.now() - before.atMs));
  say(`Maximum: ${maximum} events/s`);
  return Math.round(maximum / 2);
}

/**
 * Waits until no more than `behind` records are not queryable yet. What is appended last must be waited for: leaving it
 * out would leave out the slowest.
 */
async function untilReached(brokers: string, { reached }: QueryableWatch, behind = 0): Promise<void> {
  const log = await openLogBounds({ brokers: [brokers], clientId: 'docket-bench' });
  try {
    const last = await log.read(DECISIONS_TOPIC);
    const deadlineMs = performance.now() + FALLEN_BEHIND_MS;
    for (;;) {
      // Under load the log's end moves on; else it is what it was.
      const bounds = behind === 0 ? last : await log.read(DECISIONS_TOPIC);
      const lags = bounds.map(({ partition, end }) => end - 1 - (reached().get(partition) ?? -1));
      if (lags.every((lag) => lag <= behind / PARTITIONS)) return;
      if (performance.now() > deadlineMs)
        throw new Error(
          `the recorder does not keep up with this load, it is ${lags.join(', ')} records behind: choose a lower --rate`,
        );
      await sleep(50);
    }
  } finally {
    await log.close();
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
