import { partitionKeyOf } from '../../domain/contract/event-identity.ts';
import { INPUTS, inputOf } from '../../domain/contract/inputs.ts';
import { frameSingleObject } from '../../domain/contract/wire.ts';
import { type ClickHouse, createClickHouse } from '../../platform/clickhouse/client.ts';
import { applyMigrations } from '../../platform/clickhouse/migrations.ts';
import { openEventProducer, type ReplayProducer } from '../../platform/kafka/event-producer.ts';
import { type LogBoundsReader, openLogBounds } from '../../platform/kafka/log-bounds.ts';
import { ensureTopics } from '../../platform/kafka/topics.ts';
import { loadMigrations } from '../../schemas/load-migrations.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { readLogEnds, readShortfall } from '../../stack/log-offsets.ts';
import { startTestStack, type TestStack } from './stack.ts';
import { startTestVault, type TestVault } from './start-vault.ts';
import { until } from './until.ts';

export { until };

/** A broker and a store of the test's own, with topics and tables, and what is needed to speak to both. */
export interface RecordingStack {
  readonly stack: TestStack;
  readonly clickhouse: ClickHouse;
  readonly producer: ReplayProducer;
  readonly log: LogBoundsReader;
  readonly vault: TestVault;
  /** For `startRecorder`, in this process or another. */
  readonly recorderEnv: Readonly<Record<string, string>>;
  /** Encodes events and appends them to their topic. */
  send(subject: string, events: readonly object[]): Promise<void>;
  /** Appends bytes as they are. */
  sendRaw(subject: string, values: readonly Buffer[]): Promise<void>;
  /** Resolves when everything appended before the call is recorded, whatever is appended meanwhile. */
  untilRecorded(): Promise<void>;
  stop(): Promise<void>;
}

export const TEST_TENANTS = ['acme', 'globex'];

export async function startRecordingStack(): Promise<RecordingStack> {
  const stack = await startTestStack({ tables: true });
  const kafka = { brokers: [stack.brokers], clientId: 'docket-test' };
  const clickhouse = createClickHouse({ url: stack.clickHouseUrl });
  await applyMigrations(clickhouse, loadMigrations());
  await ensureTopics(INPUTS, kafka);
  const vault = await startTestVault(stack.dataDir, stack.brokers);
  const producer = await openEventProducer(kafka);
  const log = await openLogBounds(kafka);
  const sendRaw: RecordingStack['sendRaw'] = (subject, values) =>
    producer.send(
      inputOf(subject).topic,
      values.map((value) => ({ key: 'raw', value })),
    );
  return {
    stack,
    clickhouse,
    producer,
    log,
    vault,
    recorderEnv: {
      DOCKET_KAFKA_BROKERS: stack.brokers,
      DOCKET_CLICKHOUSE_URL: stack.clickHouseUrl,
      ...vault.envOf('recorder'),
      DOCKET_HTTP_PORT: '0',
      DOCKET_LOG_LEVEL: 'silent',
      DOCKET_FLUSH_INTERVAL_MS: '100',
      DOCKET_IDLE_WATERMARK_MS: '500',
      DOCKET_CLOCK_MARGIN_MS: '100',
      DOCKET_INSERT_LEASE_MS: '800',
      DOCKET_MAX_INSERT_SECONDS: '1',
      DOCKET_TAKEOVER_MARGIN_MS: '200',
    },
    send: (subject, events) => producer.send(inputOf(subject).topic, encodeEvents(subject, events)),
    sendRaw,
    untilRecorded: () => untilRecorded(log, clickhouse),
    stop: async () => {
      await Promise.all([producer.close(), log.close(), clickhouse.close(), vault.stop()]);
      await stack.stop();
    },
  };
}

/** Events as our own producers send them. */
export function encodeEvents(subject: string, events: readonly object[]): { key: string; value: Buffer }[] {
  const schema = loadReleasedSchemas().newest(subject);
  const input = inputOf(subject);
  return events.map((event) => ({
    key: partitionKeyOf(input, event),
    value: frameSingleObject(schema, schema.encode(event)),
  }));
}

/** Waits until everything appended before the call is recorded, whatever is appended meanwhile. */
async function untilRecorded(log: LogBoundsReader, clickhouse: ClickHouse): Promise<void> {
  const ends = await readLogEnds(log);
  await until('what was appended is recorded', async () => (await readShortfall(clickhouse, ends)) === 0);
}
