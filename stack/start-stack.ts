import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { INPUTS } from '../domain/contract/inputs.ts';
import { type ClickHouse, createClickHouse } from '../platform/clickhouse/client.ts';
import { applyMigrations } from '../platform/clickhouse/migrations.ts';
import { type LogBoundsReader, openLogBounds } from '../platform/kafka/log-bounds.ts';
import { ensureTopics } from '../platform/kafka/topics.ts';
import { loadMigrations } from '../schemas/load-migrations.ts';
import type { ChildExit } from './child-process.ts';
import { type Engine, startEngine } from './clickhouse/engine-process.ts';
import { type Broker, startBroker } from './kafka/broker.ts';
import { keepTimescale } from './keep-timescale.ts';
import { choosePorts, type LocalPorts } from './local-ports.ts';
import { type LocalSecrets, prepareSecrets } from './local-secrets.ts';
import { type LocalService, startLocalService } from './local-services.ts';
import { readLogEnds } from './log-offsets.ts';
import type { ServiceName, StackOptions } from './options.ts';
import { startWatchers, type Watchers } from './start-watchers.ts';
import { vaultClientEnv } from './vault-files.ts';

export interface Stack {
  readonly brokers: string;
  readonly clickhouse: ClickHouse;
  readonly clickhouseUrl: string;
  readonly secrets: LocalSecrets;
  readonly services: Readonly<Record<ServiceName, LocalService>>;
  readonly watchers: Watchers;
  /** End of every log before the fleet began: what comes after is this run's. By `topic/partition`. */
  readonly baseline: ReadonlyMap<string, number>;
  /** Answers from Kafka while the stack runs. */
  readonly log: LogBoundsReader;
  readonly logDirectory: string;
  /** Settles with the name of the first part that ends by itself. */
  readonly broken: Promise<string>;
  stop(): Promise<void>;
}

type Progress = (line: string) => void;

/**
 * Starts everything on this machine, each part after what it needs, and says so line by line. Kafka and ClickHouse
 * share one data directory: offsets of one Kafka would collide with records of another. When a part does not come
 * up, what runs already is stopped before the error is thrown.
 */
export async function startStack(options: StackOptions, say: Progress): Promise<Stack> {
  const dataDir = resolve(options.dataDir);
  if (options.fresh) rmSync(dataDir, { recursive: true, force: true });
  keepTimescale(dataDir, options.timescale);
  const stops: (() => Promise<void>)[] = [];
  const started = <T extends { stop(): Promise<void> }>(part: T): T => {
    stops.unshift(() => part.stop());
    return part;
  };
  try {
    return await startParts(options, dataDir, say, started, stops);
  } catch (error) {
    for (const stop of stops) await stop();
    throw error;
  }
}

