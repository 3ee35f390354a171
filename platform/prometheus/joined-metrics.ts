import type { Registry } from 'prom-client';
import { type AnnouncedGauge, type GaugeSample, renderGauges } from './render-gauges.ts';

/** What `/metrics` answers: the text and its content type. A registry is one. */
export interface MetricsSource {
  readonly contentType: string;
  metrics(): Promise<string | Buffer>;
}

/** A registry, and beside it gauges that are shown all at once. */
export interface JoinedMetrics extends MetricsSource {
  /** Replaces every sample that was shown. */
  show(samples: readonly GaugeSample[]): void;
}

/**
 * Joins gauges to the metrics of a registry, which must not know any of their names. Their text is made when they are
 * shown, and not for each scrape; no scrape can see some samples of one call and some of another.
 */
export function joinMetrics(registry: Registry, gauges: readonly AnnouncedGauge[]): JoinedMetrics {
  let shown = renderGauges(gauges, []);
  return {
    contentType: registry.contentType,
    metrics: async () => {
      // First, so that what the registry says of the results is never newer than they are.
      const own = await registry.metrics();
      return Buffer.concat([Buffer.from(own), shown]);
    },
    show: (samples) => {
      shown = renderGauges(gauges, samples);
    },
  };
}
