import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Statement } from '../../domain/contract/events.ts';
import { inputOf } from '../../domain/contract/inputs.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import { createLogGate } from '../../domain/leaks/log-gate.ts';
import { createTextRedactor } from '../../domain/redaction/text-redactor.ts';
import { createHttpServer, listen } from '../../platform/http/server.ts';
import { openEventProducer } from '../../platform/kafka/event-producer.ts';
import { openLogBounds } from '../../platform/kafka/log-bounds.ts';
import { readTopic } from '../../platform/kafka/read-topic.ts';
import {
  ConfigurationError,
  type Environment,
  readConfiguration,
} from '../../platform/lifecycle/configuration.ts';
import type { RunningService } from '../../platform/lifecycle/run-service.ts';
import { readSettingsFile } from '../../platform/lifecycle/settings-file.ts';
import { createLogger } from '../../platform/log/logger.ts';
import { createLeakMetrics } from '../../platform/prometheus/leak-metrics.ts';
import { createMetricsRegistry } from '../../platform/prometheus/metrics-registry.ts';
import { openDatabase } from '../../platform/sqlite/open-database.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { parseClients } from './clients.ts';
import { problemsAcrossSettings, type VaultSettings, vaultEnvironment } from './config.ts';
import { type Backups, openBackups, readStatementsFile } from './drivers/backups.ts';
import { createFileKeks } from './drivers/file-keks.ts';
import { addVaultRoutes } from './drivers/http-vault.ts';
import { createLogBounds } from './drivers/kafka-log.ts';
import { createVaultMetrics } from './drivers/report-metrics.ts';
import { createSqliteStore } from './drivers/sqlite-store.ts';
import { createTransitApi } from './drivers/transit-api.ts';
import { createTransitKeks } from './drivers/transit-keks.ts';
import { DATABASE, readVaultFolder } from './drivers/vault-folder.ts';
import { openVault } from './open-vault.ts';
import type { KekStore, OutgoingEvent } from './ports.ts';
import { createAccessRecording } from './record-access.ts';
import { startWorker } from './run-worker.ts';
import { decodeStatement } from './statement-frames.ts';

const MAX_BODY_BYTES = 64 * 1024;
const RECORD_TIMEOUT_MS = 5_000;
const SECOND_MS = 1_000;

export interface VaultUnderway extends RunningService {
  readonly url: string;
}

/**
 * Starts the vault. Rejects if the configuration is wrong, Kafka cannot be reached (nothing could be recorded), another
 * vault has the folder, or KEKs are missing. A restored vault first carries out every erasure that it is told of.
 * @param nowMs the clock; another one in tests only
 */
