import type { FastifyInstance, FastifyReply, FastifyRequest } from '../../../platform/http/server.ts';
import type { ReadResult } from '../audited-read.ts';
import { renderDecisions } from '../decisions/render-decisions.ts';
import type { GoRead } from '../go/read-go.ts';
import {
  CONTENT_SECURITY_POLICY,
  renderAnswer,
  renderFailure,
  renderLogin,
  renderPage,
} from '../overview/render-page.ts';
import type { ReadAction } from '../permissions.ts';
import { type AuditorReport, type Authenticate, type Reader, StoreFailure } from '../ports.ts';
import type { OverviewReads } from '../read-overview.ts';
import { bodyOrProblem, storeProblem } from './http-problems.ts';

export interface PageOptions {
  readonly authenticate: Authenticate;
  readonly overview: OverviewReads;
  readonly go: GoRead;
  readonly report: AuditorReport;
  /** Whether the cookie may travel over HTTPS only. */
  readonly secureCookie: boolean;
}

const COOKIE = 'docket_token';
const SHIFT_SECONDS = 12 * 3600;
const UNKNOWN_TOKEN = 'This token is not known here.';
const BEHIND = 'Decisions behind the alert, newest first';
const FORBIDDEN_ROLE = 'A token of this role may not see the overview; the attempt is recorded.';

/** The overview page, its figures alone, and signing in and out. */
export function addPageRoutes(server: FastifyInstance, options: PageOptions): void {
  acceptForms(server);
  const readerOf = (request: FastifyRequest): Reader | null => {
    const token = tokenOf(request);
    return token === null ? null : options.authenticate(token);
  };
  const signIn = (token: unknown, reply: FastifyReply) => {
    if (typeof token !== 'string' || options.authenticate(token) === null) {
      options.report.refused('unauthenticated');
      return sendHtml(reply, 401, renderLogin(UNKNOWN_TOKEN));
    }
    return reply.header('set-cookie', cookie(token, SHIFT_SECONDS, options.secureCookie)).redirect('/', 303);
  };
  const page = async (request: FastifyRequest, reply: FastifyReply) => {
    const reader = readerOf(request);
    if (reader === null)
      return sendHtml(reply, 401, renderLogin(tokenOf(request) === null ? '' : UNKNOWN_TOKEN));
    const { status, figures } = await figuresOf(options.overview.open(reader));
    if (status === 403) return sendHtml(reply, status, renderLogin(FORBIDDEN_ROLE));
    return sendHtml(reply, status, renderPage(reader, figures));
  };
  server.get('/', page);
  server.get('/overview', page);
  server.get('/overview/figures', async (request, reply) => {
    const reader = readerOf(request);
    if (reader === null) return sendHtml(reply, 401, '');
    const { status, figures } = await figuresOf(options.overview.refresh(reader));
    return sendHtml(reply, status, figures);
  });
  server.get<{ Querystring: Record<string, unknown> }>('/go', async (request, reply) => {
    const reader = readerOf(request);
    if (reader === null) return sendHtml(reply, 401, renderLogin(''));
    const read = options.go(reader, request.query);
    const { status, figures } = await figuresOf(
      read.then((result) => (result.ok ? { ok: true, body: renderDecisions(result.body, BEHIND) } : result)),
      'decisions.search',
    );
    return sendHtml(reply, status, renderAnswer(reader, figures));
  });
  server.get<{ Querystring: { token?: unknown } }>('/login', (request, reply) =>
    request.query.token === undefined
      ? sendHtml(reply, 200, renderLogin(''))
      : signIn(request.query.token, reply),
  );
  server.post<{ Body: { token?: unknown } | null }>('/login', (request, reply) =>
    signIn(request.body?.token, reply),
  );
  server.post('/logout', (_request, reply) =>
    reply.header('set-cookie', cookie('', 0, options.secureCookie)).redirect('/login', 303),
  );
}

async function figuresOf(
  read: Promise<ReadResult<string>>,
  action: ReadAction = 'overview.view',
): Promise<{ status: number; figures: string }> {
  try {
    return { status: 200, figures: bodyOrProblem(await read, action) };
  } catch (error) {
    const problem = error instanceof StoreFailure ? storeProblem(error) : error;
    if (!(problem instanceof Error && 'status' in problem)) throw error;
    return { status: Number(problem.status), figures: renderFailure(problem.message) };
  }
}

/** Sends a page that may run nothing but its own script. */
export function sendHtml(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply
    .code(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .send(text);
}

/** The token of somebody who signed in with a browser. */
export function tokenOf(request: FastifyRequest): string | null {
  const match = new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]+)`).exec(request.headers.cookie ?? '');
  try {
    return match?.[1] === undefined ? null : decodeURIComponent(match[1]);
  } catch {
    return null;
  }
}

/** HttpOnly: no script reads it. Strict: no other site's link or form carries it here. */
function cookie(token: string, maxAgeSeconds: number, secure: boolean): string {
  const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure ? '; Secure' : ''}`;
  return `${COOKIE}=${encodeURIComponent(token)}; ${attributes}`;
}

function acceptForms(server: FastifyInstance): void {
  const options = { parseAs: 'string' as const };
  server.addContentTypeParser('application/x-www-form-urlencoded', options, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
}
