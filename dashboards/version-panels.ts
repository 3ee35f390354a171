import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { REGION_COUNTS, VERSION_COUNTS } from '../domain/metrics/decision-counts.ts';
import { toDecisions } from './links.ts';
import { linesPanel, linked, type Step, tablePanel, wordsOf } from './panel-shapes.ts';
import { CLICKHOUSE, PROMETHEUS, PROMQL, promRange, SQL, shareOf, sqlTable } from './queries.ts';

const STEPS: readonly Step[] = [
  [0, 'green'],
  [0.01, 'orange'],
  [0.1, 'red'],
];

const DECIDED = `
  SELECT tenant_id AS tenant, region, policy_id AS policy, policy_version AS version,
  min(append_minute) AS first_seen, max(append_minute) AS last_seen, sum(decision_minutes.decisions) AS made,
  sumIf(decision_minutes.decisions, outcome = 'DENY') / made AS denied
  FROM decision_minutes FINAL
  WHERE $__timeFilter(append_minute) AND ${SQL.servicePolicy} AND mode = 'ENFORCE' AND NOT probe
  GROUP BY tenant, region, policy, version`;

/** The newest step that put a version into force everywhere, or in a region. */
const IN_FORCE = `
  SELECT tenant_id AS tenant, policy_id AS policy,
  arraySort(change -> (change.1, change.2), groupArray((append_time, toString(policy_version), ifNull(toString(region), '*')))) AS changes
  FROM policy_changes
  WHERE ${SQL.policy} AND step IN ('ACTIVATED', 'ROLLED_BACK') AND ifNull(rollout_share, 1) >= 1
  GROUP BY tenant, policy`;

/** Whether everybody decides by the version that is in force. */
export function versionPanels(): Builder<Panel>[] {
  return [
    linesPanel({
      title: 'Version skew by region, 5 m',
      description:
        'Share of decisions by a version that is not active in their region (A11); only policies of which an activation is known. For some minutes after a deploy it is normal.',
      unit: 'percentunit',
      source: PROMETHEUS,
      targets: [
        promRange(
          shareOf(REGION_COUNTS.versionSkewed, REGION_COUNTS.versionJudged, `window="5m",${PROMQL.policy}`),
          '{{tenant}} {{policy}} {{region}}',
        ),
      ],
      span: 8,
      height: 9,
      steps: STEPS,
    }),
    tablePanel({
      title: 'Versions by region',
      description:
        'Versions by which was decided in the time range, and whether that is the one that was last put into force there. Partial roll-outs are not in force; unknown: nobody announced one.',
      unit: 'none',
      source: CLICKHOUSE,
      targets: [
        sqlTable(`
          SELECT tenant, region, policy, version,
          tupleElement(arrayLast(change -> change.3 IN ('*', region), changes), 2) AS in_force,
          multiIf(in_force = '', 'unknown', in_force = version, 'in force', 'skewed') AS state,
          made, denied, first_seen, last_seen
          FROM (${DECIDED}) AS decided LEFT JOIN (${IN_FORCE}) AS told USING (tenant, policy)
          ORDER BY state = 'skewed' DESC, made DESC, tenant, region, policy, version LIMIT 100`),
      ],
      span: 16,
      height: 9,
      nothing: 'no decision in this time range',
      columns: {
        made: [{ id: 'unit', value: 'short' }],
        denied: [{ id: 'unit', value: 'percentunit' }],
        state: wordsOf({
          'in force': { text: 'in force', color: 'green' },
          skewed: { text: 'skewed', color: 'red' },
          unknown: { text: 'unknown', color: '#8e8e8e' },
        }),
        version: linked(
          toDecisions('Decisions by this version, in the auditor', {
            tenant: { column: 'tenant' },
            policy: { column: 'policy' },
            policy_version: { column: 'version' },
          }),
        ),
      },
    }),
    linesPanel({
      title: 'Denied share by version, 1 h',
      description:
        'Denied ÷ enforced decisions of each version. A new version far above the one before blocks too much, or caught what that one missed.',
      unit: 'percentunit',
      source: PROMETHEUS,
      targets: [
        promRange(
          shareOf(
            VERSION_COUNTS.policyDenied,
            VERSION_COUNTS.policyDecisions,
            `window="1h",${PROMQL.policy}`,
          ),
          '{{tenant}} {{policy}} {{version}}',
        ),
      ],
      span: 12,
      height: 8,
      steps: [
        [0, 'green'],
        [0.25, 'orange'],
        [0.5, 'red'],
      ],
    }),
    linesPanel({
      title: 'Decisions by an unapproved version, 5 m',
      description:
        'Share of decisions by a version that was not approved and signed when they were made (A12). Anything above 0 for ten minutes is an unauthorised change.',
      unit: 'percentunit',
      source: PROMETHEUS,
      targets: [
        promRange(
          shareOf(
            REGION_COUNTS.versionUnapproved,
            REGION_COUNTS.versionJudged,
            `window="5m",${PROMQL.policy}`,
          ),
          '{{tenant}} {{policy}} {{region}}',
        ),
      ],
      span: 12,
      height: 8,
      steps: [
        [0, 'green'],
        [0.000001, 'red'],
      ],
    }),
  ];
}
