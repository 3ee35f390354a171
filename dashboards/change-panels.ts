import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { AnnotationQuery, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { toBehind, toDashboard, toRunbook } from './links.ts';
import { linked, tablePanel, wordsOf } from './panel-shapes.ts';
import { CLICKHOUSE, PROMETHEUS, PROMQL, promTable, SQL, sqlTable } from './queries.ts';

/** Steps that change what is enforced, or were meant to. Codes only: reasons and people stay with the auditor. */
const DEPLOYS = ['DEPLOYED', 'DEPLOY_FAILED', 'ACTIVATED', 'GATE_FAILED'];
const ROLLBACKS = ['ROLLED_BACK'];

function changes(steps: readonly string[]): string {
  return `FROM policy_changes
  WHERE $__timeFilter(append_time) AND ${SQL.policy} AND step IN (${steps.map((step) => `'${step}'`).join(', ')})`;
}
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
          region, rollout_share ${changes([...DEPLOYS, ...ROLLBACKS])}
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
        alertname: linked(toRunbook('alertname')),
        slo: linked(
          toDashboard('debug', { tenant: { column: 'tenant' }, service: { column: 'service' } }),
          toBehind('What it is about, in the auditor', {
            tenant: { column: 'tenant' },
            service: { column: 'service' },
            slo: { column: 'slo' },
          }),
        ),
        Time: HIDDEN,
        Value: HIDDEN,
        __name__: HIDDEN,
        alertstate: HIDDEN,
      },
    }),
  ];
}

/** Marks on every graph where a policy was deployed or activated, or was meant to be. */
export function deployAnnotation(): Builder<AnnotationQuery> {
  return annotation('Policy deploys', 'purple', DEPLOYS);
}

/** Marks on every graph where a policy was rolled back. */
export function rollbackAnnotation(): Builder<AnnotationQuery> {
  return annotation('Policy rollbacks', 'orange', ROLLBACKS);
}

function annotation(name: string, color: string, steps: readonly string[]): Builder<AnnotationQuery> {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(CLICKHOUSE)
    .enable(true)
    .iconColor(color)
    .target(
      sqlTable(
        `SELECT append_time AS time, concat(policy_id, ' ', policy_version, ' ', step) AS text, tenant_id AS tags
         ${changes(steps)} ORDER BY time LIMIT 200`,
        'Anno',
      ),
    );
}
