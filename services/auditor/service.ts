import { createLeakWatch, LEAK_QUEUE } from '../../domain/leaks/watch-leaks.ts';
import { DEFAULT_RULESET } from '../../domain/redaction/default-ruleset.ts';
import type { Ruleset } from '../../domain/redaction/ruleset.ts';
import { rulesetOrProblems } from '../../domain/redaction/ruleset-or-problems.ts';
import { createTextRedactor } from '../../domain/redaction/text-redactor.ts';
import { createClickHouse } from '../../platform/clickhouse/client.ts';
import { createRowQueue } from '../../platform/clickhouse/row-queue.ts';
import { createHttpServer, listen } from '../../platform/http/server.ts';
import { openEventProducer } from '../../platform/kafka/event-producer.ts';
import {
  ConfigurationError,
  type Environment,
  readConfiguration,
} from '../../platform/lifecycle/configuration.ts';
import type { RunningService } from '../../platform/lifecycle/run-service.ts';
import { readSecretFile } from '../../platform/lifecycle/secret-file.ts';
import { readSettingsFile } from '../../platform/lifecycle/settings-file.ts';
import { createLogger } from '../../platform/log/logger.ts';
import { createLeakMetrics } from '../../platform/prometheus/leak-metrics.ts';
import { createMetricsRegistry } from '../../platform/prometheus/metrics-registry.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { createAuditedRead } from './audited-read.ts';
import { type AuditorSettings, auditorEnvironment } from './config.ts';
import { createClickHouseStore } from './drivers/clickhouse-store.ts';
import { addApiRoutes } from './drivers/http-api.ts';
import { addDecisionPages } from './drivers/http-decision-pages.ts';
import { addPageRoutes } from './drivers/http-pages.ts';
import { addSharedHooks } from './drivers/http-shared.ts';
import { createKafkaAccessLog } from './drivers/kafka-access-log.ts';
import { readSlos } from './drivers/read-slos.ts';
import { readTenants } from './drivers/read-tenants.ts';
import { createAuditorMetrics } from './drivers/report-metrics.ts';
import { createBoundedReader } from './drivers/tenant-select.ts';
import { createVaultKeys, NO_VAULT } from './drivers/vault-keys.ts';
import { createGoRead } from './go/read-go.ts';
import { describeApi } from './openapi.ts';
import type { Vault } from './ports.ts';
import { createErasableReads } from './read-erasables.ts';
import { createOverviewReads } from './read-overview.ts';
import { createRecordReads } from './read-records.ts';

const MAX_BODY_BYTES = 16 * 1024;
const RECORD_TIMEOUT_MS = 5_000;

/**
 * Starts the auditor: query API, access log and overview page. Rejects if the configuration is wrong, or Kafka
 * cannot be reached: without it no read could be recorded.
 */
export async function startAuditor(env: Environment): Promise<RunningService & { readonly url: string }> {
  const settings = readConfiguration(auditorEnvironment, env);
  const authenticate = await readTenants(settings.DOCKET_TENANTS_FILE);
  const slos = await readSlos(settings.DOCKET_SLO_DIRECTORY);
  const vault = await openVault(settings);
  const registry = createMetricsRegistry();
  const metrics = createAuditorMetrics(registry);
  const schemas = loadReleasedSchemas();
  const clickhouse = openClickHouse(settings);
  const redactor = createTextRedactor(await readRules(settings.DOCKET_REDACTION_FILE));
  const counters = createLeakMetrics(registry);
  const leakQueue = createRowQueue({ ...LEAK_QUEUE, clickhouse, failed: counters.writeFailed });
  const leaks = createLeakWatch({
    service: 'auditor',
    redactor,
    offer: leakQueue.offer,
    counters,
    nowMs: Date.now,
  });
  const log = createLogger('auditor', settings.DOCKET_LOG_LEVEL, leaks.logGate);
  const producer = await openEventProducer({
    brokers: settings.DOCKET_KAFKA_BROKERS,
    clientId: 'docket-auditor',
  });

  const store = createClickHouseStore(createBoundedReader(clickhouse, metrics.query), schemas);
  const read = createAuditedRead({
    accessLog: createKafkaAccessLog(producer, schemas, redactor),
    report: metrics,
    nowMs: Date.now,
    maxReads: settings.DOCKET_MAX_CONCURRENT_READS,
    recordTimeoutMs: RECORD_TIMEOUT_MS,
  });
  const reads = createRecordReads(read, store, Date.now);
  const erasables = createErasableReads(read, store, vault, schemas, Date.now);
  const timescale = settings.DOCKET_TIMESCALE;
  const go = createGoRead(read, store, slos, { nowMs: Date.now, timescale });
  const overview = createOverviewReads(read, store, slos, Date.now);

  const server = createHttpServer({ log, metrics: registry, maxBodyBytes: MAX_BODY_BYTES });
  addSharedHooks(server, metrics);
  addApiRoutes(server, {
    authenticate,
    reads,
    erasables,
    go,
    report: metrics,
    openApi: describeApi(schemas),
  });
  const secureCookie = settings.DOCKET_SECURE_COOKIE === 'true';
  addPageRoutes(server, { authenticate, overview, go, report: metrics, secureCookie });
  const address = { host: settings.DOCKET_HTTP_HOST, port: settings.DOCKET_HTTP_PORT };
  addDecisionPages(server, { authenticate, reads });
  const http = await listen(server, address);
  log.info({ url: http.url }, 'auditor started');
  return {
    url: http.url,
    stop: async () => {
      await http.stop();
      await leakQueue.stop();
      await Promise.all([producer.close(), clickhouse.close()]);
      log.info('auditor stopped');
    },
  };
}

async function openVault(settings: AuditorSettings): Promise<Vault> {
  const { DOCKET_VAULT_URL: url, DOCKET_VAULT_TOKEN_FILE: tokenFile } = settings;
  if (url === undefined && tokenFile === undefined) return NO_VAULT;
  if (url === undefined || tokenFile === undefined)
    throw new ConfigurationError(['DOCKET_VAULT_URL and DOCKET_VAULT_TOKEN_FILE: give both, or neither']);
  return createVaultKeys({ url, token: await readSecretFile('DOCKET_VAULT_TOKEN_FILE', tokenFile) });
}

function openClickHouse(settings: AuditorSettings) {
  return createClickHouse({
    url: settings.DOCKET_CLICKHOUSE_URL,
    username: settings.DOCKET_CLICKHOUSE_USERNAME,
    password: settings.DOCKET_CLICKHOUSE_PASSWORD,
    requestTimeoutMs: 15_000,
  });
}

async function readRules(file: string): Promise<Ruleset> {
  if (file === '') return DEFAULT_RULESET;
  return readSettingsFile('DOCKET_REDACTION_FILE', file, 'config/redaction.yaml', rulesetOrProblems);
}
