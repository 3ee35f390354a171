import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { readSlos, renderRules } from '../deploy/prometheus/render-rules.ts';
import { DEFAULT_LINKS } from '../domain/slo/alert-text.ts';
import type { ChildExit } from './child-process.ts';
import type { LocalPorts } from './local-ports.ts';
import { startAlertmanager } from './prometheus/alertmanager.ts';
import { startPrometheus } from './prometheus/prometheus.ts';
import { scaleRoutes } from './prometheus/scale-routes.ts';

/** Prometheus and Alertmanager, as far as they are installed. */
export interface Watchers {
  readonly prometheusUrl: string | null;
  readonly alertmanagerUrl: string | null;
  readonly exits: readonly (readonly [string, Promise<ChildExit>])[];
  stop(): Promise<void>;
}

export interface WatcherOptions {
  readonly dataDir: string;
  readonly ports: LocalPorts;
  readonly timescale: number;
  /** Where alerts are sent, by deploy's own routes; null: nowhere. */
  readonly alertWebhook: string | null;
  readonly say: (line: string) => void;
}

const ROUTES_FILE = resolve(import.meta.dirname, '../deploy/alertmanager/alertmanager.yml');
const SLO_DIRECTORY = resolve(import.meta.dirname, '../config/slos');
const SCRAPED = ['gateway', 'recorder', 'evaluator', 'auditor', 'vault'] as const;
const SCRAPE_SECONDS = 15;
/** What is not told again within four times as long counts as over: a busy machine may be late. */
const MIN_RESEND_SECONDS = 2;

/** Starts them with rules generated for the stack's own timescale. What is not installed is left out, and said so. */
export async function startWatchers(options: WatcherOptions): Promise<Watchers> {
  const { dataDir, ports, timescale, say } = options;
  const directory = join(dataDir, 'prometheus');
  mkdirSync(directory, { recursive: true });
  const configFile = join(directory, 'prometheus.yml');
  const links = { ...DEFAULT_LINKS, auditorUrl: `http://127.0.0.1:${ports.auditor}` };
  writeFileSync(
    join(directory, 'rules.yml'),
    renderRules(await readSlos(SLO_DIRECTORY), { timescale, links }),
  );
  writeFileSync(configFile, stringify(prometheusConfig(ports, timescale)));
  const alertmanagerFile = join(directory, 'alertmanager.yml');
  const { alertWebhook } = options;
  writeFileSync(
    alertmanagerFile,
    alertWebhook === null
      ? stringify({ route: { receiver: 'page' }, receivers: [{ name: 'page' }] })
      : scaleRoutes(readFileSync(ROUTES_FILE, 'utf8'), { timescale, webhookUrl: alertWebhook }),
  );

  const portChangedBy = '--free-ports, or leave it out with --no-prometheus';
  const [prometheus, alertmanager] = await Promise.all([
    startPrometheus({
      ...{ dataDir: directory, port: ports.prometheus, configFile, portChangedBy },
      resendDelaySeconds: Math.max(MIN_RESEND_SECONDS, Math.round(60 / timescale)),
    }),
    startAlertmanager({
      dataDir: join(dataDir, 'alertmanager'),
      port: ports.alertmanager,
      configFile: alertmanagerFile,
      portChangedBy,
    }),
  ]);
  if (prometheus === null)
    say('Prometheus is not installed: going on without it (Debian: apt install prometheus)');
  return {
    prometheusUrl: prometheus?.url ?? null,
    alertmanagerUrl: alertmanager?.url ?? null,
    exits: [
      ...(prometheus === null ? [] : [['Prometheus', prometheus.exited] as const]),
      ...(alertmanager === null ? [] : [['Alertmanager', alertmanager.exited] as const]),
    ],
    stop: async () => {
      await Promise.all([prometheus?.stop(), alertmanager?.stop()]);
    },
  };
}

function prometheusConfig(ports: LocalPorts, timescale: number): object {
  const interval = `${Math.max(1, Math.round(SCRAPE_SECONDS / timescale))}s`;
  return {
    global: { scrape_interval: interval, evaluation_interval: interval },
    rule_files: ['rules.yml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${ports.alertmanager}`] }] }] },
    scrape_configs: SCRAPED.map((name) => ({
      job_name: name,
      static_configs: [{ targets: [`127.0.0.1:${ports[name]}`] }],
    })),
  };
}
