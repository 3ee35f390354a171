import { INPUTS } from '../../domain/contract/inputs.ts';
import { openLogBounds } from '../../platform/kafka/log-bounds.ts';
import { recorderEnvironment } from '../../services/recorder/config.ts';
import type { BenchRun } from './benchmark.ts';
import { quantile } from './median-figures.ts';
import { DECISIONS_TOPIC, measureStoring, newGroup } from './phases.ts';
import { preloadTopic } from './preload-topic.ts';
import { renderTable } from './render-table.ts';
import { startRecorderProcess } from './run-node.ts';
import { startWorker } from './run-worker.ts';
import { nestedResources, startBenchBroker, startBenchStore } from './start-stores.ts';
import { recorderPhase } from './storing-phases.ts';
import { type QueryableWatch, watchQueryable } from './watch-queryable.ts';

export const summary = 'time from append to queryable, at half the rate the recorder can do';
export const options = {
  rate: { default: 0, help: 'events per second; 0 measures the maximum first and takes half of it' },
  events: { default: 300_000, help: 'events for measuring the maximum' },
  seconds: { default: 30, help: 'how long to measure' },
  seed: { default: 1, help: 'seed of the decisions' },
};

const PARTITIONS = 4;
/** Taking partitions and warming up are not what is measured. */
const WARM_UP_MS = 10_000;
/** As far back as the watch looks. */
const FALLEN_BEHIND_MS = 30_000;

/** Of every record appended while it is measured, not of batches: the slowest one in a hundred counts. */
export async function run({ number, say, resources }: BenchRun): Promise<object> {
  const rate = number('rate') > 0 ? number('rate') : await halfTheMaximum({ number, say, resources });
  const broker = await startBenchBroker(resources, INPUTS);
  const { clickhouse, engine } = await startBenchStore(resources);
  const stores = { brokers: broker.brokers, clickHouseUrl: engine.url };
  await startRecorderProcess(resources, { ...stores, group: newGroup('freshness') });
  const load = { brokers: broker.brokers, topic: DECISIONS_TOPIC, partitions: PARTITIONS, eventsPerS: rate };
  const worker = await startWorker(resources, 'load-worker.ts', { ...load, seed: number('seed') });
  say(`Warming up, then ${rate} events/s for ${number('seconds')} s`);
  await sleep(WARM_UP_MS);
  const watch = watchQueryable(clickhouse);
  // Taking the partitions over left a backlog, which is not what is measured.
  await untilReached(broker.brokers, watch, rate);
  const fromMs = Date.now();
  const before = worker.count();
  await sleep(number('seconds') * 1000);
  const toMs = Date.now();
  const appended = worker.count() - before;
  await worker.stop();
  await untilReached(broker.brokers, watch);
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

async function halfTheMaximum({ number, say, resources }: BenchRun): Promise<number> {
  await using own = nestedResources(resources);
  const events = number('events');
  const broker = await startBenchBroker(own, INPUTS);
  say(`Measuring the maximum with ${events} events`);
  const target = { brokers: broker.brokers, topic: DECISIONS_TOPIC, partitions: [0, 1, 2, 3] };
  await preloadTopic({ ...target, events, seed: number('seed'), say });
  const setting = { broker, topic: DECISIONS_TOPIC, events, say, resources: own };
  const { events_per_s: maximum } = await measureStoring(setting, recorderPhase('docket'));
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
      const lags = bounds.map(({ partition, end }) => end - 1 - (reached.get(partition) ?? -1));
      if (lags.every((lag) => lag <= behind / PARTITIONS)) return;
      if (performance.now() > deadlineMs)
        throw new Error('the recorder does not keep up with this load: choose a lower --rate');
      await sleep(50);
    }
  } finally {
    await log.close();
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
