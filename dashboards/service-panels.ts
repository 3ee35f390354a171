import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { SERVICE_COUNTS } from '../domain/metrics/decision-counts.ts';
import { RESULT_GAUGES } from '../domain/slo/metric-names.ts';
import { toDashboard, toDecisions } from './links.ts';
import { linesPanel, type Step } from './panel-shapes.ts';
import { oneOfReplicas, PROMETHEUS, PROMQL, promRange, shareOf } from './queries.ts';

const SERIES = '{{tenant}} {{service}}';
const OF_SERVICE = { tenant: { label: 'tenant' }, service: { label: 'service' } };
const LINKS = [toDashboard('debug', OF_SERVICE), toDecisions('Decisions in the auditor', OF_SERVICE)];
const SHARE_STEPS: readonly Step[] = [
  [0, 'green'],
  [0.001, 'orange'],
  [0.01, 'red'],
];

const { decisions, denied, errors, fallback, timedOut } = SERVICE_COUNTS;

function rate(part: typeof errors): string {
  return shareOf(part, decisions, `window="5m",${PROMQL.service}`);
}

/** How each service's enforcement does: what fails, what is refused, how long it takes. */
export function servicePanels(): Builder<Panel>[] {
  const source = PROMETHEUS;
  return [
    linesPanel({
      title: 'Error rate by service, 5 m',
      description:
        'Share of enforced decisions with outcome ERROR (A1), and of those for which a fallback stood in (A2). No line: no decision.',
      unit: 'percentunit',
      source,
      targets: [
        promRange(rate(errors), `errors ${SERIES}`, 'A'),
        promRange(rate(fallback), `fallback ${SERIES}`, 'B'),
        promRange(rate(timedOut), `timed out ${SERIES}`, 'C'),
      ],
      span: 8,
      height: 8,
      steps: SHARE_STEPS,
      links: LINKS,
    }),
    linesPanel({
      title: 'Reject rate by service, 5 m',
      description:
        'Share of enforced decisions with outcome DENY. Above a half, a tenant is being locked out: look at the blocking rules.',
      unit: 'percentunit',
      source,
      targets: [promRange(rate(denied), SERIES)],
      span: 8,
      height: 8,
      steps: [
        [0, 'green'],
        [0.25, 'orange'],
        [0.5, 'red'],
      ],
      links: LINKS,
    }),
    linesPanel({
      title: 'Decision latency p50, p90, p99, 5 m',
      description:
        'Exact quantiles of enforced decisions, cached ones included (M1). They can neither be averaged nor added; the objective counts slow decisions instead.',
      unit: 's',
      source,
      targets: [
        promRange(
          oneOfReplicas(`${RESULT_GAUGES.latency}{cached="any",window="5m",${PROMQL.service}}`),
          `p{{quantile}} ${SERIES}`,
        ),
      ],
      span: 8,
      height: 8,
      links: LINKS,
    }),
  ];
}
