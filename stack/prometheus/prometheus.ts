import { join, resolve } from 'node:path';
import { findExecutable, type RunningChild, startChild, waitUntilReady } from '../child-process.ts';
import { requireFreePort } from '../ports.ts';
import { answersOk } from './answers-ok.ts';

export interface PrometheusOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly configFile: string;
  readonly portChangedBy?: string;
  /** How often Alertmanager is told of an alert that goes on; a minute if left out. */
  readonly resendDelaySeconds?: number;
}

export interface WebProcess extends RunningChild {
  readonly url: string;
  readonly logFile: string;
}

const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 20_000;

/**
 * Starts Prometheus on 127.0.0.1 and resolves when it is ready; null when no `prometheus` is on the PATH (it is
 * optional). Throws an Error when the port is taken or it does not come up, such as with a wrong configuration.
 */
export async function startPrometheus(options: PrometheusOptions): Promise<WebProcess | null> {
  const command = findExecutable('prometheus');
  if (command === null) return null;
  const dataDir = resolve(options.dataDir);
  const { port } = options;
  await requireFreePort({
    port,
    purpose: 'Prometheus',
    changedBy: options.portChangedBy ?? 'the `port` option',
  });
  const logFile = join(dataDir, 'prometheus.log');
  const child = await startChild({
    name: 'Prometheus',
    command,
    args: [
      `--config.file=${resolve(options.configFile)}`,
      `--storage.tsdb.path=${join(dataDir, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-lifecycle',
      `--rules.alert.resend-delay=${options.resendDelaySeconds ?? 60}s`,
      '--log.level=warn',
    ],
    logFile,
    pidFile: join(dataDir, 'prometheus.pid'),
    marks: ['prometheus', join(dataDir, 'tsdb')],
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(child, { name: 'Prometheus', logFile, timeoutMs: READY_TIMEOUT_MS }, () =>
    answersOk(`${url}/-/ready`),
  );
  return { url, logFile, ...child };
}
