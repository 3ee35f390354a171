import { gzipSync } from 'node:zlib';

export interface HttpOutboxOptions {
  readonly url: string;
  readonly token: string;
  /** How long an event may wait for others. */
  readonly flushIntervalMs: number;
  readonly maxBatch: number;
  /** Events that may wait; above it the oldest are dropped, as OPA's buffer does. */
  readonly maxQueued: number;
  /** As OPA does: gzip, and whatever is not 2xx is tried again, also a 4xx. */
  readonly likeOpa: boolean;
  readonly onAcknowledged: (batch: number, answer: GatewayAnswer) => void;
  readonly onDropped: (count: number) => void;
  /** An attempt failed: the code of the error, or the HTTP status. */
  readonly onFailure: (cause: string) => void;
}

/** What a 2xx says became of the events. */
interface GatewayAnswer {
  readonly accepted: number;
  /** Rejections that the gateway wrote for the others. */
  readonly rejections: number;
}

const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;

/** A bounded queue in front of one route of the gateway: in order, one request under way, retried with back-off. */
export class HttpOutbox {
  readonly #options: HttpOutboxOptions;
  readonly #waiting: object[] = [];
  #timer: NodeJS.Timeout | null = null;
  #sending: Promise<void> | null = null;
  #closing = false;
  readonly #abort = new AbortController();

  constructor(options: HttpOutboxOptions) {
    this.#options = options;
  }

  push(...events: readonly object[]): void {
    const { maxQueued, maxBatch, flushIntervalMs, onDropped } = this.#options;
    this.#waiting.push(...events);
    const excess = this.#waiting.length - maxQueued;
    if (excess > 0) {
      this.#waiting.splice(0, excess);
      onDropped(excess);
    }
    if (this.#waiting.length >= maxBatch) this.#startSending();
    else this.#timer ??= setTimeout(() => this.#startSending(), flushIntervalMs);
  }

  /** Sends what waits. After `timeoutMs` what is left is dropped and counted. */
  async close(timeoutMs: number): Promise<void> {
    this.#closing = true;
    const giveUp = setTimeout(() => this.#abort.abort(), timeoutMs);
    this.#startSending();
    while (this.#sending !== null) await this.#sending;
    clearTimeout(giveUp);
  }

  #startSending(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
      if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#startSending(), 0);
    });
  }

  async #sendAll(): Promise<void> {
    const { maxBatch, onDropped } = this.#options;
    do {
      const batch = this.#waiting.splice(0, maxBatch);
      if (batch.length > 0 && !(await this.#deliver(batch))) onDropped(batch.length);
    } while (this.#waiting.length >= (this.#closing ? 1 : maxBatch));
  }

  /** Whether the gateway took it; false when it never will, or when there is no more time. */
  async #deliver(batch: readonly object[]): Promise<boolean> {
    const body = JSON.stringify(batch);
    for (
      let waitMs = FIRST_RETRY_MS;
      !this.#abort.signal.aborted;
      waitMs = Math.min(waitMs * 2, MAX_RETRY_MS)
    ) {
      const attempt = await this.#attempt(body, batch.length);
      if (attempt !== 'retry') return attempt === 'taken';
      await sleep(waitMs / 2 + (Math.random() * waitMs) / 2, this.#abort.signal);
    }
    return false;
  }

  async #attempt(body: string, size: number): Promise<'taken' | 'refused' | 'retry'> {
    const { url, token, likeOpa, onFailure, onAcknowledged } = this.#options;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          ...(likeOpa ? { 'content-encoding': 'gzip' } : {}),
        },
        body: likeOpa ? new Uint8Array(gzipSync(body)) : body,
        signal: AbortSignal.any([this.#abort.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
      });
      const text = await response.text();
      if (response.ok) {
        onAcknowledged(size, readAnswer(text, size));
        return 'taken';
      }
      onFailure(`http_${response.status}`);
      const forGood = !likeOpa && response.status < 500 && response.status !== 429 && response.status !== 408;
      return forGood ? 'refused' : 'retry';
    } catch (error) {
      onFailure(codeOf(error));
      return 'retry';
    }
  }
}

/** fetch hides the reason (ECONNREFUSED and the like) in the cause; messages are left alone, they may quote. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
}

/**
 * A 2xx without counts speaks for the whole batch. `rejected` counts events, and the gateway writes one rejection for
 * each reason: one is assumed, also where it cannot tell how many events there were (null).
 */
function readAnswer(text: string, size: number): GatewayAnswer {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null && 'accepted' in answer) {
      const accepted = Number.isInteger(answer.accepted) ? Number(answer.accepted) : size;
      const rejections = 'rejected' in answer && answer.rejected !== 0 ? 1 : 0;
      return { accepted, rejections };
    }
  } catch {
    // no counts, then
  }
  return { accepted: size, rejections: 0 };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
