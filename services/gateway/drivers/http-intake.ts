import { Readable } from 'node:stream';
import { HttpProblem } from '../../../platform/http/http-problem.ts';
import type { FastifyInstance, FastifyRequest } from '../../../platform/http/server.ts';
import type { ByteBudget } from '../byte-budget.ts';
import { EventLogUnavailable } from '../ports.ts';
import { BodyCutOff, type BodyFault, type BodyLimits, type ReadBody, readJsonBody } from '../read-body.ts';

export interface IntakeOptions {
  readonly budget: ByteBudget;
  readonly limits: BodyLimits;
}

const OVERLOAD_RETRY_SECONDS = 1;
const OUTAGE_RETRY_SECONDS = 5;

/** Hands bodies over unread: whether, and how much of them, to read is decided when it is known whose they are. */
export function leaveBodiesUnread(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}

/**
 * Reads a request's body within the budget and has it used; its share is held until then. Overload and a log that is
 * away become 429 and 503 with Retry-After.
 */
export async function useBody<Result>(
  request: FastifyRequest,
  options: IntakeOptions,
  use: (body: ReadBody) => Promise<Result>,
): Promise<Result> {
  const share = options.budget.open();
  try {
    const stream = request.body instanceof Readable ? request.body : Readable.from([]);
    const encoding = (request.headers['content-encoding'] ?? '').trim().toLowerCase();
    const body = await readJsonBody(stream, encoding, options.limits, share);
    if (!body.ok && body.fault === 'too_much_in_flight') throw overload();
    return await use(body);
  } catch (error) {
    if (error instanceof BodyCutOff) throw new HttpProblem(400, 'body_cut_off', 'The body ended early.');
    throw error instanceof EventLogUnavailable ? outage() : error;
  } finally {
    share.release();
  }
}

/** The answer to a body that cannot be used, where its sender can act on it. */
export function bodyProblem(
  fault: Exclude<BodyFault, 'too_much_in_flight'>,
  limits: BodyLimits,
): HttpProblem {
  switch (fault) {
    case 'body_too_large': {
      const message = `The body is larger than ${limits.maxBodyBytes} bytes; send it in smaller parts.`;
      return new HttpProblem(413, fault, message);
    }
    case 'decompression_bomb': {
      const message =
        `The body grows beyond ${limits.maxDecompressedBytes} bytes, or far beyond what JSON shrinks to; ` +
        'send it in smaller parts.';
      return new HttpProblem(413, fault, message);
    }
    case 'not_gzip':
      return new HttpProblem(
        400,
        fault,
        'Content-Encoding says gzip, and the body is not; or it is cut off.',
      );
    case 'encoding_not_supported':
      return new HttpProblem(415, fault, 'Send the body as gzip, or without Content-Encoding.');
    case 'not_json': {
      const message =
        'The body is not JSON in UTF-8. NaN and Infinity are not JSON either: leave the field out.';
      return new HttpProblem(400, fault, message);
    }
  }
}

function overload(): HttpProblem {
  const message = 'Too much is under way; send it again in a moment.';
  return new HttpProblem(429, 'too_busy', message, { 'retry-after': String(OVERLOAD_RETRY_SECONDS) });
}

function outage(): HttpProblem {
  const message = 'It is not certain that the events are durable; send them again, with the same ids.';
  return new HttpProblem(503, 'log_unavailable', message, { 'retry-after': String(OUTAGE_RETRY_SECONDS) });
}
