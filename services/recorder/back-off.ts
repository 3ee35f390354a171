import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MS = 100;
const LONGEST_MS = 2_000;

/** Waits longer after each failure in a row: what is down is not helped by being asked more often. */
export class Backoff {
  #nextMs = FIRST_MS;

  /** Resolves to false when `signal` was aborted meanwhile. */
  async wait(signal: AbortSignal): Promise<boolean> {
    const ms = this.#nextMs;
    this.#nextMs = Math.min(ms * 2, LONGEST_MS);
    await sleep(ms, undefined, { signal }).catch(() => {});
    return !signal.aborted;
  }

  reset(): void {
    this.#nextMs = FIRST_MS;
  }
}
