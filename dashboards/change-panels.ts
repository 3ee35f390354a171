import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { AnnotationQuery, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { tablePanel, wordsOf } from './panel-shapes.ts';
import { CLICKHOUSE, PROMETHEUS, PROMQL, promTable, SQL, sqlTable } from './queries.ts';

/** Steps that change what is enforced, or were meant to. Codes only: reasons and people stay with the auditor. */
const CHANGES = `FROM policy_changes
  WHERE $__timeFilter(append_time) AND ${SQL.policy}
  AND step IN ('DEPLOYED', 'DEPLOY_FAILED', 'ACTIVATED', 'ROLLED_BACK', 'GATE_FAILED')`;
const HIDDEN = [{ id: 'custom.hidden', value: true }];

/** What changed, and what fires. */
export function changePanels(): Builder<Panel>[] {
  return [
    tablePanel({
      title: 'Policy deploys',
      description: 'Deploys, activations, roll-backs and failed gates in the time range, newest first.',
      unit: 'none',
      source: CLICKHOUSE,
      targets: [
        sqlTable(`
          SELECT append_time AS time, tenant_id AS tenant, policy_id AS policy, policy_version AS version, step,
          region, rollout_share ${CHANGES}
          ORDER BY append_time DESC LIMIT 100`),
      ],
      span: 12,
      height: 9,
      nothing: 'no change in this time range',
      columns: {
        rollout_share: [{ id: 'unit', value: 'percentunit' }],
        step: wordsOf({
          ROLLED_BACK: { text: 'ROLLED_BACK', color: 'orange' },
          DEPLOY_FAILED: { text: 'DEPLOY_FAILED', color: 'red' },
          GATE_FAILED: { text: 'GATE_FAILED', color: 'red' },
        }),
      },
    }),
    tablePanel({
      title: 'Firing alerts',
      description:
        'With severity and what they concern. Empty is only good news while the counts above show 0 and not "no data".',
      unit: 'none',
      source: PROMETHEUS,
      targets: [promTable(`sort_desc(ALERTS{alertstate="firing",severity!="none",${PROMQL.tenantOrNone}})`)],
      span: 12,
      height: 9,
      nothing: 'nothing fires, or nothing is evaluated: see above',
      columns: {
        severity: wordsOf({
          page: { text: 'page', color: 'red' },
          ticket: { text: 'ticket', color: 'orange' },
        }),
        Time: HIDDEN,
        Value: HIDDEN,
        __name__: HIDDEN,
        alertstate: HIDDEN,
      },
    }),
  ];
}

/** Marks on every graph where a policy changed. */
export function deployAnnotation(): Builder<AnnotationQuery> {
  return new AnnotationQueryBuilder()
    .name('Policy changes')
    .datasource(CLICKHOUSE)
    .enable(true)
    .iconColor('purple')
    .target(
      sqlTable(
        `SELECT append_time AS time, concat(policy_id, ' ', policy_version, ' ', step) AS text, tenant_id AS tags
         ${CHANGES} ORDER BY time LIMIT 200`,
        'Anno',
      ),
    );
}
