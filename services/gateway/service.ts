import { createLogGate } from '../../domain/leaks/log-gate.ts';
import { DEFAULT_RULESET } from '../../domain/redaction/default-ruleset.ts';
import { maskJson } from '../../domain/redaction/mask-json.ts';
import type { Ruleset } from '../../domain/redaction/ruleset.ts';
import { rulesetOrProblems } from '../../domain/redaction/ruleset-or-problems.ts';
import { createTextRedactor } from '../../domain/redaction/text-redactor.ts';
import { createHttpServer, listen } from '../../platform/http/server.ts';
import { openEventProducer } from '../../platform/kafka/event-producer.ts';
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
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { createByteBudget } from './byte-budget.ts';
import { gatewayEnvironment, problemsAcrossSettings } from './config.ts';
import { addGatewayRoutes } from './drivers/http-gateway.ts';
import { openKafkaEventLog } from './drivers/kafka-event-log.ts';
import { readTenants } from './drivers/read-tenants.ts';
import { createGatewayMetrics } from './drivers/report-metrics.ts';
import { compileEventRoutes } from './event-routes.ts';
import { describeApi } from './openapi.ts';

const FIRST_CONNECTION_MS = 5_000;

/**
 * Starts the gateway. Rejects if the configuration is wrong or the port is taken. Without Kafka it starts all the
 * same, answers 503 and goes on trying: those who send to it keep what they have.
 */
export async function startGateway(env: Environment): Promise<RunningService & { readonly url: string }> {
  const settings = readConfiguration(gatewayEnvironment, env);
  const problems = problemsAcrossSettings(settings);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const tenants = await readTenants(settings.DOCKET_TENANTS_FILE);
  const metrics = createMetricsRegistry();
  const counters = createLeakMetrics(metrics);
  const ruleset = await readRules(settings.DOCKET_REDACTION_FILE);
  const redactor = createTextRedactor(ruleset);
  const logGate = createLogGate(redactor, (_path, rule) => counters.logLeak(rule));
  const logger = createLogger('gateway', settings.DOCKET_LOG_LEVEL, logGate);
  const budget = createByteBudget(settings.DOCKET_MAX_IN_FLIGHT_BYTES);
  const report = createGatewayMetrics(metrics, logger, budget.bytesInFlight);
  const registry = loadReleasedSchemas();
  const routes = compileEventRoutes(registry);

  const limits = {
    maxBodyBytes: settings.DOCKET_MAX_BODY_BYTES,
    maxDecompressedBytes: settings.DOCKET_MAX_DECOMPRESSED_BYTES,
  };
  const kafka = { brokers: settings.DOCKET_KAFKA_BROKERS, clientId: 'docket-gateway' };
  const log = openKafkaEventLog({
    connect: () => openEventProducer(kafka),
    sendTimeoutMs: settings.DOCKET_SEND_TIMEOUT_MS,
    report: report.kafka,
  });
  const server = createHttpServer({ log: logger, metrics, maxBodyBytes: limits.maxBodyBytes });
  addGatewayRoutes(server, {
    authenticate: tenants.authenticate,
    budget,
    limits,
    registry,
    routes,
    log,
    report,
    redaction:
      settings.DOCKET_REDACT_ERASABLE === 'true'
        ? {
            redactor,
            maskErasable: (text, tenantId) =>
              redactor.redact(maskJson(text, ruleset, tenantId), tenantId).text,
          }
        : { redactor },
    gatewayId: settings.DOCKET_GATEWAY_ID,
    nowMs: Date.now,
    openApi: describeApi(routes),
  });
  await log.settled(FIRST_CONNECTION_MS);
  const address = { host: settings.DOCKET_HTTP_HOST, port: settings.DOCKET_HTTP_PORT };
  const http = await listen(server, address).catch(async (error: unknown) => {
    await log.close();
    throw error;
  });
  logger.info({ url: http.url }, 'gateway started');
  return {
    url: http.url,
    stop: async () => {
      await http.stop();
      await log.close();
      logger.info('gateway stopped');
    },
  };
}

async function readRules(file: string): Promise<Ruleset> {
  if (file === '') return DEFAULT_RULESET;
  return readSettingsFile('DOCKET_REDACTION_FILE', file, 'config/redaction.yaml', rulesetOrProblems);
}
