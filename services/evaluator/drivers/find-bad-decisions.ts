import type { MinuteRange } from '../../../domain/rollup/append-minutes.ts';
import { type Exclusion, isExcluded } from '../../../domain/slo/adjustments.ts';
import type { Slo } from '../../../domain/slo/definition.ts';
import type { ClickHouse } from '../../../platform/clickhouse/client.ts';
import { settledDecisions } from './enforcement-sql.ts';
import { appendedInRange, IS_LATE, minuteMsOf, minuteParameters, msOf } from './minute-sql.ts';
import { DECISION_INDICATORS, IN_SCOPE } from './roll-up-slo.ts';

/** A decision that is bad for an objective. Ids and codes only: whoever wants to read it asks the auditor. */
export interface BadDecision {
  readonly decisionId: string;
  readonly enforcerId: string;
  readonly decidedMs: number;
  readonly policy: string;
  readonly version: string;
  readonly outcome: string;
}

interface Scope {
  readonly tenant: string;
  readonly service: string;
  readonly range: MinuteRange;
  readonly bucketMs: number;
  readonly exclusions: readonly Exclusion[];
}

const COLUMNS = `toString(decision_id) AS decisionId, toString(enforcer_id) AS enforcerId, ${msOf('decided_at')} AS
  decidedMs, toString(policy_id) AS policy, toString(policy_version) AS version, toString(outcome) AS outcome`;

/**
 * The newest `limit` decisions that count as bad in a range of closed minutes, late ones left out, as alert windows do;
 * null where the indicator is not about decisions that were made. Read from the records by the roll-ups' own conditions.
 */
export async function findBadDecisions(
  clickhouse: ClickHouse,
  slo: Slo,
  scope: Scope,
  limit: number,
): Promise<readonly BadDecision[] | null> {
  const found = statementOf(slo);
  if (found === null) return null;
  const { tenant, service } = scope;
  const series = { slo: slo.name, tenant, service };
  const excluded = scope.exclusions.filter((one) => isExcluded([one], series, one.fromMs, 'windows'));
  return clickhouse.query<BadDecision>(
    `SELECT * FROM (${found.sql}) WHERE NOT ${EXCLUDED} ORDER BY decidedMs DESC, decisionId LIMIT {limit:UInt32}`,
    {
      ...minuteParameters(scope.range, scope.bucketMs),
      ...{ tenant, service, limit, ...found.parameters },
      excludedFrom: excluded.map(({ fromMs }) => fromMs),
      excludedUntil: excluded.map(({ untilMs }) => untilMs),
    },
  );
}

const EXCLUDED =
  `arrayExists((f, u) -> ${minuteMsOf('decidedMs')} >= f AND ${minuteMsOf('decidedMs')} < u, ` +
  '{excludedFrom:Array(Int64)}, {excludedUntil:Array(Int64)})';

function statementOf({ indicator }: Slo): { readonly sql: string; readonly parameters: object } | null {
  switch (indicator.kind) {
    case 'decision-latency':
      return badOf(DECISION_INDICATORS.latency, { thresholdUs: indicator.thresholdMs * 1000 });
    case 'audit-completeness':
      return badOf(DECISION_INDICATORS.audit, {});
    case 'enforcement-success':
      return { sql: unsettled('final'), parameters: {} };
    case 'first-attempt-success':
      return { sql: unsettled('first'), parameters: {} };
    case 'coverage':
      return null;
  }
}

function badOf(
  { population, good, unknown }: (typeof DECISION_INDICATORS)['audit'],
  parameters: Readonly<Record<string, unknown>>,
) {
  const sql = `
SELECT ${COLUMNS}
FROM decisions
WHERE ${appendedInRange()} AND ${population} AND ${IN_SCOPE} AND NOT (${IS_LATE}) AND NOT (${good})
  AND NOT (${unknown})`;
  return { sql, parameters };
}

function unsettled(figure: 'final' | 'first'): string {
  const by = ['decision_id', 'enforcer_id', 'decided_at', 'policy_id', 'policy_version', 'outcome'];
  return `
SELECT ${COLUMNS}
FROM (${settledDecisions({ figure, scope: IN_SCOPE, by })})
WHERE n_bad > 0 AND NOT late`;
}
