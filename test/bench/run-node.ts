import { join, resolve } from 'node:path';
import { type RunningChild, startChild, waitUntilReady } from '../../stack/child-process.ts';
import { freePort } from '../../stack/ports.ts';
import { prepareVaultFiles, vaultClientEnv } from '../../stack/vault-files.ts';
import { makeDirectory } from './start-stores.ts';

export interface NodeService {
  readonly child: RunningChild;
  readonly url: string;
  /** Log, profiles and other files of it. */
  readonly directory: string;
}

export interface NodeServiceOptions {
  readonly name: string;
  /** The file to run, from the root of the checkout. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  readonly nodeFlags?: readonly string[];
  /** Path that answers when it is ready. */
  readonly readyPath: string;
}

export interface RecorderOptions {
  readonly brokers: string;
  readonly clickHouseUrl: string;
  readonly group: string;
  /** Where its keys come from (see startVaultProcess). */
  readonly vaultEnv: Readonly<Record<string, string>>;
  /** Another entry than the recorder's own. */
  readonly entry?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeFlags?: readonly string[];
}

const ROOT = resolve(import.meta.dirname, '../..');
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;

/** Runs one of our services in a process of its own, with Node's own defaults for memory, as the Docker image does. */
export async function startNodeService(
  resources: AsyncDisposableStack,
  options: NodeServiceOptions,
): Promise<NodeService> {
  const { name } = options;
  const directory = await makeDirectory(resources);
  const port = await freePort();
  const logFile = join(directory, `${name}.log`);
  const entry = join(ROOT, options.entry);
  const child = await startChild({
    name,
    command: process.execPath,
    args: [...(options.nodeFlags ?? []), entry, '--exit-with-stdin', `--stack=${directory}`],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DOCKET_HTTP_PORT: String(port), ...options.env },
    logFile,
    pidFile: join(directory, `${name}.pid`),
    marks: [entry, directory],
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
  resources.defer(() => child.stop());
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(child, { name, logFile, timeoutMs: READY_TIMEOUT_MS }, () =>
    answers(url + options.readyPath),
  );
  return { child, url, directory };
}

/** The recorder with its own defaults: what a benchmark changes stands in `env`. */
export async function startRecorderProcess(
  resources: AsyncDisposableStack,
  options: RecorderOptions,
): Promise<NodeService> {
  return startNodeService(resources, {
    name: 'recorder',
    entry: options.entry ?? 'services/recorder/main.ts',
    readyPath: '/healthz',
    nodeFlags: options.nodeFlags ?? [],
    env: {
      DOCKET_KAFKA_BROKERS: options.brokers,
      DOCKET_CLICKHOUSE_URL: options.clickHouseUrl,
      ...options.vaultEnv,
      DOCKET_RECORDER_GROUP: options.group,
      DOCKET_LOG_LEVEL: 'warn',
      ...options.env,
    },
  });
}

/** A vault of its own, empty, with what a recorder needs to ask it. */
export async function startVaultProcess(
  resources: AsyncDisposableStack,
  brokers: string,
): Promise<{ readonly service: NodeService; readonly vaultEnv: Readonly<Record<string, string>> }> {
  const files = await prepareVaultFiles(await makeDirectory(resources));
  const service = await startNodeService(resources, {
    name: 'vault',
    entry: 'services/vault/main.ts',
    readyPath: '/healthz',
    env: { DOCKET_KAFKA_BROKERS: brokers, DOCKET_LOG_LEVEL: 'warn', ...files.env },
  });
  return { service, vaultEnv: vaultClientEnv(files, 'recorder', service.url) };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}
