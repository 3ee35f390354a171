import { randomUUID } from 'node:crypto';
import { ClickHouseFailure } from '../../../platform/clickhouse/clickhouse-failure.ts';
import { type ClickHouse, PAST_DEADLINE } from '../../../platform/clickhouse/client.ts';
import type { NativeBlock } from '../../../platform/clickhouse/native-block.ts';
import type { InsertOutcome, PartitionId } from '../ports.ts';

interface LeasedInsert {
  readonly at: PartitionId;
  readonly table: string;
  readonly deadlineMs: number;
}

export interface Inserter {
  /**
   * Sends one insert, once. One insert is one part, so it is stored whole or not at all; which of them, after a failure,
   * is for the protocol to find out. No tokens: a deduplicating server forgets, and then answers OK.
   */
  insert(target: LeasedInsert, block: NativeBlock): Promise<InsertOutcome>;
  /** For what stays true whoever says it and however often: no lease. Throws ClickHouseFailure. */
  insertFacts(table: string, block: NativeBlock): Promise<void>;
  /** Whether a leased insert of the partition runs or waits in the store, whoever sent it. */
  hasStatements(at: PartitionId): Promise<boolean>;
}

export function createInserter(
  clickhouse: ClickHouse,
  options: { readonly maxInsertSeconds: number },
): Inserter {
  const send = (table: string, block: NativeBlock, queryId: string, deadlineMs: number | null) =>
    clickhouse.insertNative({
      table,
      structure: block.structure,
      block: block.bytes,
      queryId,
      maxExecutionSeconds: options.maxInsertSeconds,
      deadlineMs,
    });
  return {
    insert: async ({ at, table, deadlineMs }, block) => {
      try {
        await send(table, block, statementPrefix(at) + randomUUID(), deadlineMs);
        return { kind: 'stored' };
      } catch (error) {
        if (!(error instanceof ClickHouseFailure)) throw error;
        const { code } = error;
        if (!error.answered) return { kind: 'unanswered', code };
        return { kind: 'refused', code, late: code === PAST_DEADLINE };
      }
    },
    insertFacts: (table, block) => send(table, block, `docket-${table}-${randomUUID()}`, null),
    hasStatements: async (at) => {
      const running = await clickhouse.query<object>(
        'SELECT query_id FROM system.processes WHERE startsWith(query_id, {prefix: String})',
        { prefix: statementPrefix(at) },
      );
      return running.length > 0;
    },
  };
}

/** Every statement about a partition carries it in its id, so that whoever comes next can see it. */
function statementPrefix(at: PartitionId): string {
  return `docket-record/${at.topic}/${at.partition}/`;
}
