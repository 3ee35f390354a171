import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClickHouseError, statusOf } from '../../stack/clickhouse/clickhouse-error.ts';
import type { Interference, Upstream } from './interference.ts';

type Exchange = (incoming: IncomingMessage, answer: ServerResponse, upstream: Upstream) => Promise<void>;

interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const ERROR_NAMES: Readonly<Record<number, string>> = {
  164: 'READONLY',
  241: 'MEMORY_LIMIT_EXCEEDED',
  242: 'TABLE_IS_READ_ONLY',
  252: 'TOO_MANY_PARTS',
};

/** One statement's way through the proxy while somebody interferes. Rejects when the server is gone meanwhile. */
export function interfere(interference: Interference): Exchange {
  switch (interference.kind) {
    case 'cut-answer':
      return async (incoming, _answer, upstream) => {
        await forward(incoming, await receive(incoming), upstream);
        incoming.socket.destroy();
      };
    case 'cut-request':
      return async (incoming, _answer, upstream) => {
        await forwardTorn(incoming, await receive(incoming), upstream);
        incoming.socket.destroy();
      };
    case 'delay':
      return async (incoming, answer, upstream) => {
        const body = await receive(incoming);
        await sleep(interference.ms);
        send(answer, await forward(incoming, body, upstream));
      };
    case 'late':
      return async (incoming, _answer, upstream) => {
        const body = await receive(incoming);
        incoming.socket.destroy();
        await sleep(interference.ms);
        await forward(incoming, body, upstream);
      };
    case 'error-before':
      return async (incoming, answer) => {
        await receive(incoming);
        refuse(answer, interference.code);
      };
    case 'error-after':
      return async (incoming, answer, upstream) => {
        await forward(incoming, await receive(incoming), upstream);
        refuse(answer, interference.code);
      };
    case 'replay':
      return async (incoming, answer, upstream) => {
        const body = await receive(incoming);
        await forward(incoming, body, upstream);
        send(answer, await forward({ ...pick(incoming), url: withoutQueryId(incoming.url) }, body, upstream));
      };
    case 'swallow':
      return async (incoming, answer) => {
        await receive(incoming);
        send(answer, { status: 200, headers: {}, body: Buffer.alloc(0) });
      };
  }
}

type Head = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

function pick({ method, headers }: Head): Head {
  return { ...(method === undefined ? {} : { method }), headers };
}

function withoutQueryId(url = '/'): string {
  return url.replace(/([?&])query_id=[^&]*&?/, '$1');
}

async function receive(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function forward({ method, url, headers }: Head, body: Buffer, { port }: Upstream): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, method, path: url, headers: withLength(headers, body.length) },
      (reply) => {
        receive(reply).then(
          (bytes) => resolve({ status: reply.statusCode ?? 502, headers: reply.headers, body: bytes }),
          reject,
        );
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** Promises the whole body, sends half of it, and leaves. */
function forwardTorn({ method, url, headers }: Head, body: Buffer, { port }: Upstream): Promise<void> {
  return new Promise((resolve) => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      method,
      path: url,
      headers: withLength(headers, body.length),
    });
    outgoing.once('error', () => resolve());
    outgoing.once('close', () => resolve());
    outgoing.write(body.subarray(0, Math.floor(body.length / 2)), () => {
      setTimeout(() => outgoing.destroy(), 20);
    });
  });
}

function withLength(headers: IncomingMessage['headers'], length: number): IncomingMessage['headers'] {
  const { 'transfer-encoding': _chunked, connection: _connection, ...others } = headers;
  return { ...others, 'content-length': String(length) };
}

function send(answer: ServerResponse, reply: Reply): void {
  answer.on('error', () => {});
  const { 'transfer-encoding': _chunked, connection: _connection, ...headers } = reply.headers;
  answer.writeHead(reply.status, { ...headers, 'content-length': String(reply.body.length) });
  answer.end(reply.body);
}

/** An error as ClickHouse answers with it. */
function refuse(answer: ServerResponse, code: number): void {
  const error = new ClickHouseError(code, ERROR_NAMES[code] ?? 'UNKNOWN', 'injected by the chaos run');
  send(answer, {
    status: statusOf(code),
    headers: { 'x-clickhouse-exception-code': String(code), 'content-type': 'text/plain; charset=UTF-8' },
    body: Buffer.from(error.body),
  });
}
