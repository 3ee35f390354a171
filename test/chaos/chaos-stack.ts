import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INPUTS } from '../../domain/contract/inputs.ts';
import { type ClickHouse, createClickHouse } from '../../platform/clickhouse/client.ts';
import { applyMigrations } from '../../platform/clickhouse/migrations.ts';
import { ensureTopics } from '../../platform/kafka/topics.ts';
import { loadMigrations } from '../../schemas/load-migrations.ts';
import { startEngine } from '../../stack/clickhouse/engine-process.ts';
import { startBroker } from '../../stack/kafka/broker.ts';
import { startLocalService } from '../../stack/local-services.ts';
import { freePort } from '../../stack/ports.ts';
import { prepareVaultFiles, vaultClientEnv } from '../../stack/vault-files.ts';
import { type ClickHouseProxy, startClickHouseProxy } from './clickhouse-proxy.ts';
import { type Supervised, superviseProcess } from './supervised-process.ts';

/** Everything of Docket that a run disturbs, each in a process of its own. */
export interface ChaosStack {
  readonly dataDir: string;
  readonly brokers: string;
  /** Straight to the engine, for looking on and for the comparison. */
  readonly clickhouse: ClickHouse;
  /** The recorders' way to the engine. */
  readonly proxy: ClickHouseProxy;
  readonly broker: Supervised;
  readonly engine: Supervised;
  /** Where the recorders' keys come from. */
  readonly vault: Supervised;
  readonly recorders: readonly [Supervised, Supervised];
  readonly evaluators: readonly Evaluator[];
  /** A third recorder, down unless it is invited. */
  readonly guest: Supervised;
  readonly sessionTimeoutMs: number;
  readonly minuteMs: number;
  stop(keepData: boolean): Promise<void>;
}

/** An evaluator, and where it shows what it computed. */
export interface Evaluator {
  readonly process: Supervised;
  readonly metricsUrl: string;
}

/** What a run wants otherwise than usual. */
export interface ChaosStackOptions {
  readonly evaluators?: number;
  /** Folder with the definitions of objectives; those of config/slos unless told. */
  readonly sloDirectory?: string;
}

const SESSION_TIMEOUT_MS = 1_500;
const TIMESCALE = 60;

/** Starts broker, engine, vault, two recorders and the evaluator, with topics and tables, on free ports. */
export async function startChaosStack(
  journal: (line: string) => void,
  { evaluators: wanted = 1, sloDirectory }: ChaosStackOptions = {},
): Promise<ChaosStack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'docket-chaos-'));
  const [kafkaPort, controllerPort, enginePort] = await Promise.all([freePort(), freePort(), freePort()]);
  const brokers = `127.0.0.1:${kafkaPort}`;
  const engineUrl = `http://127.0.0.1:${enginePort}`;
  const broker = superviseProcess(
    'broker',
    () => startBroker({ dataDir: join(dataDir, 'kafka'), port: kafkaPort, controllerPort }),
    journal,
  );
  const engine = superviseProcess(
    'engine',
    () => startEngine({ dataDir: join(dataDir, 'clickhouse'), port: enginePort }),
    journal,
  );
  const clickhouse = createClickHouse({ url: engineUrl, requestTimeoutMs: 60_000 });
  const proxy = await startClickHouseProxy(enginePort);
  const service = async (
    name: string,
    entry: string,
    env: Readonly<Record<string, string>>,
    port?: number,
  ) => {
    const ownPort = port ?? (await freePort());
    const launch = async () => {
      const options = { name, entry, port: ownPort, dataDir, readyPath: '/healthz' };
      return (await startLocalService({ ...options, env: { ...env, DOCKET_LOG_LEVEL: 'info' } })).child;
    };
    return superviseProcess(name, launch, journal);
  };
  const vaultFiles = await prepareVaultFiles(dataDir);
  const vaultPort = await freePort();
  const recorderEnv = {
    DOCKET_KAFKA_BROKERS: brokers,
    DOCKET_CLICKHOUSE_URL: proxy.url,
    ...vaultClientEnv(vaultFiles, 'recorder', `http://127.0.0.1:${vaultPort}`),
    DOCKET_FLUSH_INTERVAL_MS: '100',
    DOCKET_IDLE_WATERMARK_MS: '500',
    DOCKET_CLOCK_MARGIN_MS: '100',
    DOCKET_SESSION_TIMEOUT_MS: String(SESSION_TIMEOUT_MS),
    DOCKET_INSERT_LEASE_MS: '800',
    DOCKET_MAX_INSERT_SECONDS: '1',
    DOCKET_TAKEOVER_MARGIN_MS: '200',
  };
  const recorder = (name: string) => service(name, 'services/recorder/main.ts', recorderEnv);
  const evaluator = async (_: unknown, index: number): Promise<Evaluator> => {
    const port = await freePort();
    const env = {
      DOCKET_CLICKHOUSE_URL: engineUrl,
      DOCKET_TIMESCALE: String(TIMESCALE),
      DOCKET_EVALUATE_EVERY_MS: '1000',
      ...(sloDirectory === undefined ? {} : { DOCKET_SLO_DIRECTORY: sloDirectory }),
    };
    const process = await service(`evaluator-${index + 1}`, 'services/evaluator/main.ts', env, port);
    return { process, metricsUrl: `http://127.0.0.1:${port}/metrics` };
  };
  const evaluators = await Promise.all(Array.from({ length: wanted }, evaluator));
  const [vault, first, second, guest] = await Promise.all([
    service(
      'vault',
      'services/vault/main.ts',
      // Short leases, so that a vault that is away is missed.
      { DOCKET_KAFKA_BROKERS: brokers, DOCKET_VAULT_LEASE_SECONDS: '1', ...vaultFiles.env },
      vaultPort,
    ),
    recorder('recorder-1'),
    recorder('recorder-2'),
    recorder('recorder-3'),
  ]);
  const stop = async (keepData: boolean) => {
    const parts = [first, second, guest, ...evaluators.map(({ process }) => process), vault];
    await Promise.all(parts.map((part) => part.end('SIGTERM')));
    await Promise.all([clickhouse.close(), proxy.stop()]);
    await Promise.all([broker.end('SIGTERM'), engine.end('SIGTERM')]);
    if (!keepData) await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await Promise.all([broker.start(), engine.start()]);
    await applyMigrations(clickhouse, loadMigrations());
    await ensureTopics(INPUTS, { brokers: [brokers], clientId: 'docket-chaos' });
    await vault.start();
    const parts = [first, second, ...evaluators.map(({ process }) => process)];
    await Promise.all(parts.map((part) => part.start()));
  } catch (error) {
    await stop(false);
    throw error;
  }
  return {
    dataDir,
    brokers,
    clickhouse,
    proxy,
    broker,
    engine,
    vault,
    recorders: [first, second],
    evaluators,
    guest,
    sessionTimeoutMs: SESSION_TIMEOUT_MS,
    minuteMs: 60_000 / TIMESCALE,
    stop,
  };
}
