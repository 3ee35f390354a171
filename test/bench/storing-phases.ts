import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { PEER_TABLE, peerStatements } from './engine-peer-sql.ts';
import { eventColumnTypes, eventTableStatements } from './event-table.ts';
import { newGroup, type StoringPhase } from './phases.ts';
import { startNodeService, startRecorderProcess, startVaultProcess } from './run-node.ts';
import { startWorker } from './run-worker.ts';
import { makeDirectory } from './start-stores.ts';

const NAIVE_TABLE = 'naive_decisions';
export const RECORD_TABLES = ['decisions', 'duplicates', 'quarantine'];
/** The peer's own default is about as large; smaller only where a run of few events would be one block. */
const PEER_BLOCK_ROWS = 65_536;
const PEER_FLUSH_INTERVAL_MS = 7_500;

/** avsc, regular expressions, JSONEachRow. */
export const naivePhase: StoringPhase = {
  name: 'naive',
  tables: [NAIVE_TABLE],
  start: async ({ broker, topic, resources }, { clickhouse, engine }) => {
    const registry = loadReleasedSchemas();
    const statements = eventTableStatements(registry, NAIVE_TABLE, jsonTypes(eventColumnTypes(registry)));
    for (const statement of statements) await clickhouse.command(statement);
    const options = { brokers: broker.brokers, topic, group: newGroup('naive') };
    const settings = { ...options, clickHouseUrl: engine.url, table: NAIVE_TABLE };
    return [(await startWorker(resources, 'naive-worker.ts', settings)).pid];
  },
};

/** ClickHouse's own Kafka engine, with one consumer or more, reading schemas from our gateway. */
export function enginePhase(consumers: number): StoringPhase {
  return {
    name: consumers === 1 ? 'engine' : `engine_${consumers}_consumers`,
    tables: [PEER_TABLE],
    start: async ({ broker, topic, resources, events }, { clickhouse }) => {
      const gateway = await startGateway(resources, broker.brokers);
      const source = { brokers: broker.brokers, topic, group: newGroup('engine'), registryUrl: gateway };
      const blockRows = Math.min(PEER_BLOCK_ROWS, Math.ceil(events / 10));
      const tuning = { consumers, blockRows, flushIntervalMs: PEER_FLUSH_INTERVAL_MS };
      for (const statement of peerStatements(loadReleasedSchemas(), source, tuning))
        await clickhouse.command(statement);
      return [];
    },
  };
}

/** Docket's recorder, or another entry that is composed of its parts. */
export function recorderPhase(name: string, options: RecorderPhaseOptions = {}): StoringPhase {
  return {
    name,
    tables: RECORD_TABLES,
    start: async ({ broker, resources }, { engine }) => {
      const group = newGroup(name);
      const vault = await startVaultProcess(resources, broker.brokers);
      // Its CPU is part of what recording costs.
      const pids: number[] = [vault.service.child.pid];
      for (let number = 0; number < (options.recorders ?? 1); number++) {
        const { vaultEnv } = vault;
        const settings = { brokers: broker.brokers, clickHouseUrl: engine.url, group, vaultEnv, ...options };
        pids.push((await startRecorderProcess(resources, settings)).child.pid);
      }
      return pids;
    },
  };
}

export interface RecorderPhaseOptions {
  readonly recorders?: number;
  readonly entry?: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function startGateway(resources: AsyncDisposableStack, brokers: string): Promise<string> {
  const tenantsFile = join(await makeDirectory(resources), 'tenants.yaml');
  writeFileSync(tenantsFile, JSON.stringify({ tenants: [{ id: 'acme', tokens: [] }] }));
  const gateway = await startNodeService(resources, {
    name: 'gateway',
    entry: 'services/gateway/main.ts',
    readyPath: '/subjects',
    env: { DOCKET_KAFKA_BROKERS: brokers, DOCKET_TENANTS_FILE: tenantsFile, DOCKET_LOG_LEVEL: 'warn' },
  });
  return gateway.url;
}

/** Bytes go into JSON as hexadecimal text. */
function jsonTypes(types: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(
    [...types]
      .filter(([, type]) => /FixedString/.test(type))
      .map(([name, type]) => [name, type.replace(/FixedString\(\d+\)/, 'String')]),
  );
}
