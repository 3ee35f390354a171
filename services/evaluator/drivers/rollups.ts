import type { Slo } from '../../../domain/slo/definition.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import type { Rollups } from '../ports.ts';
import { COUNT_CHANGE_PAIRS } from './count-change-pairs.ts';
import { COUNT_CONFLICTS } from './count-conflicts.ts';
import { COUNT_DECISIONS } from './count-decisions.ts';
import { COUNT_RECORDS } from './count-records.ts';
import { insertCounts } from './count-sql.ts';
import { COUNT_VERSION_SKEW } from './count-version-skew.ts';
import { type Fed, findFedTables, type RawTable } from './find-fed-tables.ts';
import { type MinuteParameters, minuteParameters } from './minute-sql.ts';
import { ROLL_UP_DECISIONS } from './roll-up-decisions.ts';
import { ROLL_UP_ENFORCEMENT } from './roll-up-enforcement.ts';
import { ROLL_UP_PATHS } from './roll-up-paths.ts';
import { ROLL_UP_REVIEW_QUEUE } from './roll-up-review-queue.ts';
import { PAIR_NEW_DECISIONS, PAIR_NEW_LABELS } from './roll-up-reviews.ts';
import { ROLL_UP_SEQUENCES, ROLL_UP_SERVICES } from './roll-up-sequences.ts';
import { rollUpSlos } from './roll-up-slo.ts';

/** A statement has rows only if one of these tables got some lately, and the other one, if it names one, ever did. */
interface Feeding {
  readonly lately: readonly RawTable[];
  readonly ever?: RawTable;
}

type Fedable = Feeding & { readonly sql: string };

const STATEMENTS: readonly Fedable[] = [
  { sql: ROLL_UP_DECISIONS, lately: ['decisions'] },
  { sql: ROLL_UP_PATHS, lately: ['decisions'] },
  { sql: ROLL_UP_ENFORCEMENT, lately: ['decisions'] },
  { sql: ROLL_UP_SERVICES, lately: ['decisions', 'tallies'] },
  { sql: ROLL_UP_SEQUENCES, lately: ['decisions', 'duplicates', 'quarantine', 'tallies'] },
  { sql: PAIR_NEW_LABELS, lately: ['labels'] },
  { sql: PAIR_NEW_DECISIONS, lately: ['decisions'], ever: 'labels' },
  { sql: ROLL_UP_REVIEW_QUEUE, lately: ['decisions', 'labels'] },
];

const COUNTS: readonly Fedable[] = [
  ...COUNT_DECISIONS.map((sql): Fedable => ({ sql, lately: ['decisions'] })),
  ...Object.entries(COUNT_RECORDS).map(([table, sql]) => ({
    sql,
    lately: [table as keyof typeof COUNT_RECORDS],
  })),
  { sql: COUNT_VERSION_SKEW, lately: ['decisions'], ever: 'policy_changes' },
  { sql: COUNT_CONFLICTS, lately: ['decisions'] },
  ...COUNT_CHANGE_PAIRS.map((sql): Fedable => ({ sql, lately: ['policy_changes'] })),
];

/**
 * Rolls minutes up by INSERT … SELECT: raw records never leave the store. Objectives read some of the sums before them.
 * What could only count nothing is not asked: a statement costs its analysis also where it finds no row.
 */
export function createRollups(clickhouse: ClickHouse, slos: readonly Slo[], bucketMs: number): Rollups {
  const ofSlos = rollUpSlos(slos);
  return {
    rollUp: async (range) => {
      const parameters: MinuteParameters = minuteParameters(range, bucketMs);
      const fed = await findFedTables(clickhouse, parameters);
      for (const { sql } of STATEMENTS.filter((one) => isFed(one, fed)))
        await clickhouse.command(sql, parameters);
      const counts = COUNTS.filter((one) => isFed(one, fed)).map(({ sql }) => sql);
      if (counts.length > 0) await clickhouse.command(insertCounts(...counts), parameters);
      for (const { sql, parameters: own, lately } of ofSlos) {
        if (isFed({ lately }, fed)) await clickhouse.command(sql, { ...parameters, ...own });
      }
    },
  };
}

function isFed({ lately, ever }: Feeding, fed: Fed): boolean {
  return lately.some((table) => fed.lately.has(table)) && (ever === undefined || fed.ever.has(ever));
}
