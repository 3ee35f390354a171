import type { Slo } from '../../../domain/slo/definition.ts';
import { digestDefinition } from '../slo/digest-definition.ts';
import { ROLL_UP_COVERAGE } from './coverage-sql.ts';
import { type EnforcementFigure, settledDecisions } from './enforcement-sql.ts';
import { APPEND_MINUTE, appendedInRange, DECIDED_MINUTE, IS_LATE } from './minute-sql.ts';

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

export interface SloStatement {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The statement that writes an SLO's rows of slo_minutes for a range, and its parameters beside the minute's. */
export function rollUpSlo(slo: Slo): SloStatement {
  const scope = {
    slo: slo.name,
    definition: digestDefinition(slo),
    tenant: slo.tenant,
    service: slo.service,
  };
  switch (slo.indicator.kind) {
    case 'decision-latency': {
      const thresholdUs = slo.indicator.thresholdMs * 1000;
      return { sql: decisionStatement(DECISION_INDICATORS.latency), parameters: { ...scope, thresholdUs } };
    }
    case 'enforcement-success':
      return { sql: enforcementStatement('final'), parameters: scope };
    case 'first-attempt-success':
      return { sql: enforcementStatement('first'), parameters: scope };
    case 'audit-completeness':
      return { sql: decisionStatement(DECISION_INDICATORS.audit), parameters: scope };
    case 'coverage':
      return { sql: ROLL_UP_COVERAGE, parameters: scope };
  }
}

/** Conditions on decisions that an SLO is about, or that of one tenant and service. */
export const IN_SCOPE = "({tenant:String} IN ('*', tenant_id)) AND ({service:String} IN ('*', service))";

function enforcementStatement(figure: EnforcementFigure): string {
  return `
INSERT INTO slo_minutes (append_minute, decided_minute, slo, definition, tenant_id, service, late, good, bad, total,
  unknown)
SELECT append_minute, decided_minute, {slo:String}, {definition:String}, tenant_id, service, late, n_good, n_bad,
  n_good + n_bad, n_unknown
FROM (${settledDecisions({ figure, scope: IN_SCOPE, by: ['tenant_id', 'service'] })})`;
}

function decisionStatement({ population, good, unknown }: DecisionIndicator): string {
  return `
INSERT INTO slo_minutes (append_minute, decided_minute, slo, definition, tenant_id, service, late, good, bad, total,
  unknown)
SELECT ${APPEND_MINUTE} AS append_minute, ${DECIDED_MINUTE} AS decided_minute, {slo:String}, {definition:String},
  tenant_id, service, ${IS_LATE} AS late, countIf(${good}) AS n_good, n_total - n_good, count() - n_unknown AS n_total,
  countIf(${unknown}) AS n_unknown
FROM decisions
WHERE ${appendedInRange()} AND ${population}
  AND ${IN_SCOPE}
GROUP BY append_minute, decided_minute, tenant_id, service, late`;
}
