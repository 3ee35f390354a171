import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { toDashboard, toDecision, toDecisions } from './links.ts';
import { coloredBy, linesPanel, linked, tablePanel } from './panel-shapes.ts';
import { CLICKHOUSE, SQL, sqlSeries, sqlTable } from './queries.ts';

const RANGE = `$__timeFilter(append_minute) AND ${SQL.servicePolicy}`;
const MAX_RULES = 25;

/** What blocks the most, where, and a decision to look at. */
export function blockPanels(): Builder<Panel>[] {
  const source = CLICKHOUSE;
  const row = { tenant: { column: 'tenant' }, policy: { column: 'policy' } };
  return [
    tablePanel({
      title: 'Top blocking rules',
      description:
        'Rules that denials stand on: not overridden, not of an effect that lets pass. Share: of the enforced decisions of its policy. Contexts: where most of them were. A click on the sample opens that decision in the auditor.',
      unit: 'none',
      source,
      targets: [
        sqlTable(`
          SELECT tenant_id AS tenant, policy_id AS policy, rule, sum(path_minutes.decisions) AS blocked,
          blocked / any(made) AS share,
          arrayStringConcat(topKWeighted(3)(
          concat(service, ' · ', enforcement_point, ' · ', region, if(model_id = '', '', concat(' · ', model_id))),
          path_minutes.decisions), ', ') AS contexts,
          arrayStringConcat(arraySort(groupUniqArray(5)(policy_version)), ', ') AS versions,
          argMax(newest_enforcer_id, append_minute) AS enforcer,
          toString(argMax(newest_decision_id, append_minute)) AS sample
          FROM (SELECT * FROM path_minutes FINAL WHERE ${RANGE} AND outcome = 'DENY') AS path_minutes
          ARRAY JOIN blocking AS rule
          INNER JOIN (
          SELECT tenant_id, policy_id, sum(decisions) AS made FROM decision_minutes FINAL
          WHERE ${RANGE} AND mode = 'ENFORCE' AND NOT probe AND NOT late GROUP BY tenant_id, policy_id
          ) AS everything USING (tenant_id, policy_id)
          GROUP BY tenant, policy, rule ORDER BY blocked DESC, tenant, policy, rule LIMIT ${MAX_RULES}`),
      ],
      span: 16,
      height: 9,
      nothing: 'nothing was blocked in this time range',
      columns: {
        blocked: [{ id: 'unit', value: 'short' }],
        share: [
          { id: 'unit', value: 'percentunit' },
          ...coloredBy([
            [0, 'green'],
            [0.25, 'orange'],
            [0.5, 'red'],
          ]),
        ],
        rule: linked(
          toDashboard('debug', row),
          toDecisions('What it blocked, in the auditor', { ...row, rule: { column: 'rule' } }),
        ),
        sample: linked(toDecision({ decision: { column: 'sample' }, enforcer: { column: 'enforcer' } })),
      },
    }),
    linesPanel({
      title: 'Blocks by rule',
      description:
        'Denials by the rule that they stand on, for each point. A rule that starts with a deploy is overblocking, or was missing before.',
      unit: 'short',
      source,
      targets: [
        sqlSeries(`
          SELECT $__timeInterval(append_minute) AS time, concat(policy_id, ' ', rule) AS name,
          sum(path_minutes.decisions) AS blocked
          FROM path_minutes FINAL ARRAY JOIN blocking AS rule
          WHERE ${RANGE} AND outcome = 'DENY' GROUP BY time, name ORDER BY time, name`),
      ],
      span: 8,
      height: 9,
      links: [toDashboard('debug')],
    }),
  ];
}
