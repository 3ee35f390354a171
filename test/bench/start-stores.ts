import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClickHouse, createClickHouse } from '../../platform/clickhouse/client.ts';
import { applyMigrations } from '../../platform/clickhouse/migrations.ts';
import type { TopicSpec } from '../../platform/kafka/topics.ts';
import { ensureTopics } from '../../platform/kafka/topics.ts';
import { loadMigrations } from '../../schemas/load-migrations.ts';
import { type Engine, startEngine } from '../../stack/clickhouse/engine-process.ts';
import { type Broker, startBroker } from '../../stack/kafka/broker.ts';
import { memoryDirectory } from '../support/memory-directory.ts';

/** A ClickHouse of its own, with Docket's tables, empty. */
export interface BenchStore {
  readonly engine: Engine;
  readonly clickhouse: ClickHouse;
  readonly dataDir: string;
}

/** A directory of its own, in memory if there is room, removed with the resources. */
export async function makeDirectory(resources: AsyncDisposableStack): Promise<string> {
  const directory = await mkdtemp(join(memoryDirectory(), 'docket-bench-'));
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A broker of its own, with the topics. */
export async function startBenchBroker(
  resources: AsyncDisposableStack,
  topics: readonly TopicSpec[],
): Promise<Broker> {
  const broker = await startBroker({ dataDir: join(await makeDirectory(resources), 'kafka') });
  resources.defer(() => broker.stop());
  await ensureTopics(topics, { brokers: [broker.brokers], clientId: 'docket-bench' });
  return broker;
}

/** A fresh engine in a directory of its own, so that nothing that was stored before helps or hinders. */
export async function startBenchStore(resources: AsyncDisposableStack): Promise<BenchStore> {
  const dataDir = join(await makeDirectory(resources), 'clickhouse');
  const engine = await startEngine({ dataDir });
  resources.defer(() => engine.stop());
  const clickhouse = createClickHouse({ url: engine.url });
  resources.defer(() => clickhouse.close());
  await applyMigrations(clickhouse, loadMigrations());
  return { engine, clickhouse, dataDir };
}

/** Resources of a part of the run, which it can dispose of before the run ends. */
export function nestedResources(outer: AsyncDisposableStack): AsyncDisposableStack {
  return outer.use(new AsyncDisposableStack());
}
