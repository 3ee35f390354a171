import type { Slo } from '../../../domain/slo/definition.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import type { Rollups } from '../ports.ts';
import { COUNT_CHANGE_PAIRS } from './count-change-pairs.ts';
import { COUNT_CONFLICTS } from './count-conflicts.ts';
import { COUNT_DECISIONS } from './count-decisions.ts';
import { COUNT_RECORDS } from './count-records.ts';
import { COUNT_VERSION_SKEW } from './count-version-skew.ts';
import { minuteParameters } from './minute-sql.ts';
import { ROLL_UP_DECISIONS } from './roll-up-decisions.ts';
import { ROLL_UP_ENFORCEMENT } from './roll-up-enforcement.ts';
import { ROLL_UP_PATHS } from './roll-up-paths.ts';
import { ROLL_UP_REVIEW_QUEUE } from './roll-up-review-queue.ts';
import { ROLL_UP_REVIEWS } from './roll-up-reviews.ts';
import { ROLL_UP_SEQUENCES, ROLL_UP_SERVICES } from './roll-up-sequences.ts';
import { rollUpSlos } from './roll-up-slo.ts';

const STATEMENTS: readonly string[] = [
  ROLL_UP_DECISIONS,
  ROLL_UP_PATHS,
  ...ROLL_UP_ENFORCEMENT,
  ROLL_UP_SERVICES,
  ROLL_UP_SEQUENCES,
  ...ROLL_UP_REVIEWS,
  ROLL_UP_REVIEW_QUEUE,
  COUNT_DECISIONS,
  COUNT_RECORDS,
  COUNT_VERSION_SKEW,
  COUNT_CONFLICTS,
  COUNT_CHANGE_PAIRS,
];

/** Rolls minutes up by INSERT … SELECT: raw records never leave the store. Objectives read some of the sums before them. */
export function createRollups(clickhouse: ClickHouse, slos: readonly Slo[], bucketMs: number): Rollups {
  const ofSlos = rollUpSlos(slos);
  return {
    rollUp: async (range) => {
      const parameters = minuteParameters(range, bucketMs);
      for (const sql of STATEMENTS) await clickhouse.command(sql, parameters);
      for (const { sql, parameters: own } of ofSlos) {
        await clickhouse.command(sql, { ...parameters, ...own });
      }
    },
  };
}
