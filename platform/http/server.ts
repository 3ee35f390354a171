import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from '../log/logger.ts';
import type { MetricsSource } from '../prometheus/joined-metrics.ts';
import { HttpProblem } from './http-problem.ts';

export type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export interface HttpServerOptions {
  readonly log: Logger;
  readonly metrics: MetricsSource;
  /** Largest request body as received. */
  readonly maxBodyBytes: number;
}

/**
 * An HTTP server with `/healthz`, `/metrics`, and errors as `{"error": {"code", "message"}}`. Requests are not
 * logged: their URLs carry what people search for.
 */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const server = Fastify({
    logger: false,
    bodyLimit: options.maxBodyBytes,
    forceCloseConnections: true,
    // What fails before there is a route: Fastify's own answer would say the path back.
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      const { status, code, message } = toProblem(error);
      return reply.code(status).send({ error: { code, message } });
    },
  });
  server.get('/healthz', async () => ({ status: 'ok' }));
  server.get('/metrics', async (_request, reply) => {
    reply.type(options.metrics.contentType);
    return options.metrics.metrics();
  });
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: { code: 'not_found', message: 'There is nothing at this path.' } }),
  );
  server.setErrorHandler((error, _request, reply) => {
    const problem = toProblem(error);
    if (problem.status >= 500) options.log.error({ err: error }, 'request failed');
    reply
      .code(problem.status)
      .headers(problem.headers)
      .send({
        error: { code: problem.code, message: problem.message },
      });
  });
  return server;
}

function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status === 413)
    return new HttpProblem(413, 'body_too_large', 'The body is too large; send it in smaller parts.');
  if (status === 414) return new HttpProblem(414, 'path_too_long', 'A part of the path is too long.');
  if (status === 415) return new HttpProblem(415, 'unsupported_media_type', 'Send application/json.');
  if (status >= 400 && status < 500) {
    return new HttpProblem(status, 'bad_request', 'The request could not be read; is the body valid JSON?');
  }
  return new HttpProblem(500, 'internal', 'Something went wrong here; the request can be tried again.');
}

/** Binds the server. Throws an Error that names the address when the port is taken. */
export async function listen(
  server: FastifyInstance,
  address: { readonly host: string; readonly port: number },
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  try {
    const url = await server.listen(address);
    return { url, stop: () => server.close() };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new Error(
        `Port ${address.port} on ${address.host} is taken; choose another with DOCKET_HTTP_PORT.`,
      );
    }
    throw error;
  }
}
