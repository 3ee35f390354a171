import { ClickHouseFailure } from '../../../platform/clickhouse/clickhouse-failure.ts';
import type { ClickHouse, QueryParameters } from '../../../platform/clickhouse/client.ts';
import { StoreFailure } from '../ports.ts';

/** The parts of a SELECT from one table. Values come in as `{name: Type}` parameters only. */
export interface TenantSelect {
  readonly columns: string;
  /** A table with a tenant_id column; `FINAL` may follow. */
  readonly from: string;
  readonly where?: string;
  /** GROUP BY, ORDER BY, LIMIT. */
  readonly tail?: string;
}

const MAX_QUERY_SECONDS = 10;
const MAX_RESULT_ROWS = 2000;
/** Nothing can be written by such a statement, and neither time nor answer is without bound. */
const BOUNDS = `SETTINGS readonly = 1, max_execution_time = ${MAX_QUERY_SECONDS}, max_result_rows = ${MAX_RESULT_ROWS}, result_overflow_mode = 'throw'`;

/** TIMEOUT_EXCEEDED, TOO_MANY_ROWS, TOO_MANY_BYTES, MEMORY_LIMIT_EXCEEDED, TOO_MANY_ROWS_OR_BYTES. */
const TOO_LARGE = new Set(['159', '158', '307', '241', '396']);

/**
 * The one place where the tenant is put into a statement: every SELECT of the auditor, nested ones too, is built
 * here. (Figures of the installation itself, such as the watermark, have no tenant and go
 * through `installationRows`.)
 */
export function tenantSelect(parts: TenantSelect): string {
  const where = parts.where === undefined ? '' : ` AND (${parts.where})`;
  return `SELECT ${parts.columns} FROM ${parts.from} WHERE tenant_id = {tenant:String}${where} ${parts.tail ?? ''}`;
}

export interface BoundedReader {
  /** Runs a statement made by `tenantSelect` for one tenant. */
  rows<Row>(name: string, tenantId: string, statement: string, parameters?: QueryParameters): Promise<Row[]>;
  /** Runs a statement on tables that hold no tenant's data. */
  installationRows<Row>(name: string, statement: string, parameters?: QueryParameters): Promise<Row[]>;
}

/**
 * Runs statements read-only and within bounds. Throws StoreFailure: `too_large` when a bound was hit, else
 * `unavailable`. `observe` is told how long each took, by its name (a code).
 */
export function createBoundedReader(
  clickhouse: Pick<ClickHouse, 'query'>,
  observe: (name: string, seconds: number) => void,
): BoundedReader {
  const run = async <Row>(name: string, statement: string, parameters: QueryParameters): Promise<Row[]> => {
    const startedMs = performance.now();
    try {
      return await clickhouse.query<Row>(`${statement} ${BOUNDS}`, parameters);
    } catch (error) {
      const tooLarge = error instanceof ClickHouseFailure && TOO_LARGE.has(error.code);
      throw new StoreFailure(tooLarge ? 'too_large' : 'unavailable');
    } finally {
      observe(name, (performance.now() - startedMs) / 1000);
    }
  };
  return {
    rows: (name, tenantId, statement, parameters = {}) =>
      run(name, statement, { ...parameters, tenant: tenantId }),
    installationRows: (name, statement, parameters = {}) => run(name, statement, parameters),
  };
}
