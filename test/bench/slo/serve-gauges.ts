import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Slo } from '../../../domain/slo/definition.ts';
import { createLogger } from '../../../platform/log/logger.ts';
import { createMetricsRegistry } from '../../../platform/prometheus/metrics-registry.ts';
import { createEvaluatorReport } from '../../../services/evaluator/drivers/report-metrics.ts';
import { sloSamples } from '../../../services/evaluator/metrics.ts';
import { listSeries } from '../../../services/evaluator/slo/list-series.ts';
import { composeCounts, composeServices } from './compose-slos.ts';

export interface ServedGauges {
  readonly port: number;
  /** Series of objectives that are served. */
  readonly series: number;
  /** Milliseconds of the newest round: from counts to the text of gauges, and to join it for a scrape. */
  figures(): { readonly toGaugesMs: number; readonly toTextMs: number; readonly textBytes: number };
  /** Another minute was closed. */
  nextMinute(): void;
  stop(): Promise<void>;
}

export interface GaugeSetting {
  readonly tenants: number;
  /** Of a thousand series, those whose tiers all fire. */
  readonly alerting: number;
  /** From how many objectives on zeros are not shown. */
  readonly leanFromSlos: number;
}

const MINUTE_MS = 60_000;

/** Serves what an evaluator shows of objectives, made by its own functions from counts that are made up. */
export async function serveGauges(
  slos: readonly Slo[],
  { tenants, alerting, leanFromSlos }: GaugeSetting,
): Promise<ServedGauges> {
  const registry = createMetricsRegistry();
  const report = createEvaluatorReport(
    registry,
    createLogger('bench', 'silent', { look: () => null, found: () => {} }),
    slos,
  );
  const services = composeServices(tenants);
  const newest = { toGaugesMs: 0, toTextMs: 0, textBytes: 0 };
  let minute = 0;
  let series = 0;
  const nextMinute = () => {
    const counts = composeCounts(slos, services, minute++, alerting);
    const startedMs = performance.now();
    const endMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
    const clock = { endMs, bucketMs: MINUTE_MS, adjustments: [] };
    const samples = sloSamples(listSeries(slos, services, counts, clock), slos.length >= leanFromSlos);
    series = samples.length;
    report.evaluated({
      ...{ endMs, finishedMs: Date.now(), blind: false, minutes: 1, more: false, unseen: [], samples },
      ...{ servicesCut: 0, policiesCut: 0, tenantsCut: 0 },
    });
    newest.toGaugesMs = performance.now() - startedMs;
  };
  nextMinute();
  const server = createServer((_request, response) => {
    const startedMs = performance.now();
    void report.metrics.metrics().then((text) => {
      newest.toTextMs = performance.now() - startedMs;
      newest.textBytes = Buffer.byteLength(text);
      response.setHeader('content-type', report.metrics.contentType).end(text);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    series,
    figures: () => ({ ...newest }),
    nextMinute,
    stop: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
