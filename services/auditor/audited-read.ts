import { randomBytes, randomUUID } from 'node:crypto';
import type { FilterProblem } from '../../domain/audit/search-filters.ts';
import type { Access } from '../../domain/contract/events.ts';
import { toKeyValues } from '../../domain/contract/key-values.ts';
import { parseUuid } from '../../domain/contract/uuid.ts';
import { isPermitted, type ReadAction } from './permissions.ts';
import {
  type AccessLog,
  type AuditorReport,
  type Reader,
  type Refusal,
  StoreFailure,
  VaultRefusal,
} from './ports.ts';

/** A read as it was asked for. */
interface ReadRequest {
  readonly reader: Reader;
  readonly action: ReadAction;
  /** What is searched for, as it is kept in the access log. */
  readonly filters: Readonly<Record<string, string>>;
  /** The tenant that is asked about; the reader's own if none is named. */
  readonly tenant: string;
  readonly problems: readonly FilterProblem[];
}

/** What is handed over, and how many records of it. */
export interface Loaded<Body> {
  readonly rows: number;
  readonly body: Body;
}

export type ReadResult<Body> =
  | { readonly ok: true; readonly body: Body }
  | { readonly ok: false; readonly refusal: Refusal; readonly problems?: readonly FilterProblem[] };

/** How a read is done: nobody gets an answer that the access log does not know of. */
export type AuditedRead = <Body>(
  request: ReadRequest,
  load: () => Promise<Loaded<Body>>,
) => Promise<ReadResult<Body>>;

export interface AuditedReadOptions {
  readonly accessLog: AccessLog;
  readonly report: AuditorReport;
  readonly nowMs: () => number;
  /** Reads at the same time; one more is refused rather than queued. */
  readonly maxReads: number;
  /** Longest wait for the access log. */
  readonly recordTimeoutMs: number;
}

/**
 * The one way to the records. Order of its steps: permission, the parameters, the tenant, load, **record the access,
 * then answer**. A refusal for want of permission is recorded too. If the access cannot be recorded there is no
 * answer. Problems in parameters are not recorded: nothing was read.
 */
export function createAuditedRead(options: AuditedReadOptions): AuditedRead {
  let running = 0;
  const refuse = (refusal: Refusal, problems: readonly FilterProblem[] = []): ReadResult<never> => {
    options.report.refused(refusal);
    return { ok: false, refusal, problems };
  };
  const perform: AuditedRead = async (request, load) => {
    const { reader, action } = request;
    if (!isPermitted(reader.role, action)) return recordRefusal(request, 'role_forbidden');
    if (request.problems.length > 0) return refuse('bad_parameters', request.problems);
    if (request.tenant !== reader.tenantId) return recordRefusal(request, 'tenant_forbidden');
    const loaded = await load();
    const recorded = await recordAccess(options, toAccess(request, true, loaded.rows, options.nowMs()));
    return recorded ? { ok: true, body: loaded.body } : refuse('not_recorded');
  };
  const recordRefusal = async (request: ReadRequest, refusal: Refusal): Promise<ReadResult<never>> => {
    const recorded = await recordAccess(options, toAccess(request, false, 0, options.nowMs()));
    return refuse(recorded ? refusal : 'not_recorded');
  };
  return async (request, load) => {
    if (running >= options.maxReads) return refuse('too_busy');
    running += 1;
    try {
      return await perform(request, load);
    } catch (error) {
      if (error instanceof StoreFailure) options.report.refused('store_failed');
      if (error instanceof VaultRefusal) options.report.refused('vault_failed');
      throw error;
    } finally {
      running -= 1;
    }
  };
}

async function recordAccess(options: AuditedReadOptions, access: Access): Promise<boolean> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error('the access log did not answer in time')),
    options.recordTimeoutMs,
  );
  try {
    await Promise.race([options.accessLog.record(access), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
  options.report.recorded(access.action, access.granted);
  return true;
}

function toAccess(request: ReadRequest, granted: boolean, rows: number, nowMs: number): Access {
  return {
    access_id: parseUuid(randomUUID()) ?? randomBytes(16),
    tenant_id: request.reader.tenantId,
    actor: request.reader.subject,
    role: request.reader.role,
    action: request.action,
    granted,
    filters: toKeyValues(request.filters),
    rows,
    read_at: nowMs * 1000,
    salt: randomBytes(16),
  };
}
