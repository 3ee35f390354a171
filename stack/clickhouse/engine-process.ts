import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ChildExit } from '../child-process.ts';
import { startChild, waitUntilReady } from '../child-process.ts';

export interface EngineOptions {
  /** Tables, rows on their way in, log and pid file live here. One engine at a time per directory. */
  readonly dataDir: string;
  /** Any free port when absent. */
  readonly port?: number;
  /** What changes the port, for the message when it is taken. */
  readonly portChangedBy?: string;
  /** Receives a line per slow step. */
  readonly log?: (line: string) => void;
}

export interface Engine {
  /** For @clickhouse/client: `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly logFile: string;
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<ChildExit>;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 30_000;

/**
 * Starts the embedded ClickHouse in a process of its own and resolves when it answers.
 * Throws an Error that says what to do when the port or the directory is taken, or it does not come up.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  const entry = join(import.meta.dirname, 'engine.ts');
  const logFile = join(dataDir, 'engine.log');
  const portChangedBy = options.portChangedBy ?? 'the `port` option';
  const child = await startChild({
    name: 'ClickHouse',
    command: process.execPath,
    args: [
      ...['--max-semi-space-size=4', '--max-old-space-size=512', entry, '--data-dir', dataDir],
      ...['--port', String(options.port ?? 0), `--port-changed-by=${portChangedBy}`, '--exit-with-stdin'],
    ],
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    logFile,
    pidFile: join(dataDir, 'engine.pid'),
    marks: [entry, dataDir],
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
  let port = 0;
  await waitUntilReady(child, { name: 'ClickHouse', logFile, timeoutMs: READY_TIMEOUT_MS }, async () => {
    port = readPort(dataDir, child.pid);
    return port !== 0;
  });
  const url = `http://127.0.0.1:${port}`;
  options.log?.(`ClickHouse (embedded) answers on ${url}`);
  return { url, port, logFile, ...child };
}

/** The port that the engine wrote down when it was ready; 0 as long as this process has not. */
function readPort(dataDir: string, pid: number): number {
  try {
    const address: unknown = JSON.parse(readFileSync(join(dataDir, 'engine.json'), 'utf8'));
    const isOurs = typeof address === 'object' && address !== null && 'pid' in address && address.pid === pid;
    return isOurs && 'port' in address ? Number(address.port) : 0;
  } catch {
    return 0;
  }
}
