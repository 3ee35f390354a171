import type { SchemaRegistry } from '../../../domain/contract/registry.ts';
import { formatUuid, parseUuid } from '../../../domain/contract/uuid.ts';
import { highestBarriers } from '../../../domain/erasure/barriers.ts';
import { HttpProblem } from '../../../platform/http/http-problem.ts';
import type { FastifyInstance, FastifyRequest } from '../../../platform/http/server.ts';
import type { Authenticate } from '../clients.ts';
import type { Erasures } from '../erasures.ts';
import type { ErasureRow, VaultStore } from '../ports.ts';
import { erasureBody, holdBody } from '../request-bodies.ts';
import { decodeStatement, statementJson } from '../statement-frames.ts';
import { identify, needingKafka, requireBody } from './http-access.ts';

export interface ErasureRoutesOptions {
  readonly authenticate: Authenticate;
  readonly store: VaultStore;
  readonly erasures: Erasures;
  readonly registry: SchemaRegistry;
  /** Something is there to be done. */
  readonly wake: () => void;
}

type WithTenant = { Querystring: { tenant?: string } };
type WithId = { Params: { id: string } };

const MAX_LISTED = 1_000;

/** The routes of erasures, holds and barriers. */
export function addErasureRoutes(server: FastifyInstance, options: ErasureRoutesOptions): void {
  const { store, erasures } = options;
  const operator = (request: FastifyRequest) => identify(request, options.authenticate, ['operator']);
  const show = (erasure: ErasureRow) => erasureJson(options.registry, erasure);

  server.post('/v1/erasures', async (request, reply) => {
    const client = operator(request);
    const asked = requireBody(erasureBody, request);
    const erasure = await needingKafka('kafka_unavailable', () => erasures.request({ ...asked, client }));
    options.wake();
    return reply.code(202).send({ erasure_id: formatUuid(erasure.erasureId), state: erasure.state });
  });
  server.get<WithTenant>('/v1/erasures', async (request) => {
    operator(request);
    return { erasures: store.listErasures(tenantOf(request.query), MAX_LISTED).map(show) };
  });
  server.get<WithId>('/v1/erasures/:id', async (request) => {
    operator(request);
    const id = parseUuid(request.params.id);
    const erasure = id === null ? null : store.findErasure(id);
    if (erasure === null) throw new HttpProblem(404, 'not_found', 'There is no erasure of this id.');
    return show(erasure);
  });

  server.post('/v1/holds', async (request, reply) => {
    const client = operator(request);
    const holdId = await erasures.placeHold({ ...requireBody(holdBody, request), client });
    if (holdId === null)
      throw new HttpProblem(409, 'being_erased', 'It is too late: this subject is being erased.');
    return reply.code(201).send({ hold_id: formatUuid(holdId) });
  });
  server.delete<WithId>('/v1/holds/:id', async (request, reply) => {
    operator(request);
    const id = parseUuid(request.params.id);
    if (id === null || !erasures.releaseHold(id))
      throw new HttpProblem(404, 'not_found', 'There is no hold of this id in force.');
    options.wake();
    return reply.code(204).send();
  });
  server.get<WithTenant>('/v1/holds', async (request) => {
    operator(request);
    const tenant = tenantOf(request.query);
    const holds = store.holdsOf(tenant).map(({ holdId, index, placedMs }) => ({
      hold_id: formatUuid(holdId),
      kind: index === null ? 'tenant' : 'subject',
      subject_token: index === null ? null : (erasures.tokenOf(tenant, index)?.toString('hex') ?? null),
      placed_at_ms: placedMs,
    }));
    return { holds };
  });

  server.get('/v1/barriers', async (request) => {
    identify(request, options.authenticate, ['recorder', 'operator']);
    return { barriers: highestBarriers(erasures.barriers()) };
  });
}

function tenantOf({ tenant }: { tenant?: string }): string {
  if (typeof tenant === 'string' && tenant !== '') return tenant;
  throw new HttpProblem(400, 'bad_request', 'tenant: say which, as ?tenant=');
}

function erasureJson(registry: SchemaRegistry, erasure: ErasureRow): object {
  const certificate = erasure.certificate === null ? null : decodeStatement(registry, erasure.certificate);
  return {
    erasure_id: formatUuid(erasure.erasureId),
    tenant: erasure.tenant,
    state: erasure.state,
    requested_at_ms: erasure.requestedMs,
    erasing_at_ms: erasure.erasingMs,
    destroyed_at_ms: erasure.destroyedMs,
    completed_at_ms: erasure.completedMs,
    barriers: erasure.barriers,
    certificate: certificate === null ? null : statementJson(certificate),
  };
}
