import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readSlos, renderRules } from '../../deploy/prometheus/render-rules.ts';
import { createLogger } from '../../platform/log/logger.ts';
import type { MetricsSource } from '../../platform/prometheus/joined-metrics.ts';
import { createMetricsRegistry } from '../../platform/prometheus/metrics-registry.ts';
import { createLeakReport } from '../../services/evaluator/drivers/report-leaks.ts';
import { createEvaluatorReport } from '../../services/evaluator/drivers/report-metrics.ts';
import type { Evaluation } from '../../services/evaluator/evaluate.ts';
import { createGatewayMetrics } from '../../services/gateway/drivers/report-metrics.ts';
import { createRecorderReport } from '../../services/recorder/drivers/report-metrics.ts';
import { freePort } from '../../stack/ports.ts';
import { startPrometheus } from '../../stack/prometheus/prometheus.ts';
import { TIMESCALE } from './dashboard-data.ts';

const SLO_DIRECTORY = join(import.meta.dirname, '../../config/slos');
const JOBS = ['gateway', 'recorder', 'evaluator', 'auditor'];

/** A sample of PromQL's answer: its labels, and its value or values as text. */
interface PromSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

export interface FedPrometheus {
  /** The series of an expression as of now. Throws when Prometheus refuses the expression. */
  now(expr: string): Promise<PromSeries[]>;
  /** The same over the last half minute. */
  overRange(expr: string): Promise<PromSeries[]>;
  /** Ends what is scraped, as if all of Docket's services were gone. */
  silence(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A Prometheus with the generated rules that scrapes, every second, what the own code of
 * evaluator, recorder and gateway exports after `evaluation`; null when it is not installed.
 */
export async function startFedPrometheus(
  dataDir: string,
  evaluation: Evaluation,
): Promise<FedPrometheus | null> {
  const slos = await readSlos(SLO_DIRECTORY);
  const exporter = await startExporter(slos, evaluation);
  const configFile = join(dataDir, 'prometheus.yml');
  await writeFile(join(dataDir, 'rules.yml'), renderRules(slos, { timescale: TIMESCALE }));
  await writeFile(
    configFile,
    stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: ['rules.yml'],
      scrape_configs: JOBS.map((job) => ({
        job_name: job,
        metrics_path: `/${job}`,
        static_configs: [{ targets: [`127.0.0.1:${exporter.port}`] }],
      })),
    }),
  );
  const prometheus = await startPrometheus({ dataDir, port: await freePort(), configFile });
  if (prometheus === null) {
    await exporter.stop();
    return null;
  }
  const { url } = prometheus;
  return {
    now: (expr) => ask(`${url}/api/v1/query?${new URLSearchParams({ query: expr })}`),
    overRange: (expr) => {
      const end = Date.now() / 1000;
      const range = { query: expr, start: String(end - 30), end: String(end), step: '1' };
      return ask(`${url}/api/v1/query_range?${new URLSearchParams(range)}`);
    },
    silence: exporter.stop,
    stop: async () => {
      await exporter.stop();
      await prometheus.stop();
    },
  };
}

async function startExporter(slos: Awaited<ReturnType<typeof readSlos>>, evaluation: Evaluation) {
  const log = createLogger('dashboards', 'silent', { look: () => null, found: () => {} });
  const evaluatorMetrics = createMetricsRegistry();
  const evaluator = createEvaluatorReport(evaluatorMetrics, log, slos);
  createLeakReport(evaluatorMetrics, log).unacknowledged(new Map([['AUDIT', 2]]));
  const recorderMetrics = createMetricsRegistry();
  const recorder = createRecorderReport(recorderMetrics, log, () => {});
  const gatewayMetrics = createMetricsRegistry();
  const gateway = createGatewayMetrics(gatewayMetrics, log, () => 0);
  const at = { topic: 'docket.decisions.v1', partition: 0 };
  recorder.lag(at, 7);
  recorder.batch(at, {
    judged: { blocks: [], leaves: Buffer.alloc(0), refused: [], leaks: [] },
    lost: [],
    records: 1,
    appended: { firstMs: Date.now(), lastMs: Date.now() },
    watermarkMs: Date.now(),
  });
  const server = createServer(async (request, response) => {
    // As if it had just been evaluated: rules call an evaluator stale that has not.
    evaluator.evaluated({ ...evaluation, blind: false, endMs: Date.now(), finishedMs: Date.now() });
    gateway.request('decisions', 202);
    const registries = new Map<string, MetricsSource>([
      ['/gateway', gatewayMetrics],
      ['/evaluator', evaluator.metrics],
      ['/recorder', recorderMetrics],
    ]);
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end((await registries.get(request.url ?? '')?.metrics()) ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    stop: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function ask(url: string): Promise<PromSeries[]> {
  const answer = (await (await fetch(url)).json()) as {
    status: string;
    error?: string;
    data?: {
      result: readonly { metric: Record<string, string>; value?: Point; values?: readonly Point[] }[];
    };
  };
  if (answer.status !== 'success') throw new Error(`Prometheus: ${answer.error}`);
  return (answer.data?.result ?? []).map(({ metric, value, values }) => ({
    metric,
    values: (values ?? (value === undefined ? [] : [value])).map(([, text]) => Number(text)),
  }));
}

type Point = readonly [time: number, value: string];
