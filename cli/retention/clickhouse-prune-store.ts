import { INPUTS } from '../../domain/contract/inputs.ts';
import { DUPLICATE_WINDOW_OFFSETS } from '../../domain/recording/seen-events.ts';
import {
  type RetentionClass,
  tablesOfClass,
  UNKNOWN_TENANT,
} from '../../domain/retention/retention-classes.ts';
import { createLeavesDigest } from '../../domain/statements/digest-leaves.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';
import { dropListed } from './drop-listed.ts';
import type { Expired, Prune, PruneStep, PruneStore, PruneSummary } from './ports.ts';
import {
  expiredCondition,
  HAS_ERASABLE,
  heldCondition,
  type PartitionProgress,
  settledCondition,
} from './prune-conditions.ts';

const STEPS: readonly PruneStep[] = ['PLANNED', 'LISTED', 'DONE'];
const LEAVES_PER_READ = 100_000;
const TABLES = [...INPUTS.map(({ table }) => table), 'duplicates', 'quarantine'];

export interface PruneStoreOptions {
  /** How far back from its progress the recorder reads identities and replays. */
  readonly windowOffsets?: number;
}

interface RangeRow {
  readonly topic: string;
  readonly partition: number;
  readonly first_offset: number;
  readonly last_offset: number;
  readonly rows: number;
}

/** The records, the leaves of what is gone, and the prunes begun, in ClickHouse. Failures throw ClickHouseFailure. */
export function createPruneStore(
  clickhouse: ClickHouse,
  { windowOffsets = DUPLICATE_WINDOW_OFFSETS }: PruneStoreOptions = {},
): PruneStore {
  const settled = async (table: string) =>
    settledCondition(table, await readProgress(clickhouse), windowOffsets);
  return {
    readClock: async () => {
      const [row] = await clickhouse.query<{ ms: number }>('SELECT toUnixTimestamp64Milli(now64(3)) AS ms');
      if (row === undefined) throw new Error('the store did not tell the time');
      return row.ms;
    },
    readRolledUpUntil: async () => {
      const [row] = await clickhouse.query<{ ms: number }>(
        'SELECT toUnixTimestamp64Milli(watermark) AS ms FROM closed_minutes ORDER BY append_minute DESC LIMIT 1',
      );
      return row?.ms ?? null;
    },
    readTenants: async () => {
      const tenants = TABLES.map(
        (table) => `SELECT DISTINCT ifNull(toString(tenant_id), '${UNKNOWN_TENANT}') AS tenant FROM ${table}`,
      );
      const rows = await clickhouse.query<{ tenant: string }>(
        `SELECT DISTINCT tenant FROM (${tenants.join(' UNION ALL ')})`,
      );
      return rows.map((row) => row.tenant);
    },
    readUnfinished: async () => {
      const rows = await clickhouse.query<
        Omit<Prune, 'retentionClass'> & { class: RetentionClass; step: number }
      >(
        `SELECT toString(statement_id) AS statementId, tenant_id AS tenantId, class, toString(cutoff) AS cutoff, step
         FROM prunes FINAL WHERE step < ${STEPS.indexOf('DONE') + 1} ORDER BY at`,
      );
      return rows.map(({ class: retentionClass, step, ...prune }) => ({
        ...prune,
        retentionClass,
        step: STEPS[step - 1] ?? 'PLANNED',
      }));
    },
    savePrune: ({ statementId, tenantId, retentionClass, cutoff }, step) =>
      clickhouse.insertRows('prunes', [
        {
          ...{ statement_id: statementId, tenant_id: tenantId, class: retentionClass, cutoff },
          step: STEPS.indexOf(step) + 1,
        },
      ]),
    countExpired: async (prune, heldTokens) => {
      const parts = await Promise.all(
        tablesOfClass(prune.retentionClass).map(async (table) => {
          const settledRows = prune.retentionClass === 'erasable' ? HAS_ERASABLE : await settled(table);
          const isAbout = prune.retentionClass === 'erasable' ? HAS_ERASABLE : '1';
          const [row] = await clickhouse.query<Expired>(
            `SELECT countIf(${settledRows} AND NOT ${heldCondition(table)}) AS rows,
               countIf(${heldCondition(table)}) AS held,
               countIf(NOT ${settledRows} AND NOT ${heldCondition(table)}) AS inWindow
             FROM ${table} WHERE ${expiredCondition(table)} AND ${isAbout}`,
            parametersOf(prune, heldTokens),
          );
          return row ?? { rows: 0, held: 0, inWindow: 0 };
        }),
      );
      return parts.reduce((sum, part) => ({
        rows: sum.rows + part.rows,
        held: sum.held + part.held,
        inWindow: sum.inWindow + part.inWindow,
      }));
    },
    listLeaves: async (prune, heldTokens) => {
      if (prune.retentionClass === 'erasable') return;
      for (const table of tablesOfClass(prune.retentionClass))
        await clickhouse.command(
          `INSERT INTO pruned_leaves (topic, partition, offset, statement_id, append_day, leaf_hash)
           SELECT topic, partition, offset, {statement: UUID}, toDate(append_time), leaf_hash FROM ${table}
           WHERE ${expiredCondition(table)} AND ${await settled(table)} AND NOT ${heldCondition(table)}`,
          { ...parametersOf(prune, heldTokens), statement: prune.statementId },
        );
    },
    summarise: (prune, heldTokens) =>
      prune.retentionClass === 'erasable'
        ? summariseErasable(clickhouse, prune, heldTokens)
        : summariseLeaves(clickhouse, prune),
    hasStatement: async ({ statementId, tenantId }) => {
      const [row] = await clickhouse.query<{ n: number }>(
        `SELECT count() AS n FROM statements
         WHERE kind = 'PRUNE' AND tenant_id = {tenant: String} AND statement_id = {statement: UUID}`,
        { tenant: tenantId, statement: statementId },
      );
      return (row?.n ?? 0) > 0;
    },
    drop: (prunes) => dropListed(clickhouse, prunes),
  };
}

