import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { readAlertRoutes } from '../deploy/prometheus/read-alert-routes.ts';
import { readSlos, renderRules } from '../deploy/prometheus/render-rules.ts';
import type { ChildExit } from './child-process.ts';
import type { LocalPorts } from './local-ports.ts';
import { startAlertmanager } from './prometheus/alertmanager.ts';
import { startPrometheus } from './prometheus/prometheus.ts';

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
  readonly say: (line: string) => void;
}

const SLO_DIRECTORY = resolve(import.meta.dirname, '../config/slos');
const ROUTES_FILE = resolve(import.meta.dirname, '../config/alert-routes.yaml');
const SCRAPED = ['gateway', 'recorder', 'evaluator', 'auditor', 'vault'] as const;
const SCRAPE_SECONDS = 15;

/** Starts them with rules generated for the stack's own timescale. What is not installed is left out, and said so. */
export async function startWatchers({ dataDir, ports, timescale, say }: WatcherOptions): Promise<Watchers> {
  const directory = join(dataDir, 'prometheus');
  mkdirSync(directory, { recursive: true });
  const configFile = join(directory, 'prometheus.yml');
  const slos = await readSlos(SLO_DIRECTORY);
  const routes = await readAlertRoutes(ROUTES_FILE, slos);
  writeFileSync(join(directory, 'rules.yml'), renderRules(slos, { timescale, routes }));
  writeFileSync(configFile, stringify(prometheusConfig(ports, timescale)));
  const alertmanagerFile = join(directory, 'alertmanager.yml');
  writeFileSync(alertmanagerFile, stringify({ route: { receiver: 'page' }, receivers: [{ name: 'page' }] }));

  const portChangedBy = '--free-ports, or leave it out with --no-prometheus';
  const [prometheus, alertmanager] = await Promise.all([
    startPrometheus({ dataDir: directory, port: ports.prometheus, configFile, portChangedBy }),
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
