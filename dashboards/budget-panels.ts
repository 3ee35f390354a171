import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { GAUGES, RECORDED } from '../domain/slo/metric-names.ts';
import { runbookOf, toDashboard } from './links.ts';
import { barPanel, coloredBy, linked, type Step, tablePanel } from './panel-shapes.ts';
import { oneOfReplicas, PROMETHEUS, PROMQL, promInstant, promTable } from './queries.ts';

const LEFT_STEPS: readonly Step[] = [
  [-1e9, 'red'],
  [0.1, 'orange'],
  [0.5, 'green'],
];
const HIDDEN = [{ id: 'custom.hidden', value: true }];
const left = oneOfReplicas(`${GAUGES.budgetRemaining}{${PROMQL.service}}`);

/** What is left of each error budget, and how fast it goes. */
export function budgetPanels(): Builder<Panel>[] {
  const source = PROMETHEUS;
  const labels = { tenant: { label: 'tenant' }, service: { label: 'service' } };
  const columns = { tenant: { column: 'tenant' }, service: { column: 'service' } };
  return [
    barPanel({
      title: 'Error budget left',
      description:
        'Share of each budget that is left over its own window by decided time, late decisions included. Below 0 it is overspent.',
      unit: 'percentunit',
      source,
      targets: [promInstant(`sort(${left})`, '{{slo}} {{tenant}} {{service}}')],
      span: 12,
      height: 10,
      max: 1,
      steps: LEFT_STEPS,
      links: [toDashboard('onCall', labels)],
    }),
    tablePanel({
      title: 'Least budget left',
      description: 'The ten objectives with the least budget left. A click on one leads to its burn rates.',
      unit: 'percentunit',
      source,
      targets: [promTable(`bottomk(10, ${left})`)],
      span: 6,
      height: 10,
      columns: {
        Value: [{ id: 'displayName', value: 'left' }, ...coloredBy(LEFT_STEPS)],
        Time: HIDDEN,
        __name__: HIDDEN,
        slo: linked(toDashboard('onCall', columns), runbookOf('BurnRate')),
      },
    }),
    tablePanel({
      title: 'Fastest burn, 1 d',
      description:
        'The ten objectives whose budget was spent fastest over the last day: 1 spends it in exactly its window. No row: no events.',
      unit: 'none',
      decimals: 2,
      source,
      targets: [promTable(`topk(10, ${RECORDED.burnRate}{window="1d",${PROMQL.service}})`)],
      span: 6,
      height: 10,
      columns: {
        Value: [
          { id: 'displayName', value: 'burn rate' },
          ...coloredBy([
            [0, 'green'],
            [1, 'orange'],
            [3, 'red'],
          ]),
        ],
        Time: HIDDEN,
        __name__: HIDDEN,
        window: HIDDEN,
        slo: linked(toDashboard('onCall', columns), runbookOf('BurnRate')),
      },
    }),
  ];
}