function parametersOf(
  { tenantId, cutoff }: Pick<Prune, 'tenantId' | 'cutoff'>,
  heldTokens: readonly Uint8Array[],
) {
  return {
    tenant: tenantId,
    cutoff: `${cutoff} 00:00:00`,
    held: heldTokens.map((token) => Buffer.from(token).toString('hex')),
  };
}

function readProgress(clickhouse: ClickHouse): Promise<PartitionProgress[]> {
  return clickhouse.query<PartitionProgress>(
    'SELECT topic, partition, max(next_offset) AS nextOffset FROM progress GROUP BY topic, partition ORDER BY ALL',
  );
}

const RANGES = 'topic, partition, min(offset) AS first_offset, max(offset) AS last_offset, count() AS rows';

function summaryOf(rows: readonly RangeRow[], leavesDigest: string | null): PruneSummary {
  return {
    ranges: rows.map(({ rows: _, ...range }) => range),
    rows: rows.reduce((sum, row) => sum + row.rows, 0),
    leavesDigest,
  };
}

async function summariseErasable(clickhouse: ClickHouse, prune: Prune, heldTokens: readonly Uint8Array[]) {
  const rows = await clickhouse.query<RangeRow>(
    `SELECT ${RANGES} FROM decisions
     WHERE ${expiredCondition('decisions')} AND ${HAS_ERASABLE} AND NOT ${heldCondition('decisions')}
     GROUP BY topic, partition ORDER BY topic, partition`,
    parametersOf(prune, heldTokens),
  );
  return summaryOf(rows, null);
}

async function summariseLeaves(clickhouse: ClickHouse, { statementId }: Prune): Promise<PruneSummary> {
  const rows = await clickhouse.query<RangeRow>(
    `SELECT ${RANGES} FROM pruned_leaves FINAL WHERE statement_id = {statement: UUID}
     GROUP BY topic, partition ORDER BY topic, partition`,
    { statement: statementId },
  );
  const digest = createLeavesDigest();
  for (const { topic, partition, last_offset } of rows) {
    let after = -1;
    while (after < last_offset) {
      const leaves = await clickhouse.query<{ offset: number; leaf: string }>(
        `SELECT offset, hex(leaf_hash) AS leaf FROM pruned_leaves FINAL
         WHERE topic = {topic: String} AND partition = {partition: Int32} AND offset > {after: Int64}
           AND statement_id = {statement: UUID}
         ORDER BY offset LIMIT ${LEAVES_PER_READ}`,
        { topic, partition, after, statement: statementId },
      );
      for (const { offset, leaf } of leaves)
        digest.add({ topic, partition, offset, leaf: Buffer.from(leaf, 'hex') });
      after = leaves.at(-1)?.offset ?? last_offset;
    }
  }
  return summaryOf(rows, digest.hex());
}
