import { NO_ROUTES } from './alert-routes.ts';
import { annotateSystemAlert, DEFAULT_LINKS } from './alert-text.ts';
import type { Slo } from './definition.ts';
import { docketLabels } from './docket-alert.ts';
import { BLIND, STALE, WATCHDOG } from './evaluator-rules.ts';
import { ALERTS, type AlertName, EVALUATOR_JOB, GAUGES } from './metric-names.ts';
import type { ExpectedAlert, PromtoolTestFile, PromtoolTestOptions } from './promtool-tests.ts';
import { type InputSeries, type Phase, timelineSeries } from './promtool-timeline.ts';

const INSTANCES = ['evaluator-1:7073', 'evaluator-2:7073'] as const;

/**
 * The promtool unit tests of the rules on Docket itself. They need an SLO for its counts only.
 */
export function generateEvaluatorTests(
  slo: Slo,
  { ruleFileOf, links = DEFAULT_LINKS, routes = NO_ROUTES }: PromtoolTestOptions,
): PromtoolTestFile {
  const counts = () => ({ bad: 0, total: 100 });
  const sees = { evaluator: 'sees', counts } as const;
  const gone = { evaluator: 'gone', counts } as const;
  const blind = { evaluator: 'blind', counts } as const;
  const page = {
    exp_labels: docketLabels(ALERTS.blind, 'page', routes),
    exp_annotations: annotateSystemAlert(ALERTS.blind, BLIND, links),
  };
  const watchdog = {
    exp_labels: { ...docketLabels(ALERTS.watchdog, 'none', routes) },
    exp_annotations: annotateSystemAlert(ALERTS.watchdog, WATCHDOG, links),
  };
  const stale = (instance: string): ExpectedAlert => ({
    exp_labels: { ...docketLabels(ALERTS.evaluatorStale, 'ticket', routes), instance, job: EVALUATOR_JOB },
    exp_annotations: annotateSystemAlert(
      ALERTS.evaluatorStale,
      { ...STALE, summary: STALE.summary.replace('{{ $labels.instance }}', instance) },
      links,
    ),
  });
  const one = (phases: readonly Phase[], instance: string): readonly InputSeries[] =>
    timelineSeries(slo, phases, { instances: [instance] });
  const at = (minute: number, alertname: AlertName, ...exp_alerts: ExpectedAlert[]) => ({
    eval_time: `${minute}m`,
    alertname,
    exp_alerts,
  });
  const up = (values: string): InputSeries => ({
    series: `up{instance="${INSTANCES[0]}",job="${EVALUATOR_JOB}"}`,
    values,
  });
  // An evaluator that hangs still answers scrapes, with the numbers of its last evaluation: minute 9.
  const standing = (minutes: number, gauges: readonly string[]): InputSeries[] =>
    one([{ minutes, ...sees }], INSTANCES[0]).map(({ series, values }) =>
      gauges.some((gauge) => series.startsWith(gauge))
        ? { series, values: `0+60x9 540+0x${minutes - 11}` }
        : { series, values },
    );
  const cases: {
    name: string;
    input_series: readonly InputSeries[];
    alert_rule_test: ReturnType<typeof at>[];
  }[] = [
    {
      name: 'an evaluator that vanishes makes us blind, and its return ends that',
      input_series: [
        ...one(
          [
            { minutes: 10, ...sees },
            { minutes: 20, ...gone },
            { minutes: 20, ...sees },
          ],
          INSTANCES[0],
        ),
        up('1+0x9 0+0x19 1+0x19'),
      ],
      alert_rule_test: [
        at(9, ALERTS.blind),
        at(12, ALERTS.blind),
        at(25, ALERTS.blind, page),
        at(25, ALERTS.evaluatorStale, stale(INSTANCES[0])),
        at(45, ALERTS.blind),
        at(45, ALERTS.evaluatorStale),
      ],
    },
    {
      name: 'an evaluator that says it is blind is believed',
      input_series: one(
        [
          { minutes: 10, ...sees },
          { minutes: 20, ...blind },
        ],
        INSTANCES[0],
      ),
      alert_rule_test: [at(9, ALERTS.blind), at(25, ALERTS.blind, page), at(25, ALERTS.evaluatorStale)],
    },
    {
      name: 'one evaluator that sees is enough, whichever it is',
      input_series: [
        ...one([{ minutes: 30, ...blind }], INSTANCES[0]),
        ...one([{ minutes: 30, ...sees }], INSTANCES[1]),
      ],
      alert_rule_test: [at(25, ALERTS.blind)],
    },
    {
      name: 'a hanging evaluator that claims to see is stale and makes us blind',
      input_series: standing(40, [GAUGES.evaluated, GAUGES.watermark]),
      alert_rule_test: [
        at(9, ALERTS.evaluatorStale),
        at(20, ALERTS.evaluatorStale, stale(INSTANCES[0])),
        at(20, ALERTS.blind, page),
      ],
    },
    {
      name: 'a standing watermark makes us blind, whatever the evaluator claims',
      input_series: standing(40, [GAUGES.watermark]),
      alert_rule_test: [at(18, ALERTS.blind), at(30, ALERTS.blind, page), at(30, ALERTS.evaluatorStale)],
    },
    {
      name: 'no evaluator at all since the start makes us blind, and the dead man’s switch says that alerts work',
      input_series: [up('0+0x20')],
      alert_rule_test: [
        at(0, ALERTS.watchdog, watchdog),
        at(15, ALERTS.watchdog, watchdog),
        at(15, ALERTS.blind, page),
        at(15, ALERTS.evaluatorStale, stale(INSTANCES[0])),
      ],
    },
  ];
  const tests = cases.map((one) => ({ ...one, name: `evaluator: ${one.name}`, interval: '1m' as const }));
  return { rule_files: ['docket-evaluator'].map(ruleFileOf), evaluation_interval: '1m', tests };
}
