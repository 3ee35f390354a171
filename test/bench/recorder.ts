import { INPUTS } from '../../domain/contract/inputs.ts';
import type { BenchRun } from './benchmark.ts';
import { DECISIONS_PER_PERSON } from './compose-decision.ts';
import { measureBoxes } from './measure-boxes.ts';
import type { PhaseFigures } from './measure-phase.ts';
import { medianFigures } from './median-figures.ts';
import { DECISIONS_TOPIC, measureDiscard, measureStoring, type PhaseSetting } from './phases.ts';
import { preloadTopic } from './preload-topic.ts';
import { profileRecorder } from './profile-recorder.ts';
import { figuresTable, ratiosOf, ratiosTable } from './recorder-figures.ts';
import { startBenchBroker } from './start-stores.ts';
import { enginePhase, naivePhase, recorderPhase } from './storing-phases.ts';

export const summary =
  "one preloaded topic: discard, the naive path, ClickHouse's own Kafka engine, Docket with and without guards";
export const options = {
  events: { default: 500_000, help: 'decisions in the topic' },
  repeat: { default: 5, help: 'runs of discard and of Docket, of which the median counts' },
  peers: { default: 2, help: 'runs of the naive path and of the engine' },
  profile: { default: 100_000, help: 'events of the pass that makes the stage table; 0 leaves it out' },
  'per-person': {
    default: DECISIONS_PER_PERSON,
    help: 'decisions about one person that carry erasable data',
  },
  seed: { default: 1, help: 'seed of the decisions' },
};

type Measure = (setting: PhaseSetting) => Promise<PhaseFigures>;

const CHEAP: Readonly<Record<string, Measure>> = {
  discard: measureDiscard,
  docket: (setting) => measureStoring(setting, recorderPhase('docket')),
  without_guards: (setting) =>
    measureStoring(
      setting,
      recorderPhase('without_guards', { entry: 'test/bench/recorder-without-guards.ts' }),
    ),
};
const PEERS: Readonly<Record<string, Measure>> = {
  naive: (setting) => measureStoring(setting, naivePhase),
  engine: (setting) => measureStoring(setting, enginePhase(1)),
  engine_2_consumers: (setting) => measureStoring(setting, enginePhase(2)),
};

/**
 * Everything in one run, on one machine, on one topic; each phase with a consumer group, an engine and a directory of
 * its own. What is repeated takes turns forwards and backwards, so that a drift of the machine favours nobody.
 */
export async function run({ number, say, resources }: BenchRun): Promise<object> {
  const events = number('events');
  const broker = await startBenchBroker(resources, INPUTS);
  say(`Appending ${events} decisions to ${DECISIONS_TOPIC}`);
  const preloaded = await preloadTopic({
    brokers: broker.brokers,
    topic: DECISIONS_TOPIC,
    partitions: [0, 1, 2, 3],
    events,
    seed: number('seed'),
    decisionsPerPerson: number('per-person'),
    say,
  });
  const setting = { broker, topic: DECISIONS_TOPIC, events, say, resources };
  const measured = new Map<string, PhaseFigures[]>();
  for (const phases of plan(number('repeat'), number('peers'))) {
    for (const [name, measure] of phases) {
      say(`${name} …`);
      const figures = await measure(setting);
      measured.set(name, [...(measured.get(name) ?? []), figures]);
      say(`${name}: ${figures.events_per_s} events/s`);
    }
  }
  const phases = Object.fromEntries([...measured].map(([name, runs]) => [name, medianFigures(runs)]));
  const ratesOf = (name: string) => (measured.get(name) ?? []).map((figures) => figures.events_per_s);
  const bare = ratesOf('without_guards');
  const pairs = ratesOf('docket').map((rate, round) => [rate, bare[round] ?? 0] as const);
  const ratios = ratiosOf(phases, pairs);
  const { meanBytes, erasableShare } = preloaded;
  say(
    `\n${events} decisions of ${Math.round(meanBytes)} bytes on average, ${percent(erasableShare)} with erasable\n`,
  );
  say(figuresTable(phases));
  say(ratiosTable(ratios));
  const boxes = await measureBoxes(number('seed'));
  say(
    `A box costs the recorder ${boxes.box_us} µs (${boxes.erasable_bytes} bytes of erasable data on average)\n`,
  );
  const stages = await profileRecorder({ ...setting, events: number('profile') });
  return {
    ...{ events, mean_bytes: Math.round(meanBytes), erasable_share: erasableShare },
    ...{ phases, ratios, boxes, stages },
  };
}

function plan(repeat: number, peers: number): [string, Measure][][] {
  const cheap = Object.entries(CHEAP);
  const rounds = Math.max(repeat, peers);
  return Array.from({ length: rounds }, (_, round) => {
    const phases = [...(round < repeat ? cheap : []), ...(round < peers ? Object.entries(PEERS) : [])];
    return round % 2 === 0 ? phases : phases.toReversed();
  });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
