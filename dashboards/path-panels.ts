import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { toDecision, toDecisions } from './links.ts';
import { coloredBy, linesPanel, linked, tablePanel, wordsOf } from './panel-shapes.ts';
import { CLICKHOUSE, SQL, sqlSeries, sqlTable } from './queries.ts';

const RANGE = `$__timeFilter(append_minute) AND ${SQL.servicePolicy}`;
const MAX_WAYS = 100;
const WENT_WRONG =
  "(outcome IN ('ERROR', 'UNDEFINED') OR fallback != 'NONE' OR applied IN ('FAILED', 'NOT_APPLIED'))";

/** A way from where it was enforced to what became of it, as the columns of a table. */
function ways(where: string): string {
  return `
    SELECT tenant_id AS tenant, enforcement_point AS point, service, region,
    trim(concat(model_id, ' ', model_version)) AS model, policy_id AS policy, policy_version AS version,
    arrayStringConcat(rules, ' → ') AS matched, outcome, fallback, applied,
    sum(path_minutes.decisions) AS taken, sum(latency_us_sum) / taken / 1e6 AS mean_latency,
    max(latency_us_max) / 1e6 AS max_latency,
    argMax(newest_enforcer_id, append_minute) AS enforcer,
    toString(argMax(newest_decision_id, append_minute)) AS sample
    FROM path_minutes FINAL WHERE ${where}
    GROUP BY tenant, point, service, region, model, policy, version, matched, outcome, fallback, applied
    ORDER BY taken DESC, tenant, service, policy, version, matched LIMIT ${MAX_WAYS}`;
}

const COLUMNS = {
  outcome: wordsOf({
    DENY: { text: 'DENY', color: 'orange' },
    ERROR: { text: 'ERROR', color: 'red' },
    UNDEFINED: { text: 'UNDEFINED', color: 'red' },
  }),
  fallback: wordsOf({
    FAIL_OPEN: { text: 'FAIL_OPEN', color: 'red' },
    FAIL_CLOSED: { text: 'FAIL_CLOSED', color: 'orange' },
  }),
  applied: wordsOf({
    FAILED: { text: 'FAILED', color: 'red' },
    NOT_APPLIED: { text: 'NOT_APPLIED', color: 'red' },
  }),
  taken: [{ id: 'unit', value: 'short' }],
  mean_latency: [{ id: 'unit', value: 's' }],
  max_latency: [
    { id: 'unit', value: 's' },
    ...coloredBy([
      [0, 'green'],
      [0.05, 'orange'],
      [0.5, 'red'],
    ]),
  ],
  sample: linked(
    toDecision({ decision: { column: 'sample' }, enforcer: { column: 'enforcer' } }),
    toDecisions('All that took this way, in the auditor', {
      tenant: { column: 'tenant' },
      service: { column: 'service' },
      policy: { column: 'policy' },
      policy_version: { column: 'version' },
      outcome: { column: 'outcome' },
    }),
  ),
};

/** Which ways requests took, and where they went wrong. */
export function pathPanels(): Builder<Panel>[] {
  const source = CLICKHOUSE;
  return [
    tablePanel({
      title: 'Ways of requests',
      description:
        'From the enforcement point and model to the policy version, the rules that matched, the outcome and its effect; enforced decisions of closed minutes, the ways that most took first. The sample, its rationale and what was redacted of it open in the auditor.',
      unit: 'none',
      source,
      targets: [sqlTable(ways(RANGE))],
      span: 24,
      height: 10,
      nothing: 'no decision in this time range',
      columns: COLUMNS,
    }),
    tablePanel({
      title: 'Ways that went wrong',
      description:
        'Only those that ended in ERROR or UNDEFINED, fell back, or were not applied. What was PENDING when it was reported is told apart by its outcomes, below.',
      unit: 'none',
      source,
      targets: [sqlTable(ways(`${RANGE} AND ${WENT_WRONG}`))],
      span: 24,
      height: 8,
      nothing: 'nothing went wrong in this time range',
      columns: COLUMNS,
    }),
    linesPanel({
      title: 'Mean latency by model',
      description:
        'Mean decision latency by model and policy version: does a slow model or a new version make decisions slow? For quantiles see the on-call dashboard.',
      unit: 's',
      source,
      targets: [
        sqlSeries(`
          SELECT $__timeInterval(append_minute) AS time,
          concat(if(model_id = '', 'no model', concat(model_id, ' ', model_version)), ' by ', policy_id, ' ', policy_version) AS name,
          sum(latency_us_sum) / sum(path_minutes.decisions) / 1e6 AS mean
          FROM path_minutes FINAL WHERE ${RANGE} GROUP BY time, name ORDER BY time, name`),
      ],
      span: 12,
      height: 8,
      steps: [
        [0, 'green'],
        [0.05, 'orange'],
        [0.5, 'red'],
      ],
    }),
    tablePanel({
      title: 'Attempts to apply',
      description:
        'What enforcers reported of decisions after they were made: attempt, result and error class. Attempts beyond the first are retries, which the eventual success hides and the first-attempt success does not.',
      unit: 'none',
      source,
      targets: [
        sqlTable(`
          SELECT tenant_id AS tenant, attempt, applied, final, ifNull(error_class, '') AS error, count() AS attempts
          FROM outcomes WHERE $__timeFilter(append_time) AND ${SQL.tenant}
          GROUP BY tenant, attempt, applied, final, error ORDER BY attempts DESC, tenant, attempt LIMIT 100`),
      ],
      span: 12,
      height: 8,
      nothing: 'no outcome was reported in this time range',
      columns: { applied: COLUMNS.applied },
    }),
  ];
}
