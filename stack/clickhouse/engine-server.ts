import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { takenPortError } from '../ports.ts';
import { ProcessList } from './processes.ts';
import { type Front, runStatement } from './run-statement.ts';
import { EngineSessions } from './session.ts';

export interface EngineServerOptions {
  readonly dataDir: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly portChangedBy: string;
}

export interface EngineServer {
  readonly port: number;
  /** Refuses new statements, drops waiting ones, lets the running ones end, and closes the engine. */
  stop(): Promise<void>;
}

/** Parameters of a statement travel in the address. As ClickHouse's own http_max_uri_size. */
const MAX_URI_BYTES = 1_048_576;

/**
 * Opens the engine on a data directory and serves ClickHouse's HTTP interface on 127.0.0.1.
 * Throws an Error that says what to do when the directory or the port is taken.
 */
export async function startEngineServer(options: EngineServerOptions): Promise<EngineServer> {
  if (/[*?{}[\]'\\]/.test(options.dataDir)) {
    throw new Error(`The data directory ${options.dataDir} must not contain any of * ? { } [ ] ' \\`);
  }
  const storeDir = join(options.dataDir, 'store');
  const spoolDir = join(options.dataDir, 'spool');
  mkdirSync(storeDir, { recursive: true });
  const sessions = new EngineSessions(storeDir);
  rmSync(spoolDir, { recursive: true, force: true });
  mkdirSync(spoolDir);
  await sessions.ask('SELECT 1', 'TSV');

  const processes = new ProcessList();
  const front: Front = { sessions, processes, spoolDir };
  const limits = { requestTimeout: 0, keepAliveTimeout: 10_000, maxHeaderSize: MAX_URI_BYTES };
  const server = createServer(limits, (request, response) => {
    route(front, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const use = { port: options.port, purpose: 'ClickHouse', changedBy: options.portChangedBy };
      reject(error.code === 'EADDRINUSE' ? takenPortError(use) : error);
    });
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      await processes.close();
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 500).unref();
      await closed;
      sessions.close();
    },
  };
}

async function route(front: Front, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = URL.parse(request.url ?? '/', 'http://127.0.0.1');
  if (url === null) return sendText(response, 400, 'The URL cannot be read.\n');
  if (request.method !== 'GET' && request.method !== 'POST' && request.method !== 'HEAD') {
    return sendText(
      response,
      405,
      `Code: 48. DB::Exception: Method ${request.method} is not supported. (NOT_IMPLEMENTED)\n`,
    );
  }
  const isStatement = url.pathname === '/' && (request.method === 'POST' || url.searchParams.has('query'));
  if (isStatement) return runStatement(front, request, response);
  if (url.pathname === '/ping' || url.pathname === '/') return sendText(response, 200, 'Ok.\n');
  sendText(response, 404, `There is no handle ${url.pathname} in the embedded engine: only / and /ping.\n`);
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  response.end(text);
}
