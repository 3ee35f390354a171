import type { Slo } from '../../../domain/slo/definition.ts';
import { digestDefinition } from '../slo/digest-definition.ts';
import { COVERAGE } from './coverage-sql.ts';
import type { EnforcementFigure } from './enforcement-sql.ts';
import type { RawTable } from './find-fed-tables.ts';
import { APPEND_MINUTE, appendedInRange, DECIDED_MINUTE, IS_LATE, timeOf } from './minute-sql.ts';

/** How an indicator sorts decisions: those it is about, and which of them are good or cannot be judged. */
interface DecisionIndicator {
  readonly population: string;
  readonly good: string;
  readonly unknown: string;
}

const REAL = "mode = 'ENFORCE' AND probe_id IS NULL";

/** Indicators that a decision settles by itself. */
export const DECISION_INDICATORS: Readonly<Record<'latency' | 'audit', DecisionIndicator>> = {
  latency: { population: REAL, good: 'latency_us <= {thresholdUs:Float64}', unknown: 'false' },
  audit: {
    population: 'true',
    good:
      "request_id != '' AND trace_id IS NOT NULL AND policy_version != '' " +
      "AND (rationale != '' OR notEmpty(`rules.id`))",
    unknown: 'false',
  },
};

interface SloStatement {
  readonly sql: string;
  /** Without recent rows in any of these tables it counts nothing. */
  readonly lately: readonly RawTable[];
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * The statements that write the rows of slo_minutes for a range, and their parameters beside the minute's. Objectives
 * that count alike, as many do that differ in nothing but what they promise, are counted once.
 */
export function rollUpSlos(slos: readonly Slo[]): readonly SloStatement[] {
  const alike = Map.groupBy(slos, ({ indicator, tenant, service }) =>
    JSON.stringify([indicator, tenant, service]),
  );
  return [...alike.values()].flatMap((members) => {
    const [first] = members;
    return first === undefined ? [] : [rollUpAlike(first, members)];
  });
}

function rollUpAlike(slo: Slo, members: readonly Slo[]): SloStatement {
  const scope = {
    slos: members.map(({ name }) => name),
    definitions: members.map(digestDefinition),
    tenant: slo.tenant,
    service: slo.service,
  };
  const lately = ['decisions'] as const;
  switch (slo.indicator.kind) {
    case 'decision-latency': {
      const thresholdUs = slo.indicator.thresholdMs * 1000;
      const sql = decisionStatement(DECISION_INDICATORS.latency);
      return { sql, lately, parameters: { ...scope, thresholdUs } };
    }
    case 'enforcement-success':
      return { sql: enforcementStatement('final'), lately, parameters: scope };
    case 'first-attempt-success':
      return { sql: enforcementStatement('first'), lately, parameters: scope };
    case 'audit-completeness':
      return { sql: decisionStatement(DECISION_INDICATORS.audit), lately, parameters: scope };
    case 'coverage':
      return { sql: insertForEach(COVERAGE), lately: ['tallies'], parameters: scope };
  }
}

/** Conditions on decisions that an SLO is about, or that of one tenant and service. */
export const IN_SCOPE = "({tenant:String} IN ('*', tenant_id)) AND ({service:String} IN ('*', service))";

/** Decisions are settled once, for all versions of all policies: these are the sums of that (roll-up-enforcement.ts). */
function enforcementStatement(figure: EnforcementFigure): string {
  return insertForEach(`
SELECT append_minute, decided_minute, tenant_id, service, late, sum(good) AS n_good, sum(bad) AS n_bad,
  sum(unknown) AS n_unknown
FROM enforcement_minutes FINAL
WHERE append_minute >= ${timeOf('{fromMs:Int64}')} AND append_minute < ${timeOf('{toMs:Int64}')}
  AND figure = '${figure}' AND ${IN_SCOPE}
GROUP BY append_minute, decided_minute, tenant_id, service, late`);
}

/** Inserts what a query counts (minutes, late, tenant_id, service, n_good, n_bad, n_unknown) for every objective. */
function insertForEach(counted: string): string {
  return `
INSERT INTO slo_minutes (append_minute, decided_minute, slo, definition, tenant_id, service, late, good, bad, total,
  unknown)
SELECT append_minute, decided_minute, slo, definition, tenant_id, service, late, n_good, n_bad, n_good + n_bad,
  n_unknown
FROM (${counted}
)
ARRAY JOIN {slos:Array(String)} AS slo, {definitions:Array(String)} AS definition`;
}

function decisionStatement({ population, good, unknown }: DecisionIndicator): string {
  return insertForEach(`
SELECT ${APPEND_MINUTE} AS append_minute, ${DECIDED_MINUTE} AS decided_minute, tenant_id, service, ${IS_LATE} AS late,
  countIf(${good}) AS n_good, countIf(${unknown}) AS n_unknown, count() - n_good - n_unknown AS n_bad
FROM decisions
WHERE ${appendedInRange()} AND ${population}
  AND ${IN_SCOPE}
GROUP BY append_minute, decided_minute, tenant_id, service, late`);
}