async function startParts(
  options: StackOptions,
  dataDir: string,
  say: Progress,
  started: <T extends { stop(): Promise<void> }>(part: T) => T,
  stops: (() => Promise<void>)[],
): Promise<Stack> {
  const ports = await choosePorts(options.freePorts);
  const secrets = await prepareSecrets(dataDir);
  const { broker, engine } = await startStores(dataDir, ports, say, started);
  const clickhouse = createClickHouse({ url: engine.url });
  started({ stop: () => clickhouse.close() });
  say('Creating tables and topics');
  await applyMigrations(clickhouse, loadMigrations());
  await ensureTopics(INPUTS, { brokers: [broker.brokers], clientId: 'docket-stack' });

  say('Starting vault, gateway, recorder, evaluator and auditor');
  const start = async (
    name: ServiceName,
    env: Record<string, string>,
    entry = `services/${name}/main.ts`,
  ) => {
    const local = await startLocalService({
      name,
      entry,
      port: ports[name],
      env: { ...env, ...options.settings?.[name] },
      dataDir,
      readyPath: '/healthz',
    });
    started(local.child);
    return local;
  };
  const kafka = { DOCKET_KAFKA_BROKERS: broker.brokers };
  const store = { DOCKET_CLICKHOUSE_URL: engine.url };
  const tenants = { DOCKET_TENANTS_FILE: secrets.tenantsFile };
  const timescale = { DOCKET_TIMESCALE: String(options.timescale) };
  // First: without it nothing that is about people is recorded.
  const vault = await start('vault', { ...kafka, ...secrets.vault.env });
  const [recorder, gateway, evaluator, auditor] = await Promise.all([
    start('recorder', {
      ...kafka,
      ...store,
      ...vaultClientEnv(secrets.vault, 'recorder', vault.url),
      // Everything is on one machine and small: taking partitions over need not take as long as elsewhere.
      DOCKET_INSERT_LEASE_MS: '1200',
      DOCKET_MAX_INSERT_SECONDS: '1',
      DOCKET_TAKEOVER_MARGIN_MS: '300',
    }),
    start('gateway', { ...kafka, ...tenants }),
    start('evaluator', {
      ...store,
      ...timescale,
      DOCKET_SLO_DIRECTORY: resolve(import.meta.dirname, '../config/slos'),
    }),
    start('auditor', {
      ...{ ...kafka, ...store, ...tenants, ...timescale },
      ...vaultClientEnv(secrets.vault, 'auditor', vault.url),
    }),
  ]);
  const watchers = options.prometheus
    ? await startWatchers({
        ...{ dataDir, ports, timescale: options.timescale, say },
        alertWebhook: options.alertWebhook ?? null,
      })
    : { prometheusUrl: null, alertmanagerUrl: null, exits: [], stop: async () => {} };
  started(watchers);

  const log = await openLogBounds({ brokers: [broker.brokers], clientId: 'docket-stack' });
  started({ stop: () => log.close() });
  const baseline = await readLogEnds(log);
  say(`Starting the fleet (scenario ${options.scenario}, seed ${options.seed}, ${options.rate} decisions/s)`);
  const fleet = await start(
    'fleet',
    {
      ...kafka,
      ...timescale,
      DOCKET_GATEWAY_URL: gateway.url,
      DOCKET_FLEET_TENANTS: JSON.stringify(
        secrets.tenants.map(({ id, tokens }) => ({
          id,
          enforcerToken: tokens.enforcer,
          sreToken: tokens.sre,
        })),
      ),
      DOCKET_FLEET_SEED: String(options.seed),
      DOCKET_FLEET_RATE: String(options.rate),
      DOCKET_FLEET_PORT: String(ports.fleet),
      DOCKET_FLEET_SCENARIO: options.scenario,
    },
    'stack/fleet/main.ts',
  );
  const services = { gateway, recorder, evaluator, auditor, vault, fleet };
  let stopped: Promise<void> | null = null;
  return {
    brokers: broker.brokers,
    clickhouse,
    clickhouseUrl: engine.url,
    secrets,
    services,
    watchers,
    baseline,
    log,
    logDirectory: join(dataDir, 'logs'),
    broken: firstToEndUnasked(
      () => stopped !== null,
      [
        ['Kafka', broker.exited],
        ['ClickHouse', engine.exited],
        ...Object.values(services).map(({ name, child }): [string, Promise<ChildExit>] => [
          name,
          child.exited,
        ]),
        ...watchers.exits,
      ],
    ),
    stop: () => {
      stopped ??= stopInOrder(stops);
      return stopped;
    },
  };
}

async function startStores(
  dataDir: string,
  ports: LocalPorts,
  say: Progress,
  started: <T extends { stop(): Promise<void> }>(part: T) => T,
): Promise<{ broker: Broker; engine: Engine }> {
  say('Starting Kafka and the embedded ClickHouse');
  const [broker, engine] = await Promise.all([
    startBroker({
      dataDir: join(dataDir, 'kafka'),
      port: ports.kafka,
      controllerPort: ports.kafkaController,
      portChangedBy: '--free-ports',
    }).then(started),
    startEngine({
      dataDir: join(dataDir, 'clickhouse'),
      port: ports.clickhouse,
      portChangedBy: '--free-ports',
    }).then(started),
  ]);
  return { broker, engine };
}

async function stopInOrder(stops: readonly (() => Promise<void>)[]): Promise<void> {
  for (const stop of stops) await stop();
}

/** Names the first part that ends while nobody has asked it to; never settles once somebody has. */
function firstToEndUnasked(
  isStopping: () => boolean,
  parts: readonly (readonly [string, Promise<ChildExit>])[],
): Promise<string> {
  return new Promise((resolve) => {
    for (const [name, exited] of parts) {
      exited.then(({ code, signal }) => {
        if (!isStopping()) resolve(`${name} (${signal ?? `exit code ${code}`})`);
      });
    }
  });
}
