import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { RULE_COUNTS, SERVICE_COUNTS, VERSION_COUNTS } from '../domain/metrics/decision-counts.ts';
import { toDecisions } from './links.ts';
import { coloredBy, linesPanel, linked, tablePanel } from './panel-shapes.ts';
import {
  CLICKHOUSE,
  oneOfReplicas,
  PROMETHEUS,
  PROMQL,
  promRange,
  SQL,
  sqlSeries,
  sqlTable,
} from './queries.ts';

const RANGE = `$__timeFilter(append_minute) AND ${SQL.policy}`;

/** When which rule matched, and where rules contradict each other. */
export function rulePanels(): Builder<Panel>[] {
  return [
    linesPanel({
      title: 'Rule matches over time',
      description:
        'Enforced decisions in which a rule matched, by policy and rule, for each point. A rule that falls silent after a deploy is as telling as a new one.',
      unit: 'short',
      source: CLICKHOUSE,
      targets: [
        sqlSeries(`
          SELECT $__timeInterval(append_minute) AS time, concat(policy_id, ' ', detail) AS rule, sum(amount) AS matches
          FROM metric_minutes FINAL WHERE ${RANGE} AND metric = '${RULE_COUNTS.ruleHits.name}'
          GROUP BY time, rule ORDER BY time, rule`),
      ],
      span: 12,
      height: 9,
    }),
    tablePanel({
      title: 'Hit rate by rule',
      description:
        'Matches of each rule ÷ enforced decisions of its policy in the time range (M4), and when it matched last. Shares add up to more than 100 % where several match.',
      unit: 'none',
      source: CLICKHOUSE,
      targets: [
        sqlTable(`
          SELECT tenant, policy, rule, matches, matches / made AS share, last_match
          FROM (
          SELECT tenant_id AS tenant, policy_id AS policy, detail AS rule, sum(amount) AS matches,
          max(append_minute) AS last_match
          FROM metric_minutes FINAL WHERE ${RANGE} AND metric = '${RULE_COUNTS.ruleHits.name}'
          GROUP BY tenant, policy, rule
          ) AS hits INNER JOIN (
          SELECT tenant_id AS tenant, policy_id AS policy, sum(amount) AS made
          FROM metric_minutes FINAL WHERE ${RANGE} AND metric = '${VERSION_COUNTS.policyDecisions.name}'
          GROUP BY tenant, policy
          ) AS everything USING (tenant, policy)
          ORDER BY matches DESC, tenant, policy, rule LIMIT 100`),
      ],
      span: 12,
      height: 9,
      nothing: 'no rule matched in this time range',
      columns: {
        matches: [{ id: 'unit', value: 'short' }],
        share: [
          { id: 'unit', value: 'percentunit' },
          ...coloredBy([
            [0, 'green'],
            [0.5, 'orange'],
          ]),
        ],
        rule: linked(
          toDecisions('Where it matched, in the auditor', {
            tenant: { column: 'tenant' },
            policy: { column: 'policy' },
            rule: { column: 'rule' },
          }),
        ),
      },
    }),
    linesPanel({
      title: 'Requests with conflicting rules, 5 m',
      description:
        'Requests on which, within five minutes, a rule that allowed and one that denied both stood (M12). An overridden rule is a conflict that was solved.',
      unit: 'short',
      source: PROMETHEUS,
      targets: [
        promRange(
          oneOfReplicas(`${SERVICE_COUNTS.conflicts.name}{window="5m",${PROMQL.service}}`),
          '{{tenant}} {{service}}',
        ),
      ],
      span: 24,
      height: 6,
      steps: [
        [0, 'green'],
        [1, 'orange'],
        [10, 'red'],
      ],
    }),
  ];
}
