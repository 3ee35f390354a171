import { HttpProblem } from '../../../platform/http/http-problem.ts';
import type { FastifyInstance, FastifyRequest } from '../../../platform/http/server.ts';
import type { ReadResult } from '../audited-read.ts';
import type { GoRead } from '../go/read-go.ts';
import type { ReadAction } from '../permissions.ts';
import { type AuditorReport, type Authenticate, type Reader, StoreFailure, VaultRefusal } from '../ports.ts';
import type { ErasableReads } from '../read-erasables.ts';
import type { DecisionAnswer, RecordReads } from '../read-records.ts';
import { bodyOrProblem, storeProblem, unauthenticated, vaultProblem } from './http-problems.ts';

export interface ApiOptions {
  readonly authenticate: Authenticate;
  readonly reads: RecordReads;
  readonly erasables: ErasableReads;
  readonly go: GoRead;
  readonly report: AuditorReport;
  readonly openApi: object;
}

type Query = Readonly<Record<string, unknown>>;

/** The routes of the query API. */
export function addApiRoutes(server: FastifyInstance, options: ApiOptions): void {
  const { reads, erasables } = options;
  const readerOf = (request: FastifyRequest): Reader => {
    const match = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '');
    const reader = match?.[1] === undefined ? null : options.authenticate(match[1]);
    if (reader !== null) return reader;
    options.report.refused('unauthenticated');
    throw unauthenticated();
  };
  server.get<{ Querystring: Query }>('/v1/decisions', (request) =>
    answer('decisions.search', reads.searchDecisions(readerOf(request), request.query)),
  );
  server.get<{ Params: { id: string }; Querystring: Query }>('/v1/decisions/:id', async (request) => {
    const reader = readerOf(request);
    const read = reads.readDecision(reader, request.params.id, request.query);
    return foundOrProblem(await answer('decisions.read', read));
  });
  server.get<{ Params: { id: string }; Querystring: Query }>(
    '/v1/decisions/:id/erasable',
    async (request) => {
      const reader = readerOf(request);
      const read = erasables.readErasable(reader, request.params.id, request.query);
      return foundOrProblem(await answer('decisions.read_erasable', read));
    },
  );
  // A person's id never stands in a URL: those are kept by proxies and browsers.
  server.post('/v1/decisions/search-by-subject', (request) =>
    answer('decisions.search_by_subject', erasables.searchBySubject(readerOf(request), request.body)),
  );
  server.get<{ Querystring: Query }>('/v1/access-log', (request) =>
    answer('accesses.search', reads.searchAccesses(readerOf(request), request.query)),
  );
  // People follow it in a browser, where a cookie says who they are (http-pages.ts); programs with a token.
  server.get<{ Querystring: Query }>('/v1/go', (request) =>
    answer('decisions.search', options.go(readerOf(request), request.query)),
  );
  server.get('/openapi.json', async () => options.openApi);
}

function foundOrProblem(decision: DecisionAnswer): object {
  if ('found' in decision) return decision.found;
  throw decision.missing === 'ambiguous'
    ? new HttpProblem(409, 'ambiguous_id', 'Several enforcers reported this id; name one with ?enforcer=.')
    : new HttpProblem(404, 'not_found', 'There is no decision of this id in this tenant.');
}

async function answer<Body>(action: ReadAction, read: Promise<ReadResult<Body>>): Promise<Body> {
  try {
    return bodyOrProblem(await read, action);
  } catch (error) {
    if (error instanceof VaultRefusal) throw vaultProblem(error);
    throw error instanceof StoreFailure ? storeProblem(error) : error;
  }
}
