import { join, resolve } from 'node:path';
import { findExecutable, startChild, waitUntilReady } from '../child-process.ts';
import { requireFreePort } from '../ports.ts';
import { answersOk } from './answers-ok.ts';
import type { WebProcess } from './prometheus.ts';

export interface AlertmanagerOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly configFile: string;
  readonly portChangedBy?: string;
}

const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 20_000;

/**
 * Starts Alertmanager on 127.0.0.1, alone (no cluster port), and resolves when it is ready; null when it is not on the
 * PATH (Debian calls it prometheus-alertmanager). Throws an Error when the port is taken or it does not come up.
 */
export async function startAlertmanager(options: AlertmanagerOptions): Promise<WebProcess | null> {
  const command = findExecutable('alertmanager') ?? findExecutable('prometheus-alertmanager');
  if (command === null) return null;
  const dataDir = resolve(options.dataDir);
  const { port } = options;
  await requireFreePort({
    port,
    purpose: 'Alertmanager',
    changedBy: options.portChangedBy ?? 'the `port` option',
  });
  const logFile = join(dataDir, 'alertmanager.log');
  const child = await startChild({
    name: 'Alertmanager',
    command,
    args: [
      `--config.file=${resolve(options.configFile)}`,
      `--storage.path=${join(dataDir, 'state')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      '--log.level=warn',
    ],
    logFile,
    pidFile: join(dataDir, 'alertmanager.pid'),
    marks: ['alertmanager', join(dataDir, 'state')],
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(child, { name: 'Alertmanager', logFile, timeoutMs: READY_TIMEOUT_MS }, () =>
    answersOk(`${url}/-/ready`),
  );
  return { url, logFile, ...child };
}
