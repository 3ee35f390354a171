import type { Statement } from '../../../domain/contract/events.ts';
import { HttpProblem } from '../../../platform/http/http-problem.ts';
import type { FastifyInstance, FastifyRequest } from '../../../platform/http/server.ts';
import { type Authenticate, CLIENT_ROLES } from '../clients.ts';
import { destroyDays } from '../destroy-keys.ts';
import { type KekRing, scopeName } from '../kek-ring.ts';
import type { BackUp, Signer, VaultStore } from '../ports.ts';
import { destroyDaysBody, rotationBody, type StatementBody, statementBody } from '../request-bodies.ts';
import { statementJson } from '../statement-frames.ts';
import { identify, needingKafka, requireBody } from './http-access.ts';

export interface OperationRoutesOptions {
  readonly authenticate: Authenticate;
  readonly store: VaultStore;
  readonly ring: KekRing;
  readonly signer: Signer;
  readonly issue: (asked: StatementBody) => Promise<Statement>;
  readonly backUp: BackUp;
  readonly nowMs: () => number;
  readonly wake: () => void;
}

/** As many ranges and details as a statement may have. */
const MAX_STATEMENT_BODY_BYTES = 4 * 1024 * 1024;

/** The routes of statements, backups, rotation and the destruction of days. */
export function addOperationRoutes(server: FastifyInstance, options: OperationRoutesOptions): void {
  const { store, ring, signer } = options;
  const operator = (request: FastifyRequest) => identify(request, options.authenticate, ['operator']);

  server.post('/v1/statements', { bodyLimit: MAX_STATEMENT_BODY_BYTES }, async (request) => {
    operator(request);
    const asked = requireBody(statementBody, request);
    return statementJson(await needingKafka('kafka_unavailable', () => options.issue(asked)));
  });
  server.get('/v1/keys/public', async (request) => {
    identify(request, options.authenticate, CLIENT_ROLES);
    return { key_name: signer.keyName, algorithm: 'Ed25519', public_key: signer.publicKey.toString('hex') };
  });
  server.post('/v1/backups', async (request) => {
    operator(request);
    return { file: await options.backUp() };
  });
  server.post('/v1/rotations', async (request, reply) => {
    operator(request);
    const { tenant } = requireBody(rotationBody, request);
    let scopes = 0;
    for (const kind of ['subjects', 'days'] as const) {
      const scope = store.scope(scopeName(kind, tenant));
      if (scope === null) continue;
      store.atomically(() => store.rotateThrough(scope.id, scope.current));
      scopes++;
    }
    if (scopes === 0) throw new HttpProblem(404, 'not_found', 'The vault has no key of this tenant.');
    options.wake();
    return reply.code(202).send({ scopes });
  });
  server.post('/v1/days/destroy', async (request) => {
    operator(request);
    const { tenant, purpose, before } = requireBody(destroyDaysBody, request);
    if (store.holdsOf(tenant).some(({ index }) => index === null))
      throw new HttpProblem(409, 'held', 'The tenant is on hold: nothing of it is destroyed.');
    const name = scopeName('days', tenant);
    await ring.prepare(name);
    const destroyed = store.atomically(() => {
      const scope = store.scope(name);
      if (scope === null) return 0;
      const days = store.daysBefore(purpose, before, scope.id);
      destroyDays(store, days, options.nowMs());
      store.setDayFloor(scope.id, purpose, before);
      return days.length;
    });
    options.wake();
    return { destroyed };
  });
}
