import { INPUTS, inputOfTopic } from '../../domain/contract/inputs.ts';
import { createLeakWatch, LEAK_QUEUE } from '../../domain/leaks/watch-leaks.ts';
import { compileErasableMask } from '../../domain/recording/mask-erasable.ts';
import { QuarantineWatch } from '../../domain/recording/quarantine-watch.ts';
import { ORIGIN_HEADER } from '../../domain/recording/read-origin.ts';
import { DEFAULT_RULESET } from '../../domain/redaction/default-ruleset.ts';
import type { Ruleset } from '../../domain/redaction/ruleset.ts';
import { rulesetOrProblems } from '../../domain/redaction/ruleset-or-problems.ts';
import { createTextRedactor, type TextRedactor } from '../../domain/redaction/text-redactor.ts';
import { createClickHouse } from '../../platform/clickhouse/client.ts';
import { createRowQueue } from '../../platform/clickhouse/row-queue.ts';
import { createHttpServer, listen } from '../../platform/http/server.ts';
import { startGroupConsumer } from '../../platform/kafka/group-consumer.ts';
import { openLogBounds } from '../../platform/kafka/log-bounds.ts';
import { openLogTrimmer } from '../../platform/kafka/log-trimmer.ts';
import { checkTopics } from '../../platform/kafka/topics.ts';
import { type Environment, readConfiguration } from '../../platform/lifecycle/configuration.ts';
import type { RunningService } from '../../platform/lifecycle/run-service.ts';
import { readSecretFile } from '../../platform/lifecycle/secret-file.ts';
import { readSettingsFile } from '../../platform/lifecycle/settings-file.ts';
import { createLogger } from '../../platform/log/logger.ts';
import { createLeakMetrics } from '../../platform/prometheus/leak-metrics.ts';
import { createMetricsRegistry } from '../../platform/prometheus/metrics-registry.ts';
import { createVaultClient } from '../../platform/vault/vault-client.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { heartbeatIntervalMs, recorderEnvironment } from './config.ts';
import { createClickHouseRecordStore } from './drivers/clickhouse-record-store.ts';
import { createRecorderReport } from './drivers/report-metrics.ts';
import { createVaultKeys } from './drivers/vault-keys.ts';
import { createRecordJudge } from './judge-records.ts';
import { createOwnership } from './ownership.ts';
import type { RecordStore } from './ports.ts';
import { trimLogs } from './trim-log.ts';

const MAX_BODY_BYTES = 1024;
/** Within the ten seconds that stopping may take; what is not stored by then is recorded by the next owner. */
const DRAIN_TIMEOUT_MS = 7_000;
const COMPARE_CLOCKS_MS = 5_000;
const HOUR_MS = 3_600_000;
/** A partition whose statement hangs keeps a connection, and must not keep another partition's from being sent. */
const MAX_CONNECTIONS = 64;

/** For measurements and tests: what stands between the recorder and its store, and another redactor. */
interface RecorderSeams {
  readonly wrapStore?: (store: RecordStore) => RecordStore;
  readonly redactor?: TextRedactor;
}

