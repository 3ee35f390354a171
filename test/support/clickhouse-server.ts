import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { GenericContainer, Wait } from 'testcontainers';
import { type Engine, startEngine } from '../../stack/clickhouse/engine-process.ts';
import { freePort } from '../../stack/ports.ts';

/** A ClickHouse to hold to the contract, and a client of it. */
export interface ContractServer {
  readonly kind: 'embedded' | 'server';
  readonly url: string;
  readonly client: ClickHouseClient;
  /** Kills the server without warning and starts it again on the same data; `url` and `client` stay valid. */
  crash(): Promise<void>;
}

interface Started extends ContractServer {
  stop(): Promise<void>;
}

const IMAGE = process.env.DOCKET_TEST_CLICKHOUSE_IMAGE ?? 'clickhouse/clickhouse-server:25.8';

/**
 * Declares the same suite for the embedded engine and, when a Docker engine answers, for a real server. Where it is
 * not run, the reason is printed.
 */
export function describeForEachServer(title: string, declare: (server: () => ContractServer) => void): void {
  describeFor(`${title}, embedded engine`, startEmbedded, declare);
  const reason = whyNoDocker();
  if (reason === null) describeFor(`${title}, ClickHouse server`, startReal, declare);
  else console.log(`# ${title}: not run against a real ClickHouse server: ${reason}`);
}

function describeFor(
  title: string,
  start: () => Promise<Started>,
  declare: (server: () => ContractServer) => void,
): void {
  describe(title, () => {
    let started: Started | undefined;
    before(async () => {
      started = await start();
    });
    after(() => started?.stop());
    declare(() => {
      if (started === undefined) throw new Error('the server is there from the first test on');
      return started;
    });
  });
}

/** Sends a statement without a client in between. Returns status, headers and text. */
export async function post(
  url: string,
  parameters: Readonly<Record<string, string>>,
  body: string | Uint8Array<ArrayBuffer> = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await fetch(`${url}/?${new URLSearchParams(parameters)}`, {
    method: 'POST',
    body,
    headers,
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** A client that does not print errors: tests provoke them. */
export function connect(url: string, compression = false): ClickHouseClient {
  return createClient({
    url,
    log: { level: 127 },
    compression: { request: compression, response: compression },
  });
}

async function startEmbedded(): Promise<Started> {
  const dataDir = await mkdtemp(join(tmpdir(), 'docket-clickhouse-'));
  let engine: Engine = await startEngine({ dataDir });
  const { url, port } = engine;
  const client = connect(url);
  return {
    kind: 'embedded',
    url,
    client,
    crash: async () => {
      engine.kill('SIGKILL');
      await engine.exited;
      engine = await startEngine({ dataDir, port });
    },
    stop: async () => {
      await client.close();
      await engine.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function startReal(): Promise<Started> {
  const port = await freePort(); // a restarted container would get another one by itself
  const container = await new GenericContainer(IMAGE)
    .withExposedPorts({ container: 8123, host: port })
    .withEnvironment({ CLICKHOUSE_SKIP_USER_SETUP: '1' })
    .withWaitStrategy(Wait.forHttp('/ping', 8123))
    .start();
  const url = `http://${container.getHost()}:${port}`;
  const client = connect(url);
  return {
    kind: 'server',
    url,
    client,
    crash: () => container.restart({ timeout: 0 }),
    stop: async () => {
      await client.close();
      await container.stop();
    },
  };
}

function whyNoDocker(): string | null {
  const asked = spawnSync('docker', ['info', '--format', '{{.ServerVersion}}'], {
    encoding: 'utf8',
    timeout: 5_000,
  });
  if (asked.error !== undefined) return 'there is no docker command';
  return asked.status === 0 && asked.stdout.trim() !== '' ? null : 'no Docker engine answers';
}
