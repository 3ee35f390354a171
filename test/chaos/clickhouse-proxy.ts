import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { interfere } from './interfere-with-statement.ts';
import type { Interference, StatementKind, Upstream } from './interference.ts';

const LONGEST_SILENCE_MS = 15_000;

/** A way to ClickHouse that can be disturbed. What nobody interferes with passes through as it is. */
export interface ClickHouseProxy {
  readonly url: string;
  /** Interferes with the next `count` statements; `hits` tells with how many it did so far. */
  arm(interference: Interference, count: number, only: StatementKind): { hits(): number; disarm(): void };
  /** Cuts every connection to the clients; what was received is carried out. Returns how many had a statement. */
  cutAll(): number;
  /** Statements that are under way, those among them whose client is gone. */
  inFlight(): number;
  stop(): Promise<void>;
}

interface Armed {
  readonly interference: Interference;
  readonly only: StatementKind;
  left: number;
  hits: number;
}

/**
 * Starts a proxy before a ClickHouse on 127.0.0.1. It understands enough HTTP to know when a statement has been
 * answered, which is what "after the server has committed" means; to the client a cut is a cut TCP connection.
 */
export async function startClickHouseProxy(upstreamPort: number): Promise<ClickHouseProxy> {
  const armed = new Set<Armed>();
  const sockets = new Set<Socket>();
  const busy = new Set<Socket>();
  let inFlight = 0;

  const take = (table: string | null): Interference | null => {
    for (const entry of armed) {
      if (entry.left === 0 || !concerns(entry.only, table)) continue;
      entry.left--;
      entry.hits++;
      return entry.interference;
    }
    return null;
  };
  const server = createServer((incoming, answer) => {
    const upstream: Upstream = { port: upstreamPort };
    const interference = take(tableOf(incoming));
    inFlight++;
    busy.add(incoming.socket);
    const done = () => {
      inFlight--;
      busy.delete(incoming.socket);
    };
    const work = interference === null ? pass : interfere(interference);
    work(incoming, answer, upstream).then(done, () => {
      done();
      incoming.socket.destroy();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arm: (interference, count, only) => {
      const entry: Armed = { interference, only, left: count, hits: 0 };
      armed.add(entry);
      return {
        hits: () => entry.hits,
        disarm: () => {
          armed.delete(entry);
        },
      };
    },
    cutAll: () => {
      const hit = busy.size;
      for (const socket of sockets) socket.destroy();
      return hit;
    },
    inFlight: () => inFlight,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function concerns(only: StatementKind, table: string | null): boolean {
  return only === 'anything' || (table !== null && (only === 'inserts' || only === table));
}

/** Where an INSERT goes; null for any other statement. Its text is in the URL, because the body holds the rows. */
function tableOf(incoming: IncomingMessage): string | null {
  const query = new URL(incoming.url ?? '/', 'http://127.0.0.1').searchParams.get('query') ?? '';
  return /^\s*INSERT\s+INTO\s+(\w+)/i.exec(query)?.[1] ?? null;
}

/** Streams both ways. A client that leaves after its last byte does not end the statement; one that leaves before does. */
function pass(incoming: IncomingMessage, answer: ServerResponse, upstream: Upstream): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: upstream.port,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
      },
      (reply) => {
        reply.once('error', reject);
        reply.once('close', resolve);
        if (answer.destroyed) {
          reply.resume();
          return;
        }
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        answer.on('error', () => {});
        answer.once('close', () => reply.resume());
        reply.pipe(answer);
      },
    );
    // No statement under test lasts so long: what does is a connection that nobody will ever end.
    outgoing.setTimeout(LONGEST_SILENCE_MS, () => outgoing.destroy());
    outgoing.once('error', reject);
    outgoing.once('close', resolve);
    incoming.once('close', () => {
      if (!incoming.complete) outgoing.destroy();
    });
    incoming.once('error', () => {});
    incoming.pipe(outgoing);
  });
}