/** Starts the recorder: every input topic, recorded exactly once. Rejects if the configuration or the store is wrong. */
export async function startRecorder(
  env: Environment,
  { wrapStore = (store) => store, ...seams }: RecorderSeams = {},
): Promise<RunningService & { readonly url: string }> {
  const settings = readConfiguration(recorderEnvironment, env);
  const vault = createVaultClient({
    url: settings.DOCKET_VAULT_URL,
    token: await readSecretFile('DOCKET_VAULT_TOKEN_FILE', settings.DOCKET_VAULT_TOKEN_FILE),
  });
  const metrics = createMetricsRegistry();
  const ruleset = await readRules(settings.DOCKET_REDACTION_FILE);
  const redactor = seams.redactor ?? createTextRedactor(ruleset);
  const registry = loadReleasedSchemas();
  const kafka = { brokers: settings.DOCKET_KAFKA_BROKERS, clientId: 'docket-recorder' };

  const clickhouse = createClickHouse({
    url: settings.DOCKET_CLICKHOUSE_URL,
    username: settings.DOCKET_CLICKHOUSE_USERNAME,
    password: settings.DOCKET_CLICKHOUSE_PASSWORD,
    requestTimeoutMs: settings.DOCKET_MAX_INSERT_SECONDS * 1000 + 5_000,
    maxConnections: MAX_CONNECTIONS,
  });
  const counters = createLeakMetrics(metrics);
  const leakQueue = createRowQueue({ ...LEAK_QUEUE, clickhouse, failed: counters.writeFailed });
  const leaks = createLeakWatch({
    service: 'recorder',
    redactor,
    offer: leakQueue.offer,
    counters,
    nowMs: Date.now,
  });
  const log = createLogger('recorder', settings.DOCKET_LOG_LEVEL, leaks.logGate);
  const report = createRecorderReport(metrics, log, leaks.sink);
  const store = wrapStore(
    createClickHouseRecordStore(clickhouse, registry, {
      maxInsertSeconds: settings.DOCKET_MAX_INSERT_SECONDS,
    }),
  );
  const logBounds = await openLogBounds(kafka);
  await checkTopics(INPUTS, kafka);
  await store.bindTo(await logBounds.clusterId());

  const maskErasable = compileErasableMask(registry.newest('decision').type, ruleset);
  const rules = { registry, redactor, maskErasable };
  const keys = createVaultKeys(vault, report);
  const ownership = createOwnership({
    store,
    logBounds,
    report,
    createJudge: (at) => createRecordJudge(inputOfTopic(at.topic), at, rules, keys),
    createWatch: (at) =>
      new QuarantineWatch({
        limits: {
          windowMs: settings.DOCKET_QUARANTINE_WINDOW_SECONDS * 1000,
          maxRatio: settings.DOCKET_QUARANTINE_MAX_PERCENT / 100,
          minFailed: settings.DOCKET_QUARANTINE_MIN_RECORDS,
          maxFailed: settings.DOCKET_QUARANTINE_MAX_RECORDS,
        },
        through: settings.DOCKET_QUARANTINE_THROUGH.get(`${at.topic}/${at.partition}`) ?? null,
        priorFailures: 0,
      }),
    lostSchema: registry.newest('recorded-lost'),
    clockMarginMs: settings.DOCKET_CLOCK_MARGIN_MS,
    options: {
      flushIntervalMs: settings.DOCKET_FLUSH_INTERVAL_MS,
      progressIntervalMs: settings.DOCKET_PROGRESS_INTERVAL_MS,
      maxBatchRecords: settings.DOCKET_MAX_BATCH_RECORDS,
      maxQueueBytes: settings.DOCKET_MAX_QUEUE_BYTES,
      maxHeadStartMs: settings.DOCKET_FLUSH_INTERVAL_MS / 4,
      times: {
        leaseMs: settings.DOCKET_INSERT_LEASE_MS,
        maxInsertMs: settings.DOCKET_MAX_INSERT_SECONDS * 1000,
        marginMs: settings.DOCKET_TAKEOVER_MARGIN_MS,
      },
    },
    fatal: (error) => fail(error),
  });
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  // Before the first heartbeat: without it no lease could be told on the store's clock.
  await ownership.compareClocks();
  const comparing = setInterval(() => {
    ownership.compareClocks().catch((error: unknown) => log.debug({ err: error }, 'clocks not compared'));
  }, COMPARE_CLOCKS_MS).unref();

  const consumer = await startGroupConsumer(
    {
      ...kafka,
      groupId: settings.DOCKET_RECORDER_GROUP,
      topics: INPUTS.map((input) => input.topic),
      sessionTimeoutMs: settings.DOCKET_SESSION_TIMEOUT_MS,
      originHeader: ORIGIN_HEADER,
      heartbeatIntervalMs: heartbeatIntervalMs(
        settings.DOCKET_SESSION_TIMEOUT_MS,
        settings.DOCKET_INSERT_LEASE_MS,
      ),
    },
    {
      assigned: (partitions, flow) =>
        ownership.assign(partitions, (at) => ({
          resumeAt: (offset) => flow.resumeAt(at, offset),
          pause: () => flow.pause(at),
          resume: () => flow.resume(at),
          commit: (nextOffset) => flow.commit(at, nextOffset),
        })),
      heartbeat: (heartbeat) => ownership.heartbeat(heartbeat),
      records: (at, records, fetched) => ownership.offer(at, records, fetched),
      crashed: (error) => fail(error),
    },
  );
  const idle = startRounds(settings.DOCKET_IDLE_WATERMARK_MS, () => ownership.moveIdleWatermarks());
  const trimmer = await openLogTrimmer(kafka);
  const trimming = startRounds(settings.DOCKET_TRIM_INTERVAL_MS, () =>
    trimLogs(ownership.taken(), {
      ...{ store, logBounds, trimmer, report },
      readBarriers: () => vault.barriers(),
      replayWindowMs: settings.DOCKET_REPLAY_WINDOW_HOURS * HOUR_MS,
    }),
  );
  if (trimming === null) log.warn('raw topics are not trimmed: DOCKET_TRIM_INTERVAL_MS is 0');
  const server = createHttpServer({ log, metrics, maxBodyBytes: MAX_BODY_BYTES });
  const address = { host: settings.DOCKET_HTTP_HOST, port: settings.DOCKET_HTTP_PORT };
  const http = await listen(server, address);
  log.info({ url: http.url }, 'recorder started');
  return {
    url: http.url,
    failed,
    stop: async () => {
      idle?.stop();
      trimming?.stop();
      clearInterval(comparing);
      await ownership.drain(DRAIN_TIMEOUT_MS);
      await consumer.stop();
      await leakQueue.stop();
      await Promise.all([http.stop(), logBounds.close(), trimmer.close(), clickhouse.close()]);
      log.info('recorder stopped');
    },
  };
}

/** Does something again and again, never twice at once; never at all for an interval of 0. */
function startRounds(everyMs: number, round: () => Promise<void>): { stop(): void } | null {
  if (everyMs === 0) return null;
  let running = false;
  const timer = setInterval(async () => {
    if (running) return;
    running = true;
    await round();
    running = false;
  }, everyMs);
  return { stop: () => clearInterval(timer) };
}

async function readRules(file: string): Promise<Ruleset> {
  if (file === '') return DEFAULT_RULESET;
  return readSettingsFile('DOCKET_REDACTION_FILE', file, 'config/redaction.yaml', rulesetOrProblems);
}
