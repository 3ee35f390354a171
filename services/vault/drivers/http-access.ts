import type { z } from 'zod';
import { HttpProblem } from '../../../platform/http/http-problem.ts';
import type { FastifyRequest } from '../../../platform/http/server.ts';
import type { Authenticate } from '../clients.ts';
import type { Client } from '../ports.ts';
import { readBody } from '../request-bodies.ts';

/** Whose request it is. Throws HttpProblem 401 without a token that is known, 403 for a role that may not. */
export function identify(
  request: FastifyRequest,
  authenticate: Authenticate,
  roles: readonly Client['role'][],
): Client {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const client = bearer === undefined ? null : authenticate(bearer);
  if (client === null) {
    const message = 'Send a token that is known here as "Authorization: Bearer <token>".';
    throw new HttpProblem(401, 'unauthenticated', message, { 'www-authenticate': 'Bearer' });
  }
  if (!roles.includes(client.role))
    throw new HttpProblem(403, 'role_forbidden', `This needs a token of role ${roles.join(' or ')}.`);
  return client;
}

/** The body as it should be. Throws HttpProblem 400 with every problem, and no value. */
export function requireBody<Schema extends z.ZodType>(
  schema: Schema,
  request: FastifyRequest,
): z.output<Schema> {
  const result = readBody(schema, request.body);
  if (result.ok) return result.body;
  throw new HttpProblem(400, 'bad_request', result.problem);
}

/** Does what needs Kafka. Throws HttpProblem 503 with this code when it fails there. */
export async function needingKafka<Result>(code: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch {
    const message = 'Kafka does not answer, so this cannot be done now; try again in a moment.';
    throw new HttpProblem(503, code, message, { 'retry-after': '5' });
  }
}
