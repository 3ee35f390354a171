import { inputOf } from '../../domain/contract/inputs.ts';
import type { Broker } from '../../stack/kafka/broker.ts';
import { measureIdle, measurePhase, type PhaseFigures } from './measure-phase.ts';
import { startWorker } from './run-worker.ts';
import { type BenchStore, nestedResources, startBenchStore } from './start-stores.ts';

/** A preloaded topic, and where to say how it goes. */
export interface PhaseSetting {
  readonly broker: Broker;
  readonly topic: string;
  readonly events: number;
  readonly say: (line: string) => void;
  readonly resources: AsyncDisposableStack;
}

/** A way to get a topic's records into a store. */
export interface StoringPhase {
  readonly name: string;
  /** Where it stores. */
  readonly tables: readonly string[];
  /** Sets it going. Resolves with the processes of ours that take part. */
  readonly start: (setting: PhaseSetting, store: BenchStore) => Promise<number[]>;
}

export const DECISIONS_TOPIC = inputOf('decision').topic;

/** A worker is asked for a number that it has sent already. */
const NO_COST = { cpuMsPerS: 0, cpuMsPerLook: 0 };

let groups = 0;

/** A consumer group that nobody had before: each phase reads the topic from its start. */
export function newGroup(name: string): string {
  groups += 1;
  return `bench-${name}-${groups}`;
}

/** kafkajs takes every record and drops it: what reading alone costs. */
export async function measureDiscard(setting: PhaseSetting): Promise<PhaseFigures> {
  await using resources = nestedResources(setting.resources);
  const { broker, events, say, topic } = setting;
  const options = { brokers: broker.brokers, topic, group: newGroup('discard') };
  const worker = await startWorker(resources, 'discard-worker.ts', options);
  const processes = { node: [worker.pid], clickhouse: null, broker: broker.pid };
  const readStored = async () => worker.count();
  return await measurePhase({
    name: 'discard',
    events,
    processes,
    readStored,
    idle: NO_COST,
    say,
  });
}

/** A SELECT of one number `n`: how many rows the tables hold together. */
export function countSql(tables: readonly string[]): string {
  return `SELECT ${tables.map((table) => `(SELECT count() FROM ${table})`).join(' + ')} AS n`;
}

/** Measures a way to store in an engine of its own. */
export async function measureStoring(setting: PhaseSetting, phase: StoringPhase): Promise<PhaseFigures> {
  await using resources = nestedResources(setting.resources);
  const { broker, events, say } = setting;
  const store = await startBenchStore(resources);
  const read = async (tables: readonly string[]) => {
    const [row] = await store.clickhouse.query<{ n: number }>(countSql(tables));
    return row?.n ?? 0;
  };
  // As many tables, but ones that are there already.
  const readIdle = () => read(phase.tables.map(() => 'decisions'));
  const idle = await measureIdle(store.engine.pid, readIdle);
  const node = await phase.start({ ...setting, resources }, store);
  const readStored = () => read(phase.tables);
  const processes = { node, clickhouse: store.engine.pid, broker: broker.pid };
  return await measurePhase({
    name: phase.name,
    events,
    processes,
    readStored,
    idle,
    say,
  });
}
