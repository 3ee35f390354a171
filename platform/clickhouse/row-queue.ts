import { randomUUID } from 'node:crypto';
import type { ClickHouse } from './client.ts';
import { encodeNativeBlock } from './native-block.ts';

export interface RowQueueOptions {
  readonly clickhouse: Pick<ClickHouse, 'insertNative'>;
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly maxQueued: number;
  /** Between two inserts, and before one that failed is tried again. */
  readonly everyMs: number;
  readonly failed: () => void;
}

/** Rows on their way into a small table, beside whatever else happens. */
export interface RowQueue {
  /** Takes a row over, one value for each column; false when there is no room. Returns at once. */
  offer(row: readonly unknown[]): boolean;
  /** Sends what waits, once more, and ends. */
  stop(): Promise<void>;
}

const MAX_EXECUTION_SECONDS = 10;

/**
 * A bounded queue before a table whose rows may be stored twice (they have an id of their own). An insert that fails is
 * tried again until it is done; nobody waits for it.
 */
export function createRowQueue(options: RowQueueOptions): RowQueue {
  const waiting: (readonly unknown[])[] = [];
  let sending: Promise<void> | null = null;
  const send = async () => {
    const count = waiting.length;
    if (count === 0) return;
    const rows = waiting.slice(0, count);
    const block = encodeNativeBlock(
      options.columns.map((column, index) => ({ ...column, values: rows.map((row) => row[index]) })),
    );
    try {
      await options.clickhouse.insertNative({
        table: options.table,
        structure: block.structure,
        block: block.bytes,
        queryId: `docket-${options.table}-${randomUUID()}`,
        maxExecutionSeconds: MAX_EXECUTION_SECONDS,
        deadlineMs: null,
      });
      waiting.splice(0, count);
    } catch {
      options.failed();
    }
  };
  const flush = () => {
    sending ??= send().finally(() => {
      sending = null;
    });
    return sending;
  };
  const timer = setInterval(() => void flush(), options.everyMs).unref();
  return {
    offer: (row) => {
      if (waiting.length >= options.maxQueued) return false;
      waiting.push(row);
      return true;
    },
    stop: async () => {
      clearInterval(timer);
      await sending;
      await flush();
    },
  };
}
