import { INPUTS } from '../../domain/contract/inputs.ts';
import type { BenchRun } from './benchmark.ts';
import type { PhaseFigures } from './measure-phase.ts';
import { DECISIONS_TOPIC, measureStoring } from './phases.ts';
import { preloadTopic } from './preload-topic.ts';
import { renderTable } from './render-table.ts';
import { nestedResources, startBenchBroker } from './start-stores.ts';
import { recorderPhase } from './storing-phases.ts';

export const summary = '1, 2, 4 and 8 partitions of the decisions topic, one recorder and two';
export const options = {
  events: { default: 300_000, help: 'decisions in the topic' },
  seed: { default: 1, help: 'seed of the decisions' },
};

const PARTITIONS = [1, 2, 4, 8];
const RECORDERS = [1, 2];

interface Row extends PhaseFigures {
  readonly partitions: number;
  readonly recorders: number;
}

/** A broker with a topic of its own for each number of partitions; the same topic for one recorder and two. */
export async function run(bench: BenchRun): Promise<object> {
  const rows: Row[] = [];
  for (const partitions of PARTITIONS) rows.push(...(await measurePartitions(bench, partitions)));
  const cells = rows.map((row) => [
    `${row.partitions} / ${row.recorders}`,
    String(row.events_per_s),
    ...[row.node_cpu_us, row.clickhouse_cpu_us, row.broker_cpu_us].map((us) => us.toFixed(1)),
  ]);
  bench.say(
    renderTable(['partitions / recorders', 'events/s', 'Node µs', 'ClickHouse µs', 'broker µs'], cells),
  );
  return { events: bench.number('events'), rows };
}

async function measurePartitions({ number, say, resources }: BenchRun, partitions: number): Promise<Row[]> {
  await using own = nestedResources(resources);
  const events = number('events');
  const topics = INPUTS.map((input) => (input.topic === DECISIONS_TOPIC ? { ...input, partitions } : input));
  const broker = await startBenchBroker(own, topics);
  const numbers = Array.from({ length: partitions }, (_, partition) => partition);
  await preloadTopic({
    brokers: broker.brokers,
    topic: DECISIONS_TOPIC,
    partitions: numbers,
    events,
    seed: number('seed'),
    say,
  });
  const rows: Row[] = [];
  for (const recorders of RECORDERS) {
    if (recorders > partitions) continue;
    const name = `${partitions} partitions, ${recorders} recorders`;
    const phase = recorderPhase(name, {
      recorders,
      entry: 'test/bench/recorder-with-partitions.ts',
      env: { BENCH_DECISION_PARTITIONS: String(partitions) },
    });
    const figures = await measureStoring(
      { broker, topic: DECISIONS_TOPIC, events, say, resources: own },
      phase,
    );
    say(`${name}: ${figures.events_per_s} events/s`);
    rows.push({ partitions, recorders, ...figures });
  }
  return rows;
}
