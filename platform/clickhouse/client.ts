import { Readable } from 'node:stream';
import { createClient } from '@clickhouse/client';
import { toClickHouseFailure } from './clickhouse-failure.ts';

export interface ClickHouseOptions {
  /** Such as `http://127.0.0.1:8123`. */
  readonly url: string;
  readonly database?: string;
  readonly username?: string;
  readonly password?: string;
  /** Longest wait for an answer. */
  readonly requestTimeoutMs?: number;
  /** How many statements may be under way at once; others wait for one of them to end. */
  readonly maxConnections?: number;
}

export type QueryParameters = Readonly<Record<string, unknown>>;

interface NativeInsert {
  readonly table: string;
  /** `name Type` for each column, as ClickHouse spells them, in the order of the block. */
  readonly structure: readonly { readonly name: string; readonly type: string }[];
  /** One block in the Native format. */
  readonly block: Buffer;
  readonly queryId: string;
  readonly maxExecutionSeconds: number;
  /** Milliseconds since 1970 on the server's clock, after which nothing is inserted (395). null for no such limit. */
  readonly deadlineMs: number | null;
}

/** Docket's way to ClickHouse. Every method throws ClickHouseFailure, which carries a code and never a value. */
export interface ClickHouse {
  /** Rows of a SELECT, as JSON objects; 64-bit integers are numbers. `{name: Type}` in the text takes parameters. */
  query<Row>(sql: string, parameters?: QueryParameters): Promise<Row[]>;
  /** A statement without rows. */
  command(sql: string, parameters?: QueryParameters): Promise<void>;
  /** Inserts one block as one part, all or nothing. */
  insertNative(insert: NativeInsert): Promise<void>;
  /** Inserts rows as JSON. For small results, not for records. */
  insertRows(table: string, rows: readonly object[]): Promise<void>;
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

/** The code that answers an insert past its deadline: FUNCTION_THROW_IF_VALUE_IS_NON_ZERO. */
export const PAST_DEADLINE = '395';

/** The most rows and bytes that ClickHouse keeps in one block; above it an insert would become several parts. */
const ONE_BLOCK =
  'max_insert_block_size = 1048576, min_insert_block_size_rows = 1048576, min_insert_block_size_bytes = 268435456, max_block_size = 1048576, max_insert_threads = 1, async_insert = 0';

/** Connects lazily; nothing is sent before the first call. */
export function createClickHouse(options: ClickHouseOptions): ClickHouse {
  const client = createClient({
    url: options.url,
    database: options.database ?? 'default',
    username: options.username ?? 'default',
    password: options.password ?? '',
    request_timeout: options.requestTimeoutMs ?? 30_000,
    max_open_connections: options.maxConnections ?? 10,
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
    log: { level: 127 },
  });
  return {
    query: async <Row>(query: string, parameters: QueryParameters = {}) => {
      try {
        const result = await client.query({ query, query_params: { ...parameters }, format: 'JSONEachRow' });
        return await result.json<Row>();
      } catch (error) {
        throw toClickHouseFailure('a query', error);
      }
    },
    command: async (query, parameters = {}) => {
      try {
        await client.command({ query, query_params: { ...parameters } });
      } catch (error) {
        throw toClickHouseFailure('a command', error);
      }
    },
    insertNative: async (insert) => {
      try {
        const { stream } = await client.exec({
          query: nativeInsertStatement(insert),
          query_id: insert.queryId,
          values: Readable.from([insert.block], { objectMode: false }),
        });
        for await (const _ of stream);
      } catch (error) {
        throw toClickHouseFailure(`an insert into ${insert.table}`, error);
      }
    },
    insertRows: async (table, rows) => {
      try {
        await client.insert({ table, values: rows, format: 'JSONEachRow' });
      } catch (error) {
        throw toClickHouseFailure(`an insert into ${table}`, error);
      }
    },
    ping: async () => (await client.ping()).success,
    close: () => client.close(),
  };
}

/**
 * The deadline is compared when the block has arrived and is about to be written: `now64()` would be the time of the
 * statement's analysis, before its rows were even received, and let through what then stalls.
 */
function nativeInsertStatement(insert: NativeInsert): string {
  const names = insert.structure.map((column) => `\`${column.name}\``).join(', ');
  const structure = insert.structure.map((column) => `\`${column.name}\` ${column.type}`).join(', ');
  const deadline =
    insert.deadlineMs === null
      ? ''
      : `WHERE throwIf(nowInBlock64(3) > fromUnixTimestamp64Milli(${Math.floor(insert.deadlineMs)})) = 0 `;
  return (
    `INSERT INTO ${insert.table} (${names}) SELECT ${names} FROM input('${structure.replaceAll("'", "\\'")}') ` +
    deadline +
    `SETTINGS ${ONE_BLOCK}, max_execution_time = ${insert.maxExecutionSeconds} FORMAT Native`
  );
}
