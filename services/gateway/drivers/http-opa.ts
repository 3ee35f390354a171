import type { FastifyInstance, FastifyRequest } from '../../../platform/http/server.ts';
import { createOpaChunkIntake, type OpaChunkOptions } from '../accept-opa-chunk.ts';
import type { Authenticate } from '../ports.ts';
import { identify } from './http-access.ts';
import { type IntakeOptions, useBody } from './http-intake.ts';

export interface OpaRoutesOptions extends IntakeOptions, OpaChunkOptions {
  readonly authenticate: Authenticate;
}

/**
 * OPA's Decision Log Service API. OPA takes any 2xx for delivered and sends everything else again, so the content of
 * a chunk is never a reason for a 4xx.
 */
export function addOpaRoutes(server: FastifyInstance, options: OpaRoutesOptions): void {
  const take = createOpaChunkIntake(options);
  const handle = async (request: FastifyRequest) => {
    const identity = identify(request, options.authenticate, ['enforcer']);
    return useBody(request, options, (body) => {
      if (body.ok) return take(body, identity);
      if (body.fault === 'too_much_in_flight') throw new Error(body.fault);
      return take({ ...body, fault: body.fault }, identity);
    });
  };
  server.post('/logs', handle);
  server.post('/logs/:partition', handle);
}
