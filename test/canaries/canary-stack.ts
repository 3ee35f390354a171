import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INPUTS } from '../../domain/contract/inputs.ts';
import { type ClickHouse, createClickHouse } from '../../platform/clickhouse/client.ts';
import { applyMigrations } from '../../platform/clickhouse/migrations.ts';
import { type LogBoundsReader, openLogBounds } from '../../platform/kafka/log-bounds.ts';
import { ensureTopics } from '../../platform/kafka/topics.ts';
import { loadMigrations } from '../../schemas/load-migrations.ts';
import { startEngine } from '../../stack/clickhouse/engine-process.ts';
import { startBroker } from '../../stack/kafka/broker.ts';
import { type LocalSecrets, prepareSecrets } from '../../stack/local-secrets.ts';
import { startLocalService } from '../../stack/local-services.ts';
import { freePort } from '../../stack/ports.ts';
import { type VaultFiles, vaultClientEnv } from '../../stack/vault-files.ts';
import { type ClickHouseProxy, startClickHouseProxy } from '../chaos/clickhouse-proxy.ts';
import { type Supervised, superviseProcess } from '../chaos/supervised-process.ts';

const SERVICES = ['vault', 'gateway', 'recorder', 'evaluator', 'auditor'] as const;
type ServiceName = (typeof SERVICES)[number];

/** Everything of Docket, each part in a process of its own that can be killed and comes back. */
export interface CanaryStack {
  readonly dataDir: string;
  readonly brokers: string;
  /** Straight to the engine. */
  readonly clickhouse: ClickHouse;
  /** The services' way to the engine. */
  readonly proxy: ClickHouseProxy;
  readonly log: LogBoundsReader;
  readonly secrets: LocalSecrets;
  readonly urls: Readonly<Record<ServiceName, string>>;
  readonly broker: Supervised;
  readonly engine: Supervised;
  readonly services: Readonly<Record<ServiceName, Supervised>>;
  /** Ends every process and keeps their files. */
  stop(): Promise<void>;
  /** Removes the files. */
  remove(): Promise<void>;
}

export interface CanaryStackOptions {
  /** Services that are not started. */
  readonly without?: readonly ServiceName[];
  /** Settings on top of those of every service. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Another stack's vault in place of one of its own. */
  readonly vault?: { readonly url: string; readonly files: VaultFiles };
  /** Done when Kafka is there and no topic yet. */
  readonly prepare?: (brokers: string) => Promise<void>;
}

/** As a busy installation would log when somebody looks for a fault: everything there is. */
const LOG_LEVEL = 'trace';

/** Starts everything on free ports in a directory of its own. */
export async function startCanaryStack(
  say: (line: string) => void,
  options: CanaryStackOptions = {},
): Promise<CanaryStack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'docket-canaries-'));
  const secrets = await prepareSecrets(dataDir);
  const [kafkaPort, controllerPort, enginePort] = await Promise.all([freePort(), freePort(), freePort()]);
  const brokers = `127.0.0.1:${kafkaPort}`;
  const engineUrl = `http://127.0.0.1:${enginePort}`;
  const broker = superviseProcess(
    'broker',
    () => startBroker({ dataDir: join(dataDir, 'kafka'), port: kafkaPort, controllerPort }),
    say,
  );
  const engine = superviseProcess(
    'engine',
    () => startEngine({ dataDir: join(dataDir, 'clickhouse'), port: enginePort }),
    say,
  );
  const clickhouse = createClickHouse({ url: engineUrl, requestTimeoutMs: 60_000 });
  const proxy = await startClickHouseProxy(enginePort);
  const vaultPort = await freePort();
  const vaultUrl = options.vault?.url ?? `http://127.0.0.1:${vaultPort}`;
  const vaultFiles = options.vault?.files ?? secrets.vault;
  const service = async (name: ServiceName, port: number) => {
    const env = {
      ...environmentOf(brokers, proxy.url, secrets),
      ...(name === 'vault' ? vaultFiles.env : {}),
      ...(name === 'recorder' || name === 'auditor' ? vaultClientEnv(vaultFiles, name, vaultUrl) : {}),
      DOCKET_LOG_LEVEL: LOG_LEVEL,
      ...options.settings,
    };
    const launching = { name, entry: `services/${name}/main.ts`, port, env, dataDir, readyPath: '/healthz' };
    const launch = async () => (await startLocalService(launching)).child;
    return { url: `http://127.0.0.1:${port}`, supervised: superviseProcess(name, launch, say) };
  };
  const [recorder, gateway, evaluator, auditor, vault] = await Promise.all([
    service('recorder', await freePort()),
    service('gateway', await freePort()),
    service('evaluator', await freePort()),
    service('auditor', await freePort()),
    service('vault', vaultPort),
  ]);
  const parts = { recorder, gateway, evaluator, auditor, vault };
  let log: LogBoundsReader | null = null;
  let stopped: Promise<void> | null = null;
  const stopAll = async () => {
    await Promise.all(Object.values(parts).map(({ supervised }) => supervised.end('SIGTERM')));
    await Promise.all([clickhouse.close(), proxy.stop(), log?.close()]);
    await Promise.all([broker.end('SIGTERM'), engine.end('SIGTERM')]);
  };
  const stop = () => {
    stopped ??= stopAll();
    return stopped;
  };
  const remove = () => rm(dataDir, { recursive: true, force: true });
  try {
    await Promise.all([broker.start(), engine.start()]);
    await applyMigrations(clickhouse, loadMigrations());
    await options.prepare?.(brokers);
    await ensureTopics(INPUTS, { brokers: [brokers], clientId: 'docket-canaries' });
    log = await openLogBounds({ brokers: [brokers], clientId: 'docket-canaries' });
    // First: without it nothing that is about people is recorded.
    if (options.vault === undefined) await vault.supervised.start();
    const others = SERVICES.filter((name) => name !== 'vault' && options.without?.includes(name) !== true);
    await Promise.all(others.map((name) => parts[name].supervised.start()));
  } catch (error) {
    await stop();
    await remove();
    throw error;
  }
  const each = <T>(take: (part: typeof recorder) => T) => ({
    recorder: take(recorder),
    gateway: take(gateway),
    evaluator: take(evaluator),
    auditor: take(auditor),
    vault: take(vault),
  });
  return {
    dataDir,
    brokers,
    clickhouse,
    proxy,
    log,
    secrets,
    urls: { ...each(({ url }) => url), vault: vaultUrl },
    broker,
    engine,
    services: each(({ supervised }) => supervised),
    stop,
    remove,
  };
}

function environmentOf(
  brokers: string,
  clickHouseUrl: string,
  secrets: LocalSecrets,
): Record<string, string> {
  return {
    DOCKET_KAFKA_BROKERS: brokers,
    DOCKET_CLICKHOUSE_URL: clickHouseUrl,
    DOCKET_TENANTS_FILE: secrets.tenantsFile,
    DOCKET_TIMESCALE: '60',
    DOCKET_EVALUATE_EVERY_MS: '1000',
    DOCKET_FLUSH_INTERVAL_MS: '200',
    DOCKET_SESSION_TIMEOUT_MS: '1500',
    DOCKET_INSERT_LEASE_MS: '1200',
    DOCKET_MAX_INSERT_SECONDS: '1',
    DOCKET_TAKEOVER_MARGIN_MS: '300',
    // Half of what is sent here is refused on purpose, which is no reason to stop a partition.
    DOCKET_QUARANTINE_MAX_PERCENT: '100',
    DOCKET_QUARANTINE_MAX_RECORDS: '1000000',
  };
}
