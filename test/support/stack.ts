import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, startEngine } from '../../stack/clickhouse/engine-process.ts';
import { type Broker, startBroker } from '../../stack/kafka/broker.ts';
import { copyMigratedStore } from './migrated-store.ts';

export interface TestStack {
  readonly broker: Broker;
  readonly engine: Engine;
  readonly brokers: string;
  readonly clickHouseUrl: string;
  /** Both stores' data. */
  readonly dataDir: string;
  /** Ends both and removes their data. */
  stop(): Promise<void>;
}

/**
 * A broker and an engine of one's own, on free ports, in a temporary directory. Both are empty, but that the engine may
 * have its tables already where those are wanted.
 */
export async function startTestStack({ tables = false } = {}): Promise<TestStack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'docket-test-'));
  if (tables) copyMigratedStore(join(dataDir, 'clickhouse'));
  const starting = await Promise.allSettled([
    startBroker({ dataDir: join(dataDir, 'kafka') }),
    startEngine({ dataDir: join(dataDir, 'clickhouse') }),
  ]);
  const [broker, engine] = starting;
  const stop = async () => {
    await Promise.all(starting.map((part) => (part.status === 'fulfilled' ? part.value.stop() : undefined)));
    await rm(dataDir, { recursive: true, force: true });
  };
  if (broker.status === 'rejected' || engine.status === 'rejected') {
    await stop();
    throw broker.status === 'rejected'
      ? broker.reason
      : engine.status === 'rejected'
        ? engine.reason
        : undefined;
  }
  const { brokers } = broker.value;
  return {
    broker: broker.value,
    engine: engine.value,
    brokers,
    clickHouseUrl: engine.value.url,
    dataDir,
    stop,
  };
}
