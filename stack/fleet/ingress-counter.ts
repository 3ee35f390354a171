/** Requests counted in one interval of the clock. Times are milliseconds since 1970; the end is excluded. */
export interface CountedInterval {
  readonly startMs: number;
  readonly endMs: number;
  readonly requests: number;
}

/**
 * Counts requests by the interval they came in, as an ingress does. Intervals lie on a fixed grid, so that a request
 * belongs to exactly one, whatever moment its tally is sent at. Times given to it must not go back.
 */
export class IngressCounter {
  readonly #intervalMs: number;
  #slot: number;
  #requests = 0;

  constructor(intervalMs: number, nowMs: number) {
    this.#intervalMs = intervalMs;
    this.#slot = Math.floor(nowMs / intervalMs);
  }

  /** Counts one request. Call `takeClosed` with the same time first. */
  count(): void {
    this.#requests++;
  }

  /** The intervals that are over, idle ones too: a tally is also the heartbeat. At most the last `MAX_IDLE` of them. */
  takeClosed(nowMs: number): CountedInterval[] {
    const current = Math.floor(nowMs / this.#intervalMs);
    const closed: CountedInterval[] = [];
    if (current > this.#slot) {
      closed.push(this.#close(this.#slot));
      for (let slot = Math.max(this.#slot + 1, current - MAX_IDLE); slot < current; slot++) {
        closed.push(this.#close(slot));
      }
      this.#slot = current;
    }
    return closed;
  }

  /** The interval that has begun, cut off just after `nowMs`: for the end. */
  takeRest(nowMs: number): CountedInterval {
    return { ...this.#close(this.#slot), endMs: nowMs + 1 };
  }

  #close(slot: number): CountedInterval {
    const interval = {
      startMs: slot * this.#intervalMs,
      endMs: (slot + 1) * this.#intervalMs,
      requests: this.#requests,
    };
    this.#requests = 0;
    return interval;
  }
}

/** After a suspended night nobody wants thousands of empty tallies at once. */
const MAX_IDLE = 10;
