import { type RetentionClass, tablesOfClass } from '../../domain/retention/retention-classes.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import type { ReadyPrune } from './ports.ts';
import { expiredCondition, HAS_ERASABLE, heldCondition, listedCondition } from './prune-conditions.ts';

/**
 * Answered when it is done on every replica. A replicated table asks for the second one because of the subquery: it
 * gives the same everywhere, as a list never changes.
 */
const DONE = 'SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1';

/**
 * Drops what prunes list, but for what is held: an append day as a whole where nothing else is in it, else rows. A day
 * is closed by then, so that nothing can come into it between looking and dropping. Of prunes of `erasable`, clears
 * what decisions say of people. Resolves when it is done; doing it again is fine.
 */
export async function dropListed(clickhouse: ClickHouse, prunes: readonly ReadyPrune[]): Promise<void> {
  const byTable = new Map<string, ReadyPrune[]>();
  for (const ready of prunes) {
    if (ready.prune.retentionClass === 'erasable') await clearErasable(clickhouse, ready);
    else
      for (const table of tablesOf(ready.prune.retentionClass))
        byTable.set(table, [...(byTable.get(table) ?? []), ready]);
  }
  for (const [table, ofTable] of byTable) await dropFrom(clickhouse, table, ofTable);
}

function tablesOf(retentionClass: RetentionClass): readonly string[] {
  return tablesOfClass(retentionClass);
}

async function dropFrom(clickhouse: ClickHouse, table: string, prunes: readonly ReadyPrune[]): Promise<void> {
  const parameters = {
    statements: prunes.map(({ prune }) => prune.statementId),
    held: prunes.flatMap(({ heldTokens }) => toHex(heldTokens)),
  };
  const days = await clickhouse.query<{ day: number }>(
    `SELECT DISTINCT toYYYYMMDD(append_day) AS day FROM pruned_leaves
     WHERE statement_id IN {statements: Array(UUID)} ORDER BY day`,
    { statements: parameters.statements },
  );
  for (const { day } of days) {
    const gone = `${listedCondition(day)} AND NOT ${heldCondition(table)}`;
    const [counts] = await clickhouse.query<{ rows: number; gone: number }>(
      `SELECT count() AS rows, countIf(${gone}) AS gone FROM ${table} WHERE toYYYYMMDD(append_time) = ${day}`,
      parameters,
    );
    if (counts === undefined || counts.gone === 0) continue;
    if (counts.gone === counts.rows) await clickhouse.command(`ALTER TABLE ${table} DROP PARTITION ${day}`);
    else
      await clickhouse.command(
        `ALTER TABLE ${table} DELETE IN PARTITION ${day} WHERE ${gone} ${DONE}`,
        parameters,
      );
  }
}

async function clearErasable(clickhouse: ClickHouse, { prune, heldTokens }: ReadyPrune): Promise<void> {
  const parameters = {
    tenant: prune.tenantId,
    cutoff: `${prune.cutoff} 00:00:00`,
    held: toHex(heldTokens),
  };
  const where = `${expiredCondition('decisions')} AND ${HAS_ERASABLE} AND NOT ${heldCondition('decisions')}`;
  const days = await clickhouse.query<{ day: number }>(
    `SELECT DISTINCT toYYYYMMDD(append_time) AS day FROM decisions WHERE ${where} ORDER BY day`,
    parameters,
  );
  for (const { day } of days)
    await clickhouse.command(
      `ALTER TABLE decisions UPDATE erasable_box = NULL, subject_tokens = [], principal_token = NULL
       IN PARTITION ${day} WHERE ${where} ${DONE}`,
      parameters,
    );
}

function toHex(tokens: readonly Uint8Array[]): string[] {
  return tokens.map((token) => Buffer.from(token).toString('hex'));
}
