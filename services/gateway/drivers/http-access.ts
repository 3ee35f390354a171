import type { Identity, Role } from '../../../domain/tenancy/tenants.ts';
import { HttpProblem } from '../../../platform/http/http-problem.ts';
import type { FastifyRequest } from '../../../platform/http/server.ts';
import type { Authenticate } from '../ports.ts';

/** Whose request it is. Throws HttpProblem 401 without a token that is known, 403 for a role that may not. */
export function identify(
  request: FastifyRequest,
  authenticate: Authenticate,
  roles: readonly Role[],
): Identity {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const identity = bearer === undefined ? null : authenticate(bearer);
  if (identity === null) {
    const message = 'Send a token that is known here as "Authorization: Bearer <token>".';
    throw new HttpProblem(401, 'unauthenticated', message, { 'www-authenticate': 'Bearer' });
  }
  if (!roles.includes(identity.role)) {
    throw new HttpProblem(403, 'role_forbidden', `This needs a token of role ${roles.join(' or ')}.`);
  }
  return identity;
}
