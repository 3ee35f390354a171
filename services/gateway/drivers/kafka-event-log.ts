import { setTimeout as sleep } from 'node:timers/promises';
import type { EventProducer } from '../../../platform/kafka/event-producer.ts';
import { sliceEvents, takeBatch, type Waiting } from '../batch-events.ts';
import { type EventLog, EventLogUnavailable } from '../ports.ts';

export interface KafkaEventLogOptions {
  readonly connect: () => Promise<EventProducer>;
  /** After so long a send counts as failed, whatever the client still hopes for. */
  readonly sendTimeoutMs: number;
  readonly report: {
    sent(seconds: number): void;
    /** Connected, or not any more; `error` says why. */
    connection(isReady: boolean, error?: unknown): void;
  };
}

export interface KafkaEventLog extends EventLog {
  /** Resolves when the first attempt to connect is over, or after so long. */
  settled(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 5_000;
/** How long an attempt to connect may still take once the log is closed. */
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * A log in Kafka. One send is under way at a time, and a producer with a failed send is thrown away: after a failure
 * nobody knows whether the broker has the batch, and a later batch under the same sequence numbers would be taken
 * for a copy of it, acknowledged, and lost. What waits meanwhile goes out together.
 */
export function openKafkaEventLog(options: KafkaEventLogOptions): KafkaEventLog {
  const waiting: Waiting[] = [];
  const closing = new AbortController();
  const { promise: firstAttempt, resolve: endFirstAttempt } = Promise.withResolvers<void>();
  let producer: EventProducer | null = null;
  let sending: Promise<void> = Promise.resolve();
  let isSending = false;

  const connect = async () => {
    for (
      let retryMs = FIRST_RETRY_MS;
      !closing.signal.aborted;
      retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)
    ) {
      try {
        const opened = await options.connect();
        if (closing.signal.aborted) return await opened.close();
        producer = opened;
        options.report.connection(true);
        return;
      } catch (error) {
        options.report.connection(false, error);
      } finally {
        endFirstAttempt();
      }
      await sleep(retryMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  };
  let connecting = connect();

  const discard = (failed: EventProducer, underWay: Promise<void>, error: unknown) => {
    producer = null;
    for (const { failed: fail } of waiting.splice(0)) fail(new EventLogUnavailable());
    options.report.connection(false, error);
    // Not before its send is over: the client would connect again for a retry, and nobody would close that.
    underWay.catch(() => {}).then(() => failed.close().catch(() => {}));
    connecting = connect();
  };

  const sendAll = async () => {
    while (producer !== null && waiting.length > 0) {
      const current = producer;
      const batch = takeBatch(waiting);
      const started = performance.now();
      const underWay = sendByTopic(current, batch);
      try {
        await within(underWay, options.sendTimeoutMs);
        options.report.sent((performance.now() - started) / 1000);
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(new EventLogUnavailable());
        discard(current, underWay, error);
      }
    }
    // In the same turn as the look at what waits: whoever comes later starts anew.
    isSending = false;
  };
  const startSending = () => {
    if (isSending) return;
    isSending = true;
    sending = sendAll();
  };

  return {
    append: async (events) => {
      const slices = sliceEvents(events);
      if (slices.length === 0) return;
      if (producer === null || closing.signal.aborted) throw new EventLogUnavailable();
      const appended = slices.map(
        (part) =>
          new Promise<void>((done, failed) => {
            waiting.push({ events: part, done, failed });
          }),
      );
      startSending();
      await Promise.all(appended);
    },
    isReady: () => producer !== null && !closing.signal.aborted,
    settled: (timeoutMs) => Promise.race([firstAttempt, sleep(timeoutMs, undefined, { ref: false })]),
    close: async () => {
      closing.abort();
      await sending;
      await Promise.race([connecting, sleep(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
      await producer?.close();
      producer = null;
    },
  };
}

async function sendByTopic(producer: EventProducer, batch: readonly Waiting[]): Promise<void> {
  const byTopic = Map.groupBy(
    batch.flatMap(({ events }) => events),
    ({ topic }) => topic,
  );
  for (const [topic, events] of byTopic) await producer.send(topic, events);
}

/** Rejects when it takes longer than that. */
async function within(work: Promise<void>, timeoutMs: number): Promise<void> {
  const timer = new AbortController();
  const timeout = sleep(timeoutMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error('the send took too long');
  });
  timeout.catch(() => {});
  try {
    await Promise.race([work, timeout]);
  } finally {
    timer.abort();
  }
}
