import { randomUUID } from 'node:crypto';
import { ClickHouseFailure } from '../../../platform/clickhouse/clickhouse-failure.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import type { NativeBlock } from '../../../platform/clickhouse/native-block.ts';
import { OwnershipLost, type PartitionId } from '../ports.ts';

interface PartitionInsert {
  readonly at: PartitionId;
  readonly table: string;
  /** Offsets of the rows, ascending; for lost ranges, their first. */
  readonly offsets: readonly number[];
  readonly stillOwner: () => boolean;
}

export interface Inserter {
  /** Inserts until every offset is in the table. `build` gives the block of those that are not yet. */
  insert(target: PartitionInsert, build: (absent: ReadonlySet<number>) => NativeBlock): Promise<void>;
  insertOnce(table: string, block: NativeBlock): Promise<void>;
  /** Resolves when no statement about the partition runs or waits, whoever sent it. */
  awaitStatements(at: PartitionId): Promise<void>;
}

export interface InserterOptions {
  readonly maxInsertSeconds: number;
  readonly onRetry: (at: PartitionId, error: unknown) => void;
}

const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;
const POLL_MS = 50;

/**
 * Inserts that end only when the rows are there. One insert is one part, so it is stored whole or not at all; but a
 * failure, refused or unanswered, leaves open which. So after each: wait until the statement is over, read the exact
 * set of offsets back, insert what is absent. No tokens: a deduplicating server forgets, and then answers OK.
 */
export function createInserter(clickhouse: ClickHouse, options: InserterOptions): Inserter {
  const send = (table: string, { structure, bytes }: NativeBlock, queryId: string) =>
    clickhouse.insertNative({
      table,
      structure,
      block: bytes,
      queryId,
      maxExecutionSeconds: options.maxInsertSeconds,
    });

  const insert: Inserter['insert'] = async (target, build) => {
    let absent: ReadonlySet<number> = new Set(target.offsets);
    for (
      let backoffMs = FIRST_BACKOFF_MS;
      absent.size > 0;
      backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS)
    ) {
      // Asked in the same tick as the statement is sent: between the two nobody can take the partition.
      if (!target.stillOwner()) throw new OwnershipLost();
      try {
        await send(target.table, build(absent), `${statementPrefix(target.at)}${randomUUID()}`);
        return;
      } catch (error) {
        if (!(error instanceof ClickHouseFailure)) throw error;
        options.onRetry(target.at, error);
      }
      absent = await readAbsentUntilAnswered(target, backoffMs);
    }
  };

  const readAbsentUntilAnswered = async (target: PartitionInsert, firstBackoffMs: number) => {
    for (let backoffMs = firstBackoffMs; ; backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS)) {
      await sleep(backoffMs);
      if (!target.stillOwner()) throw new OwnershipLost();
      try {
        await awaitStatements(target.at);
        return await readAbsent(clickhouse, target);
      } catch (error) {
        if (!(error instanceof ClickHouseFailure)) throw error;
        options.onRetry(target.at, error);
      }
    }
  };

  const awaitStatements: Inserter['awaitStatements'] = async (at) => {
    const deadline = Date.now() + options.maxInsertSeconds * 2_000;
    while (await hasStatements(clickhouse, at)) {
      if (Date.now() > deadline)
        throw new ClickHouseFailure('waiting for a running insert', 'STALLED', false);
      await sleep(POLL_MS);
    }
  };

  return {
    insert,
    insertOnce: (table, block) => send(table, block, `docket-${table}-${randomUUID()}`),
    awaitStatements,
  };
}

/** Every statement about a partition carries it in its id, so that whoever comes next can see it. */
function statementPrefix(at: PartitionId): string {
  return `docket-record/${at.topic}/${at.partition}/`;
}

async function hasStatements(clickhouse: ClickHouse, at: PartitionId): Promise<boolean> {
  const running = await clickhouse.query<object>(
    'SELECT query_id FROM system.processes WHERE startsWith(query_id, {prefix: String})',
    { prefix: statementPrefix(at) },
  );
  return running.length > 0;
}

async function readAbsent(clickhouse: ClickHouse, target: PartitionInsert): Promise<Set<number>> {
  const column = target.table === 'lost' ? 'first_offset' : 'offset';
  const stored = await clickhouse.query<{ at: number }>(
    `SELECT ${column} AS at FROM ${target.table}
     WHERE topic = {topic: String} AND partition = {partition: Int32}
       AND ${column} BETWEEN {first: Int64} AND {last: Int64}`,
    { ...target.at, first: target.offsets[0] ?? 0, last: target.offsets.at(-1) ?? 0 },
  );
  const present = new Set(stored.map((row) => row.at));
  return new Set(target.offsets.filter((offset) => !present.has(offset)));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
