import type { IncomingMessage } from 'node:http';
import { ClickHouseError, notImplemented } from './clickhouse-error.ts';
import type { Settings } from './statement-settings.ts';

/** What a request asks for, apart from its body. */
export interface StatementRequest {
  /** The statement in the URL; empty when the body holds it. */
  readonly query: string;
  readonly queryId: string | null;
  readonly database: string;
  readonly defaultFormat: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly settings: Settings;
  /** GET may only read. */
  readonly readOnly: boolean;
  /** Whether the whole answer must be known before its first byte is sent. */
  readonly waitForEnd: boolean;
  /** Content-Encoding of the request. */
  readonly bodyEncoding: string;
  /** Content-Encoding of the answer. */
  readonly answerEncoding: 'gzip' | 'zstd' | null;
}

/** Parts of the URL that are no settings and that the front knows. */
const KNOWN = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'user',
  'password',
  'enable_http_compression',
  'wait_end_of_query',
  'http_zlib_compression_level',
]);

/** What a server knows and the front does not: a setting to the client, a promise that could not be kept. */
const UNKNOWN = new Set([
  'session_id',
  'session_timeout',
  'session_check',
  'close_session',
  'session_timezone_id',
  'role',
  'quota_key',
  'stacktrace',
  'compress',
  'decompress',
  'buffer_size',
  'send_progress_in_http_headers',
  'add_http_cors_header',
  'http_write_exception_in_output_format',
  'implicit_transaction',
  'client_protocol_version',
  'framing',
]);

const REQUEST_ENCODINGS = new Set(['identity', 'gzip', 'deflate', 'br', 'zstd']);

/**
 * Reads URL and headers as ClickHouse's HTTP interface does.
 * Throws ClickHouseError: 48 for what the front does not know, 516 for credentials other than the default user's.
 */
export function readRequest(request: IncomingMessage): StatementRequest {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const header = (name: string) => String(request.headers[name] ?? '');
  requireDefaultUser(url.searchParams, header);
  if (header('content-type').startsWith('multipart/')) throw notImplemented('A multipart body');
  const settings: [string, string][] = [];
  const parameters = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (UNKNOWN.has(name) && !isOff(value)) throw notImplemented(`The URL parameter ${name}`);
    if (KNOWN.has(name) || UNKNOWN.has(name)) continue;
    if (name.startsWith('param_')) parameters.set(parameterName(name), value);
    else settings.push([name, value]);
  }
  const get = (name: string) => url.searchParams.get(name) ?? '';
  const database = get('database') || header('x-clickhouse-database') || 'default';
  // There the engine's own list of processes would answer, which knows no client's query ids.
  if (database === 'system') throw notImplemented('The current database system');
  const bodyEncoding = header('content-encoding') || 'identity';
  if (!REQUEST_ENCODINGS.has(bodyEncoding)) throw notImplemented(`Content-Encoding: ${bodyEncoding}`);
  return {
    query: get('query'),
    queryId: get('query_id') || null,
    database,
    defaultFormat: header('x-clickhouse-format') || get('default_format') || 'TabSeparated',
    parameters,
    settings,
    readOnly: request.method === 'GET',
    waitForEnd: !isOff(get('wait_end_of_query')),
    bodyEncoding,
    answerEncoding: isOff(get('enable_http_compression')) ? null : chooseEncoding(header('accept-encoding')),
  };
}

function isOff(value: string): boolean {
  return value === '' || value === '0' || value === 'false';
}

function parameterName(name: string): string {
  const rest = name.slice('param_'.length);
  if (/^\w+$/.test(rest)) return rest;
  throw new ClickHouseError(
    36,
    'BAD_ARGUMENTS',
    'The name of a query parameter may have letters, digits and _ only',
  );
}

/** The first encoding of the client's list that the front has. */
function chooseEncoding(accepted: string): 'gzip' | 'zstd' | null {
  for (const entry of accepted.split(',')) {
    const name = entry.split(';')[0]?.trim();
    if (name === 'gzip' || name === 'zstd') return name;
  }
  return null;
}

/** The engine has no users: whoever asks for one believes in a protection that is not there. */
function requireDefaultUser(query: URLSearchParams, header: (name: string) => string): void {
  const [scheme, credentials = ''] = header('authorization').split(' ');
  if (scheme !== '' && scheme?.toLowerCase() !== 'basic')
    throw notImplemented('Authorization other than Basic');
  const [basicUser = '', basicPassword = ''] = Buffer.from(credentials, 'base64')
    .toString('utf8')
    .split(/:(.*)/s);
  const users = [basicUser, query.get('user'), header('x-clickhouse-user')];
  const passwords = [basicPassword, query.get('password'), header('x-clickhouse-key')];
  const isDefault =
    users.every((user) => !user || user === 'default') && passwords.every((password) => !password);
  if (isDefault) return;
  throw new ClickHouseError(
    516,
    'AUTHENTICATION_FAILED',
    'Authentication failed: the embedded engine has only the user default, without a password',
  );
}
