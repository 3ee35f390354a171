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
import { type ClickHouseProxy, startClickHouseProxy } from '../chaos/clickhouse-proxy.ts';
import { type Supervised, superviseProcess } from '../chaos/supervised-process.ts';

type ServiceName = 'gateway' | 'recorder' | 'evaluator' | 'auditor';

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

/** As a busy installation would log when somebody looks for a fault: everything there is. */
const LOG_LEVEL = 'trace';

/** Starts everything on free ports in a directory of its own. */
export async function startCanaryStack(say: (line: string) => void): Promise<CanaryStack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'docket-canaries-'));
  const secrets = prepareSecrets(dataDir);
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
  const service = async (name: ServiceName) => {
    const port = await freePort();
    const env = { ...environmentOf(brokers, proxy.url, secrets), DOCKET_LOG_LEVEL: LOG_LEVEL };
    const options = { name, entry: `services/${name}/main.ts`, port, env, dataDir, readyPath: '/healthz' };
    const launch = async () => (await startLocalService(options)).child;
    return { url: `http://127.0.0.1:${port}`, supervised: superviseProcess(name, launch, say) };
  };
  const [recorder, gateway, evaluator, auditor] = await Promise.all([
    service('recorder'),
    service('gateway'),
    service('evaluator'),
    service('auditor'),
  ]);
  const parts = { recorder, gateway, evaluator, auditor };
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
    await ensureTopics(INPUTS, { brokers: [brokers], clientId: 'docket-canaries' });
    log = await openLogBounds({ brokers: [brokers], clientId: 'docket-canaries' });
    await Promise.all(Object.values(parts).map(({ supervised }) => supervised.start()));
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
  });
  return {
    dataDir,
    brokers,
    clickhouse,
    proxy,
    log,
    secrets,
    urls: each(({ url }) => url),
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
    DOCKET_TOKEN_KEYS_FILE: secrets.tokenKeysFile,
    DOCKET_QUARANTINE_KEYS_FILE: secrets.quarantineKeysFile,
    DOCKET_TIMESCALE: '60',
    DOCKET_EVALUATE_EVERY_MS: '500',
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
