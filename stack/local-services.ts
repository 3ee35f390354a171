import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type RunningChild, startChild, waitUntilReady } from './child-process.ts';
import { requireFreePort } from './ports.ts';

export interface LocalService {
  readonly name: string;
  readonly url: string;
  readonly child: RunningChild;
}

export interface LocalServiceOptions {
  readonly name: string;
  /** The file to run, from the root of the checkout. */
  readonly entry: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  readonly dataDir: string;
  /** Path that answers 2xx when the service is ready. */
  readonly readyPath: string;
}

const ROOT = resolve(import.meta.dirname, '..');
const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 15_000;
const NODE_FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=512'];

/** Starts one of our own processes and waits until it answers. Throws with the end of its log if it does not. */
export async function startLocalService(options: LocalServiceOptions): Promise<LocalService> {
  const { name, port, dataDir } = options;
  await requireFreePort({ port, purpose: name, changedBy: '--free-ports' });
  const logFile = join(dataDir, 'logs', `${name}.log`);
  mkdirSync(join(dataDir, 'pids'), { recursive: true });
  const entry = join(ROOT, options.entry);
  const child = await startChild({
    name,
    command: process.execPath,
    // The data directory tells this stack's processes from those of another one.
    args: [...NODE_FLAGS, entry, '--exit-with-stdin', `--stack=${dataDir}`],
    env: { ...inherited(), DOCKET_HTTP_PORT: String(port), ...options.env },
    logFile,
    pidFile: join(dataDir, 'pids', `${name}.pid`),
    marks: [entry, dataDir],
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(child, { name, logFile, timeoutMs: READY_TIMEOUT_MS }, () =>
    answers(url + options.readyPath),
  );
  return { name, url, child };
}

/** What a service of ours takes from whoever starts the stack; all else that it knows it is told. */
function inherited(): NodeJS.ProcessEnv {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  return { PATH, HOME, NODE_COMPILE_CACHE };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}
