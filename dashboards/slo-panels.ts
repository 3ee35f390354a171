import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { GAUGES, RECORDED } from '../domain/slo/metric-names.ts';
import { runbookOf, toBehind, toDashboard } from './links.ts';
import { barPanel, coloredBy, linesPanel, linked, type Step, tablePanel } from './panel-shapes.ts';
import { oneOfReplicas, PROMETHEUS, PROMQL, promInstant, promRange, promTable } from './queries.ts';

/** Burn rates at which a ticket, and a page, can start (see domain/slo/burn-rate.ts). */
const BURN_STEPS: readonly Step[] = [
  [0, 'green'],
  [1, 'orange'],
  [6, 'red'],
];
const SERIES = '{{tenant}} {{service}}';
const OF_SERIES = { tenant: { label: 'tenant' }, service: { label: 'service' } };
const OF_ROW = { tenant: { column: 'tenant' }, service: { column: 'service' } };
const LINKS = [toDashboard('debug', OF_SERIES)];
const BEHIND = 'What was counted, in the auditor';

/** Share of good events; absent where nothing counted, never 0 % or 100 %. */
function goodShare(slo: string, window: string): string {
  const of = (name: string) => `${name}{slo="${slo}",window="${window}",${PROMQL.service}}`;
  return `1 - ${of(RECORDED.bad)} / (${of(RECORDED.total)} > 0)`;
}

/** Objectives: what they measure, how fast their budgets burn, and what is left. */
export function sloPanels(): Builder<Panel>[] {
  const source = PROMETHEUS;
  return [
    linesPanel({
      title: 'Latency: decisions within the threshold, 1 h',
      description:
        'Share of enforced decisions as fast as the SLO decision-latency asks, cached ones included.',
      unit: 'percentunit',
      source,
      targets: [promRange(goodShare('decision-latency', '1h'), SERIES)],
      span: 8,
      height: 8,
      links: LINKS,
    }),
    linesPanel({
      title: 'Enforcement success, 1 h',
      description:
        'Share of enforced decisions that were applied without error or fallback. No data where fewer than 90 % are known.',
      unit: 'percentunit',
      source,
      targets: [promRange(goodShare('enforcement-success', '1h'), SERIES)],
      span: 8,
      height: 8,
      links: LINKS,
    }),
    linesPanel({
      title: 'Coverage, 1 h',
      description:
        'Requests that a policy evaluated, out of those that somebody other than the enforcer counted. No data without such an observer.',
      unit: 'percentunit',
      source,
      targets: [promRange(goodShare('coverage', '1h'), SERIES)],
      span: 8,
      height: 8,
      steps: [
        [0, 'red'],
        [0.95, 'green'],
      ],
      links: [...LINKS, runbookOf('RatioBound')],
    }),
    tablePanel({
      title: 'Burn rates',
      description:
        'How many times as fast as the objective allows the budget is spent, by SLO and window: 1 spends it in exactly its period. No row: no events.',
      unit: 'none',
      source,
      targets: [promTable(`sort_desc(${RECORDED.burnRate}{window!="30d",${PROMQL.service}})`)],
      span: 9,
      height: 10,
      decimals: 2,
      columns: {
        Value: [{ id: 'displayName', value: 'burn rate' }, ...coloredBy(BURN_STEPS)],
        Time: HIDDEN,
        __name__: HIDDEN,
        slo: linked(
          toDashboard('debug', OF_ROW),
          toBehind(BEHIND, { ...OF_ROW, slo: { column: 'slo' } }),
          runbookOf('BurnRate'),
        ),
      },
    }),
    linesPanel({
      title: 'Burn rate, 1 h',
      description: 'The window that pages first. Pages start at 14.4 together with the 5 m window.',
      unit: 'none',
      source,
      targets: [promRange(`${RECORDED.burnRate}{window="1h",${PROMQL.service}}`, `{{slo}} ${SERIES}`)],
      span: 8,
      height: 10,
      decimals: 1,
      steps: BURN_STEPS,
      links: [...LINKS, runbookOf('BurnRate')],
    }),
    barPanel({
      title: 'Error budget left',
      description:
        'Share of the budget left over the SLO’s window by decided time, late decisions included. Below 0 it is overspent.',
      unit: 'percentunit',
      source,
      targets: [
        promInstant(oneOfReplicas(`${GAUGES.budgetRemaining}{${PROMQL.service}}`), `{{slo}} ${SERIES}`),
      ],
      span: 7,
      height: 10,
      max: 1,
      steps: [
        [-1e9, 'red'],
        [0.1, 'orange'],
        [0.5, 'green'],
      ],
      links: LINKS,
    }),
  ];
}

const HIDDEN = [{ id: 'custom.hidden', value: true }];
