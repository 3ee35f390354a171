import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { RESULT_GAUGES } from '../domain/slo/metric-names.ts';
import { coloredBy, linesPanel, tablePanel, wordsOf } from './panel-shapes.ts';
import { CLICKHOUSE, oneOfReplicas, PROMETHEUS, PROMQL, promRange, SQL, sqlTable } from './queries.ts';

const VERDICTS = wordsOf({
  ok: { text: 'ok', color: 'green' },
  drift: { text: 'drift', color: 'red' },
  insufficient_data: { text: 'insufficient data', color: '#8e8e8e' },
});
const SHARE = [{ id: 'unit', value: 'percentunit' }];

/** The newest result of each policy, if it is from the time range. */
const NEWEST = `WHERE $__timeFilter(append_minute) AND ${SQL.policy}
  ORDER BY tenant_id, policy_id, append_minute DESC LIMIT 1 BY tenant_id, policy_id`;

/** Whether policies still decide as they did, and whether their blocks are right. */
export function qualityPanels(): Builder<Panel>[] {
  return [
    linesPanel({
      title: 'Drift: PSI',
      description:
        'Distance of the outcome mix from the frozen reference, by policy. From 0.1 on it counts, if the χ² test agrees. No line: too little data.',
      unit: 'none',
      source: PROMETHEUS,
      targets: [
        promRange(oneOfReplicas(`${RESULT_GAUGES.driftPsi}{${PROMQL.policy}}`), '{{tenant}} {{policy}}'),
      ],
      span: 8,
      height: 8,
      decimals: 3,
      steps: [
        [0, 'green'],
        [0.1, 'orange'],
        [0.25, 'red'],
      ],
    }),
    tablePanel({
      title: 'Drift: verdicts',
      description:
        'Newest verdict by policy: drift needs p ≤ 0.01 after correcting for the number of policies, and PSI ≥ 0.1.',
      unit: 'none',
      source: CLICKHOUSE,
      targets: [
        sqlTable(`
          SELECT tenant_id AS tenant, policy_id AS policy, verdict, psi, p_value, n_reference, n_current,
          append_minute AS minute
          FROM drift_results FINAL ${NEWEST}`),
      ],
      span: 8,
      height: 8,
      columns: { verdict: VERDICTS },
    }),
    tablePanel({
      title: 'False-positive rate',
      description:
        'Legitimate requests among blocked ones that a random review labelled, with its Wilson 95 % interval. Below n = 30 there is no rate. `*`: all policies.',
      unit: 'none',
      source: CLICKHOUSE,
      targets: [
        sqlTable(`
          SELECT tenant_id AS tenant, policy_id AS policy, rate, lower, upper, blocks_labelled AS n, legitimate, verdict
          FROM review_results FINAL ${NEWEST}`),
      ],
      span: 8,
      height: 8,
      columns: {
        rate: [
          ...SHARE,
          ...coloredBy([
            [0, 'green'],
            [0.05, 'orange'],
            [0.1, 'red'],
          ]),
        ],
        lower: SHARE,
        upper: SHARE,
        verdict: VERDICTS,
      },
    }),
  ];
}
