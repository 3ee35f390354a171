import { HttpProblem } from '../../../platform/http/http-problem.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from '../../../platform/http/server.ts';
import { renderDecision, renderDecisions } from '../decisions/render-decisions.ts';
import { renderAnswer, renderFailure, renderLogin } from '../overview/render-page.ts';
import { type Authenticate, type Reader, StoreFailure } from '../ports.ts';
import type { RecordReads } from '../read-records.ts';
import { sendHtml, tokenOf } from './http-pages.ts';
import { bodyOrProblem, storeProblem } from './http-problems.ts';

type Query = Readonly<Record<string, unknown>>;

const SIGN_IN = 'Sign in, then follow the link again.';
const NOT_FOUND = 'There is no decision of this id in this tenant, or several: name its enforcer.';

/**
 * Decisions for somebody with a browser, such as the dashboards' links lead to: the searches of the API under the same
 * names and filters, recorded as reads like those.
 */
export function addDecisionPages(
  server: FastifyInstance,
  { authenticate, reads }: { readonly authenticate: Authenticate; readonly reads: RecordReads },
): void {
  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    load: (reader: Reader) => Promise<string>,
  ) => {
    const token = tokenOf(request);
    const reader = token === null ? null : authenticate(token);
    if (reader === null) return sendHtml(reply, 401, renderLogin(SIGN_IN));
    try {
      return sendHtml(reply, 200, renderAnswer(reader, await load(reader)));
    } catch (error) {
      const problem = error instanceof StoreFailure ? storeProblem(error) : error;
      if (!(problem instanceof HttpProblem)) throw error;
      return sendHtml(reply, problem.status, renderAnswer(reader, renderFailure(problem.message)));
    }
  };
  server.get<{ Querystring: Query }>('/decisions', (request, reply) =>
    show(request, reply, async (reader) => {
      const given = Object.entries(request.query).filter(([, value]) => value !== '');
      const page = await reads.searchDecisions(reader, Object.fromEntries(given));
      return renderDecisions(bodyOrProblem(page, 'decisions.search'));
    }),
  );
  server.get<{ Params: { id: string }; Querystring: Query }>('/decisions/:id', (request, reply) =>
    show(request, reply, async (reader) => {
      const read = await reads.readDecision(reader, request.params.id, request.query);
      const answer = bodyOrProblem(read, 'decisions.read');
      if ('found' in answer) return renderDecision(answer.found);
      throw new HttpProblem(404, 'not_found', NOT_FOUND);
    }),
  );
}
