/** What an event counts as in the stats: the way it took. */
export type FleetRoute =
  | 'sdk'
  | 'sdk-tallies'
  | 'sdk-outcomes'
  | 'duplicates'
  | 'poison'
  | 'opa'
  | 'tallies'
  | 'labels'
  | 'policy-changes'
  | 'incidents'
  | 'slo-adjustments'
  | 'rejections';

export interface FleetCounts {
  /** Acknowledged by Kafka or the gateway, by topic. */
  readonly sent: Readonly<Record<string, number>>;
  readonly byRoute: Readonly<Partial<Record<FleetRoute, number>>>;
  /** Events given up before anybody acknowledged them. */
  readonly dropped: number;
  /** Attempts that failed; most are made again. */
  readonly failures: number;
}

/** Counts what was acknowledged, after the acknowledgement and never before. */
export class FleetLedger {
  readonly #sent: Record<string, number> = {};
  readonly #byRoute: Partial<Record<FleetRoute, number>> = {};
  #dropped = 0;
  #failures = 0;

  sent(route: FleetRoute, topic: string, count: number): void {
    if (count === 0) return;
    this.#sent[topic] = (this.#sent[topic] ?? 0) + count;
    this.#byRoute[route] = (this.#byRoute[route] ?? 0) + count;
  }

  dropped(count: number): void {
    this.#dropped += count;
  }

  failed(): void {
    this.#failures++;
  }

  counts(): FleetCounts {
    return {
      sent: { ...this.#sent },
      byRoute: { ...this.#byRoute },
      dropped: this.#dropped,
      failures: this.#failures,
    };
  }
}