export async function startVault(env: Environment, nowMs: () => number = Date.now): Promise<VaultUnderway> {
  const settings = readConfiguration(vaultEnvironment, env);
  const problems = problemsAcrossSettings(settings);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const { authenticate } = await readSettingsFile(
    'DOCKET_VAULT_CLIENTS_FILE',
    settings.DOCKET_VAULT_CLIENTS_FILE,
    'config/vault-clients.example.yaml',
    parseClients,
  );
  const registry = loadReleasedSchemas();
  const directory = settings.DOCKET_VAULT_DIRECTORY;
  const { indexKey, signer } = await readVaultFolder(directory, registry);
  const metricsRegistry = createMetricsRegistry();
  const leakCounters = createLeakMetrics(metricsRegistry);
  const logGate = createLogGate(createTextRedactor(), (_path, rule) => leakCounters.logLeak(rule));
  const logger = createLogger('vault', settings.DOCKET_LOG_LEVEL, logGate);
  const kafka = { brokers: settings.DOCKET_KAFKA_BROKERS, clientId: 'docket-vault' };
  const closing: (() => unknown)[] = [];
  const stop = async () => {
    for (const close of closing.reverse()) await close();
  };
  try {
    const producer = await openEventProducer(kafka);
    closing.push(() => producer.close());
    const bounds = await openLogBounds(kafka);
    closing.push(() => bounds.close());
    const database = openDatabase(join(directory, DATABASE));
    closing.push(() => database.close());
    const store = createSqliteStore(database);
    const metrics = createVaultMetrics(metricsRegistry, logger, store, nowMs);
    const backups = await openBackups({
      directory: settings.DOCKET_VAULT_BACKUP_DIRECTORY ?? join(directory, 'backups'),
      database,
      registry,
      kept: settings.DOCKET_VAULT_BACKUPS_KEPT,
      nowMs,
      wrote: metrics.backedUp,
    });
    const send = ({ topic, key, value }: Pick<OutgoingEvent, 'topic' | 'key' | 'value'>) =>
      producer.send(topic, [{ key, value }]);
    const leaseMs = settings.DOCKET_VAULT_LEASE_SECONDS * SECOND_MS;
    const vault = await openVault({
      store,
      keks: await openKeks(settings),
      indexKey,
      signer,
      registry,
      log: createLogBounds(bounds),
      backUp: backups.backUp,
      report: metrics,
      send,
      keepStatement: backups.keepStatement,
      statements: () => gatherStatements(settings, kafka, backups, registry),
      nowMs,
      limits: {
        leaseMs,
        quarantineKeyDays: settings.DOCKET_VAULT_QUARANTINE_KEY_DAYS,
        batchWaitMs: settings.DOCKET_VAULT_ERASURE_BATCH_SECONDS * SECOND_MS,
        backupEveryMs: settings.DOCKET_VAULT_BACKUP_MINUTES * 60 * SECOND_MS,
      },
    });
    const worker = startWorker(vault.work, settings.DOCKET_VAULT_WORK_INTERVAL_MS);
    closing.push(() => worker.stop());
    const server = createHttpServer({ log: logger, metrics: metricsRegistry, maxBodyBytes: MAX_BODY_BYTES });
    addVaultRoutes(server, {
      ...vault,
      authenticate,
      store,
      indexKey,
      signer,
      registry,
      metrics,
      backUp: backups.backUp,
      recordAccess: createAccessRecording({
        registry,
        send,
        operatorTenant: settings.DOCKET_VAULT_OPERATOR_TENANT,
        timeoutMs: RECORD_TIMEOUT_MS,
        nowMs,
      }),
      lookupsPerMinute: settings.DOCKET_VAULT_LOOKUPS_PER_MINUTE,
      leaseMs,
      nowMs,
      wake: worker.wake,
    });
    const http = await listen(server, { host: settings.DOCKET_HTTP_HOST, port: settings.DOCKET_HTTP_PORT });
    closing.push(() => http.stop());
    logger.info({ url: http.url }, 'vault started');
    return {
      url: http.url,
      stop: async () => {
        await stop();
        logger.info('vault stopped');
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openKeks(settings: VaultSettings): Promise<KekStore> {
  const directory = settings.DOCKET_VAULT_KEK_DIRECTORY ?? join(settings.DOCKET_VAULT_DIRECTORY, 'keks');
  if (settings.DOCKET_VAULT_KEK === 'file') return createFileKeks(directory);
  const token = await readFile(settings.DOCKET_VAULT_TRANSIT_TOKEN_FILE ?? '', 'utf8').catch(() => {
    throw new ConfigurationError(['DOCKET_VAULT_TRANSIT_TOKEN_FILE: the file cannot be read']);
  });
  const mount = settings.DOCKET_VAULT_TRANSIT_MOUNT;
  const transit = createTransitApi({
    url: settings.DOCKET_VAULT_TRANSIT_URL ?? '',
    token: token.trim(),
    mount,
  });
  return createTransitKeks(directory, transit);
}

/** All that can be found: beside the backups, in the topic, and in a file that is named. */
async function gatherStatements(
  settings: VaultSettings,
  kafka: { brokers: readonly string[]; clientId: string },
  backups: Backups,
  registry: SchemaRegistry,
): Promise<Statement[]> {
  const statements = await backups.readStatements();
  const file = settings.DOCKET_VAULT_STATEMENTS_FILE;
  if (file !== undefined) statements.push(...(await readStatementsFile(file, registry)));
  await readTopic(kafka, inputOf('statement').topic, (value) => {
    const statement = decodeStatement(registry, value);
    if (statement !== null) statements.push(statement);
  });
  return statements;
}
