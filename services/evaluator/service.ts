import { createLeakWatch, LEAK_QUEUE } from '../../domain/leaks/watch-leaks.ts';
import { DEFAULT_RULESET } from '../../domain/redaction/default-ruleset.ts';
import type { Ruleset } from '../../domain/redaction/ruleset.ts';
import { rulesetOrProblems } from '../../domain/redaction/ruleset-or-problems.ts';
import { createTextRedactor } from '../../domain/redaction/text-redactor.ts';
import { bucketMsOf } from '../../domain/rollup/append-minutes.ts';
import { createClickHouse } from '../../platform/clickhouse/client.ts';
import { createRowQueue } from '../../platform/clickhouse/row-queue.ts';
import { createHttpServer, listen } from '../../platform/http/server.ts';
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
import { TimescaleMismatch } from './close-minutes.ts';
import { boundsOf, evaluatorEnvironment } from './config.ts';
import { countBoundsOf, refuseTooMany } from './counts/count-bounds.ts';
import { readCostBudgets } from './counts/read-cost-budgets.ts';
import { createDriftStore } from './drivers/drift-store.ts';
import { loadSlos } from './drivers/load-slos.ts';
import { createMinuteLedger } from './drivers/minute-ledger.ts';
import { createAdjustmentSource } from './drivers/read-adjustments.ts';
import { createReadingSource } from './drivers/reading-source.ts';
import { createLeakReport } from './drivers/report-leaks.ts';
import { createEvaluatorReport } from './drivers/report-metrics.ts';
import { createReviewStore } from './drivers/review-store.ts';
import { createRollups } from './drivers/rollups.ts';
import { createSloStateStore } from './drivers/slo-state-store.ts';
import { startLeakLoops } from './drivers/start-leak-loops.ts';
import { createEvaluator } from './evaluate.ts';
import { startLoop } from './run-loop.ts';

const MAX_BODY_BYTES = 1024;
/** Catching up reads an hour of records in one statement. */
const REQUEST_TIMEOUT_MS = 120_000;

/** Starts the evaluator: closes minutes, and shows the results on `/metrics`. Rejects if the configuration is wrong. */
export async function startEvaluator(env: Environment): Promise<RunningService & { readonly url: string }> {
  const settings = readConfiguration(evaluatorEnvironment, env);
  const slos = await loadSlos(settings.DOCKET_SLO_DIRECTORY);
  const bounds = boundsOf(settings);
  const refusal = refuseTooMany(bounds, slos, settings.DOCKET_MAX_SERIES);
  if (refusal !== null) throw new ConfigurationError([refusal]);
  const costBudgets = await readBudgets(settings.DOCKET_COST_BUDGETS_FILE);
  const bucketMs = bucketMsOf(settings.DOCKET_TIMESCALE);
  const metrics = createMetricsRegistry();
  const clickhouse = createClickHouse({
    url: settings.DOCKET_CLICKHOUSE_URL,
    username: settings.DOCKET_CLICKHOUSE_USERNAME,
    password: settings.DOCKET_CLICKHOUSE_PASSWORD,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
  });
  const redactor = createTextRedactor(await readRules(settings.DOCKET_REDACTION_FILE));
  const counters = createLeakMetrics(metrics);
  const leakQueue = createRowQueue({ ...LEAK_QUEUE, clickhouse, failed: counters.writeFailed });
  const leaks = createLeakWatch({
    service: 'evaluator',
    redactor,
    offer: leakQueue.offer,
    counters,
    nowMs: Date.now,
  });
  const log = createLogger('evaluator', settings.DOCKET_LOG_LEVEL, leaks.logGate);
  const report = createEvaluatorReport(metrics, log, slos);
  const evaluate = createEvaluator({
    slos,
    bucketMs,
    ledger: createMinuteLedger(clickhouse, bucketMs),
    rollups: createRollups(clickhouse, slos, bucketMs),
    drift: createDriftStore(clickhouse, bucketMs),
    review: createReviewStore(clickhouse, bucketMs),
    readings: createReadingSource(clickhouse, slos, bucketMs, createAdjustmentSource(clickhouse)),
    sloState: createSloStateStore(clickhouse),
    maxServices: bounds.maxServices,
    maxPolicies: bounds.maxPolicies,
    countBounds: countBoundsOf(bounds),
    costBudgets,
    now: Date.now,
  });
  const server = createHttpServer({ log, metrics: report.metrics, maxBodyBytes: MAX_BODY_BYTES });
  const http = await listen(server, {
    host: settings.DOCKET_HTTP_HOST,
    port: settings.DOCKET_HTTP_PORT,
  });
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  const loop = startLoop(
    async () => {
      const evaluation = await evaluate();
      report.evaluated(evaluation);
      return evaluation;
    },
    settings.DOCKET_EVALUATE_EVERY_MS,
    (error) => {
      report.failed(error);
      // Trying again cannot help: the store keeps its minutes.
      if (error instanceof TimescaleMismatch) fail(error);
    },
  );
  const leakLoops = startLeakLoops({
    clickhouse,
    redactor,
    report: createLeakReport(metrics, log),
    everyMs: settings.DOCKET_EVALUATE_EVERY_MS,
    scanRowsPerSecond: settings.DOCKET_LEAK_SCAN_ROWS_PER_S,
  });
  log.info({ url: http.url }, 'evaluator started');
  return {
    url: http.url,
    failed,
    stop: async () => {
      await Promise.all([loop.stop(), leakLoops.stop()]);
      await leakQueue.stop();
      await Promise.all([http.stop(), clickhouse.close()]);
      log.info('evaluator stopped');
    },
  };
}

async function readRules(file: string): Promise<Ruleset> {
  if (file === '') return DEFAULT_RULESET;
  return readSettingsFile('DOCKET_REDACTION_FILE', file, 'config/redaction.yaml', rulesetOrProblems);
}

async function readBudgets(file: string): Promise<ReadonlyMap<string, number>> {
  if (file === '') return new Map();
  return readSettingsFile(
    'DOCKET_COST_BUDGETS_FILE',
    file,
    'config/cost-budgets.example.yaml',
    readCostBudgets,
  );
}
