import { z } from 'zod';
import { parseQuarantineThrough } from '../../domain/recording/parse-quarantine-through.ts';
import { brokerList, httpUrl, logLevel, wholeNumber } from '../../platform/lifecycle/configuration.ts';

/** Four heartbeats of the shortest interval that the consumer can keep. */
const MIN_LEASE_MS = 500;

/** Settings of the recorder, by the names of their environment variables. */
export const recorderEnvironment = z.object({
  DOCKET_KAFKA_BROKERS: brokerList,
  DOCKET_CLICKHOUSE_URL: httpUrl,
  DOCKET_CLICKHOUSE_USERNAME: z.string().default('default'),
  DOCKET_CLICKHOUSE_PASSWORD: z.string().default(''),
  DOCKET_VAULT_URL: httpUrl,
  /** Holds the recorder's token for the vault, and nothing else. */
  DOCKET_VAULT_TOKEN_FILE: z.string({ error: 'give the path of the file with the token for the vault' }),
  /** Over this window of append time a tenant's share of failing records is taken; above a limit there is an alert. */
  DOCKET_QUARANTINE_WINDOW_SECONDS: wholeNumber(10, 86_400, 300),
  DOCKET_QUARANTINE_MAX_PERCENT: wholeNumber(0, 100, 5),
  /** Fewer failing records than these are no excess, whatever their share. */
  DOCKET_QUARANTINE_MIN_RECORDS: wholeNumber(1, 1_000_000, 20),
  /** More failing records than these are, whatever their share. */
  DOCKET_QUARANTINE_MAX_RECORDS: wholeNumber(1, 1_000_000_000, 1_000),
  /** `<topic>/<partition>:<offset>,…`: a stopped partition goes on, and quarantines everything up to the offset. */
  DOCKET_QUARANTINE_THROUGH: z
    .string()
    .default('')
    .transform((text, context) => {
      const through = text === '' ? new Map<string, number>() : parseQuarantineThrough(text);
      if (through === null)
        context.addIssue({
          code: 'custom',
          message: 'give <topic>/<partition>:<offset>, separated by commas',
        });
      return through ?? z.NEVER;
    }),
  DOCKET_RECORDER_GROUP: z.string().default('docket-recorder'),
  /** From the append on. Shorter makes more and smaller inserts, each of which costs ClickHouse some 50 ms of CPU. */
  DOCKET_FLUSH_INTERVAL_MS: wholeNumber(10, 60_000, 1_000),
  /** Of a busy partition: what is stored above its progress is read back by whoever takes it over. */
  DOCKET_PROGRESS_INTERVAL_MS: wholeNumber(0, 60_000, 5_000),
  DOCKET_MAX_BATCH_RECORDS: wholeNumber(1, 500_000, 30_000),
  DOCKET_MAX_QUEUE_BYTES: wholeNumber(64 * 1024, 1024 ** 3, 26 * 1024 * 1024),
  DOCKET_SESSION_TIMEOUT_MS: wholeNumber(1_000, 300_000, 10_000),
  /** How long after a heartbeat was sent an insert may still start. Whoever takes a partition over waits it out. */
  DOCKET_INSERT_LEASE_MS: wholeNumber(MIN_LEASE_MS, 60_000, 3_000),
  /** Longest that the store lets an insert run; waited out as well. */
  DOCKET_MAX_INSERT_SECONDS: wholeNumber(1, 600, 5),
  /** Added to both, for clocks that are set or differ between the store's servers. */
  DOCKET_TAKEOVER_MARGIN_MS: wholeNumber(100, 60_000, 1_000),
  DOCKET_IDLE_WATERMARK_MS: wholeNumber(100, 60_000, 1_000),
  /** How far the broker's clock may be behind, and on a replicated cluster at least replica.lag.time.max.ms. */
  DOCKET_CLOCK_MARGIN_MS: wholeNumber(0, 60_000, 1_000),
  /** How often raw topics are trimmed behind what is recorded of them; 0 for never. */
  DOCKET_TRIM_INTERVAL_MS: wholeNumber(0, 86_400_000, 60_000),
  /** What was appended within it stays in the raw topics, for replays, unless an erasure needs it to go. */
  DOCKET_REPLAY_WINDOW_HOURS: wholeNumber(0, 87_600, 168),
  /** YAML with the rules of redaction; empty: those that are built in, which config/redaction.yaml shows. */
  DOCKET_REDACTION_FILE: z.string().default(''),
  DOCKET_HTTP_HOST: z.string().default('127.0.0.1'),
  DOCKET_HTTP_PORT: wholeNumber(0, 65_535, 7072),
  DOCKET_LOG_LEVEL: logLevel,
});

/** Several heartbeats must fit into a lease, and many into a session. Milliseconds. */
export function heartbeatIntervalMs(sessionTimeoutMs: number, leaseMs: number): number {
  return Math.floor(Math.min(sessionTimeoutMs / 10, leaseMs / 4));
}
