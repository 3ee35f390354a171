import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { CHANGE_COUNTS } from '../domain/metrics/record-counts.ts';
import { toDashboard } from './links.ts';
import { coloredBy, linked, tablePanel, wordsOf } from './panel-shapes.ts';
import { CLICKHOUSE, SQL, sqlTable } from './queries.ts';

const LATEST = '(append_time, occurred_at)';
/** What the newest record of an incident that says anything about it says. */
const told = (column: string) => `argMaxIf(${column}, ${LATEST}, ${column} IS NOT NULL)`;

/** Incidents of 90 days, one row each, as their newest records have them. */
const INCIDENTS = `
  SELECT tenant_id AS tenant, toString(incident_id) AS incident, min(append_time) AS opened,
  argMax(severity, ${LATEST}) AS severity_now, argMax(category, ${LATEST}) AS category_now,
  argMax(step, ${LATEST}) AS state, ${told('policy_id')} AS policy, ${told('policy_version')} AS version,
  ${told('confidence')} AS confidence_now,
  ${told('impact_started_at')} AS started, ${told('detected_at')} AS detected, ${told('mitigated_at')} AS mitigated
  FROM incidents WHERE append_time >= now() - INTERVAL 90 DAY AND ${SQL.tenant}
  GROUP BY tenant, incident`;

const amountOf = ({ name }: { readonly name: string }) => `sumIf(amount, metric = '${name}')`;
const { deploys, deployFailures, activations, rollbacks } = CHANGE_COUNTS;

/** What went wrong, whose fault it was, and how policies are changed. */
export function incidentPanels(): Builder<Panel>[] {
  return [
    tablePanel({
      title: 'Incidents of 90 days',
      description:
        'Whatever the time range, newest first: severity, state, the policy version it is attributed to and with what confidence, time from impact to detection and to mitigation. Summaries and owners are in the auditor’s export.',
      unit: 'none',
      source: CLICKHOUSE,
      targets: [
        sqlTable(`
          SELECT opened, tenant, severity_now AS severity, state, category_now AS category, policy, version,
          confidence_now AS confidence, dateDiff('second', started, detected) AS to_detect,
          dateDiff('second', started, mitigated) AS to_mitigate, incident
          FROM (${INCIDENTS}) ORDER BY opened DESC, incident LIMIT 200`),
      ],
      span: 24,
      height: 9,
      nothing: 'no incident was reported in 90 days',
      columns: {
        severity: wordsOf({
          SEV1: { text: 'SEV1', color: 'red' },
          SEV2: { text: 'SEV2', color: 'orange' },
        }),
        state: wordsOf({
          OPENED: { text: 'OPENED', color: 'red' },
          UPDATED: { text: 'UPDATED', color: 'red' },
          MITIGATED: { text: 'MITIGATED', color: 'orange' },
          CLOSED: { text: 'CLOSED', color: 'green' },
        }),
        confidence: [{ id: 'unit', value: 'percentunit' }],
        to_detect: [{ id: 'unit', value: 's' }],
        to_mitigate: [{ id: 'unit', value: 's' }],
        policy: linked(
          toDashboard('onCall', { tenant: { column: 'tenant' }, policy: { column: 'policy' } }),
          toDashboard('debug', { tenant: { column: 'tenant' }, policy: { column: 'policy' } }),
        ),
      },
    }),
    tablePanel({
      title: 'Incidents by policy, 90 days',
      description:
        'Incidents attributed to a policy version with a confidence of at least one half (M10), and the median time from impact to detection and to mitigation.',
      unit: 'none',
      source: CLICKHOUSE,
      targets: [
        sqlTable(`
          SELECT tenant, policy, version, count() AS incidents,
          median(dateDiff('second', started, detected)) AS to_detect,
          median(dateDiff('second', started, mitigated)) AS to_mitigate
          FROM (${INCIDENTS}) WHERE policy != '' AND confidence_now >= 0.5
          GROUP BY tenant, policy, version ORDER BY incidents DESC, tenant, policy, version LIMIT 100`),
      ],
      span: 12,
      height: 8,
      nothing: 'no incident is attributed to a policy',
      columns: {
        incidents: coloredBy([
          [1, 'orange'],
          [3, 'red'],
        ]),
        to_detect: [{ id: 'unit', value: 's' }],
        to_mitigate: [{ id: 'unit', value: 's' }],
        policy: linked(toDashboard('debug', { tenant: { column: 'tenant' }, policy: { column: 'policy' } })),
      },
    }),
    tablePanel({
      title: 'Policy changes',
      description:
        'Deploys and activations in the time range, the share of deploys that failed (M9), and of activations that were rolled back (M15). Few events: mind the counts.',
      unit: 'none',
      source: CLICKHOUSE,
      targets: [
        sqlTable(`
          SELECT tenant_id AS tenant, policy_id AS policy, ${amountOf(deploys)} AS deployed,
          ${amountOf(deployFailures)} AS failed, ${amountOf(activations)} AS activated,
          ${amountOf(rollbacks)} AS rolled_back,
          if(deployed + failed > 0, failed / (deployed + failed), NULL) AS failure_rate,
          if(activated > 0, rolled_back / activated, NULL) AS rollback_rate
          FROM metric_minutes FINAL
          WHERE $__timeFilter(append_minute) AND ${SQL.policy}
          AND metric IN (${[deploys, deployFailures, activations, rollbacks].map(({ name }) => `'${name}'`).join(', ')})
          GROUP BY tenant, policy ORDER BY tenant, policy LIMIT 200`),
      ],
      span: 12,
      height: 8,
      nothing: 'no policy was changed in this time range',
      columns: {
        failure_rate: [
          { id: 'unit', value: 'percentunit' },
          ...coloredBy([
            [0, 'green'],
            [0.05, 'orange'],
            [0.2, 'red'],
          ]),
        ],
        rollback_rate: [
          { id: 'unit', value: 'percentunit' },
          ...coloredBy([
            [0, 'green'],
            [0.05, 'orange'],
            [0.2, 'red'],
          ]),
        ],
        policy: linked(toDashboard('onCall', { tenant: { column: 'tenant' }, policy: { column: 'policy' } })),
      },
    }),
  ];
}
