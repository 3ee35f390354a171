interface ClockSample {
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  readonly serverMs: number;
}

/** Beyond it the drift of a clock would add up to more than the protocol's margin allows for. */
const OLDEST_SAMPLE_MS = 300_000;
const MOST_SAMPLES = 16;

/**
 * What our own monotonic clock (`performance.now()`) says about the store's, from times at which that was read. Both
 * in milliseconds; ours from any zero, the store's since 1970.
 */
export class ServerClock {
  #samples: ClockSample[] = [];

  /** The store's clock showed `serverMs` at some time between the sending of the question and its answer. */
  add(sample: ClockSample): void {
    this.#samples = [...this.#samples, sample].slice(-MOST_SAMPLES);
  }

  /**
   * A time that the store's clock had certainly reached at `ourMs`; null if nothing is known of it. Only samples that
   * were answered by then count: had our clock stood still since (a suspended machine), a later one would promise too
   * much.
   */
  atLeast(ourMs: number): number | null {
    const sample = this.#samples.findLast(({ answeredAtMs }) => answeredAtMs <= ourMs);
    if (sample === undefined || ourMs - sample.answeredAtMs > OLDEST_SAMPLE_MS) return null;
    return sample.serverMs + (ourMs - sample.answeredAtMs);
  }

  /** What the store's clock shows at `ourMs`, by our best reckoning; null if nothing is known of it. */
  estimate(ourMs: number): number | null {
    const sample = this.#samples.at(-1);
    if (sample === undefined) return null;
    return sample.serverMs + (ourMs - (sample.sentAtMs + sample.answeredAtMs) / 2);
  }
}
