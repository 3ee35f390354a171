import type { OutgoingRecord } from '../platform/kafka/event-producer.ts';

/** What became of everything handed to the queue: emitted = acked + queued + dropped, at every moment. */
export interface DeliveryCounts {
  readonly emitted: number;
  readonly acked: number;
  /** Waiting or under way. */
  readonly queued: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
}

type DropReason = 'queue_full' | 'invalid' | 'undeliverable';

export interface SendQueueOptions {
  /** Records that may wait; above it the newest is dropped and counted. */
  readonly maxQueued: number;
  readonly maxBatchRecords: number;
  /** An enforcer's records share a partition, so a batch is one Kafka message set: it must fit its limit. */
  readonly maxBatchBytes: number;
  /** Longest time a record waits for others. */
  readonly lingerMs: number;
  readonly send: (records: readonly OutgoingRecord[]) => Promise<void>;
  /** A batch failed; it is tried again until the queue is closed. */
  readonly onFailure: (error: unknown) => void;
}

const RETRY_MS = 500;

/** A bounded queue in front of the producer, in order, one batch under way at a time. */
export class SendQueue {
  readonly #options: SendQueueOptions;
  readonly #waiting: OutgoingRecord[] = [];
  readonly #dropped: Record<DropReason, number> = { queue_full: 0, invalid: 0, undeliverable: 0 };
  #emitted = 0;
  #acked = 0;
  #timer: NodeJS.Timeout | null = null;
  #sending: Promise<void> | null = null;
  #closed = false;
  #givenUp = false;

  constructor(options: SendQueueOptions) {
    this.#options = options;
  }

  get counts(): DeliveryCounts {
    const dropped = { ...this.#dropped };
    const gone = this.#acked + dropped.queue_full + dropped.invalid + dropped.undeliverable;
    return { emitted: this.#emitted, acked: this.#acked, queued: this.#emitted - gone, dropped };
  }

  push(record: OutgoingRecord): void {
    this.#emitted++;
    if (this.#closed || this.#waiting.length >= this.#options.maxQueued) {
      this.#dropped.queue_full++;
      return;
    }
    this.#waiting.push(record);
    if (this.#waiting.length >= this.#options.maxBatchRecords) this.#startSending();
    else this.#timer ??= setTimeout(() => this.#startSending(), this.#options.lingerMs);
  }

  /** Counts something that could not even be queued. */
  drop(reason: DropReason): void {
    this.#emitted++;
    this.#dropped[reason]++;
  }

  /**
   * Sends what waits, for at most `timeoutMs`. What is left then counts as undeliverable, a batch under way with it:
   * nobody can know whether it arrives, and no later answer changes the counts.
   */
  async close(timeoutMs: number): Promise<void> {
    this.#closed = true;
    let isLate = false;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        isLate = true;
        resolve();
      }, timeoutMs);
    });
    while (this.#waiting.length > 0 && !isLate) {
      this.#startSending();
      await Promise.race([this.#sending, late]);
    }
    clearTimeout(timer); // or it would keep the host's process from ending
    this.#givenUp = true;
    this.#dropped.undeliverable += this.#waiting.length;
    this.#waiting.length = 0;
  }

  #startSending(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch();
      try {
        await this.#options.send(batch);
        if (this.#givenUp) return;
        // Only what the log acknowledged leaves the queue.
        this.#waiting.splice(0, batch.length);
        this.#acked += batch.length;
      } catch (error) {
        this.#options.onFailure(error);
        await sleep(RETRY_MS);
        if (this.#closed) return;
      }
    }
  }

  /** The first of what waits, within the bounds of a batch; at least one. */
  #nextBatch(): OutgoingRecord[] {
    const { maxBatchRecords, maxBatchBytes } = this.#options;
    let count = 0;
    let bytes = 0;
    for (const { value } of this.#waiting) {
      bytes += value.length;
      if (count > 0 && (count >= maxBatchRecords || bytes > maxBatchBytes)) break;
      count++;
    }
    return this.#waiting.slice(0, count);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
