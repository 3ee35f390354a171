import { type AlertRoutes, NO_ROUTES } from '../alert-routes.ts';
import { type AlertLinks, annotateAlert, DEFAULT_LINKS, filledSubject, HELD } from '../alert-text.ts';
import { EVALUATOR_JOB, GAUGES } from '../metric-names.ts';
import type { ExpectedAlert, PromtoolTestFile, PromtoolTestOptions } from '../promtool-tests.ts';
import type { InputSeries } from '../promtool-timeline.ts';
import { SIGNALS } from './known-signals.ts';
import type { Signal } from './signal.ts';
import { SIGNAL_EXAMPLES, type SignalExample } from './signal-examples.ts';
import { filledSignalLabels } from './signal-rules.ts';

/** The longest a signal waits, and how long after its last reason the slowest is over. */
const QUIET_MINUTES = 16;
const FIRING_MINUTES = 18;
const OVER_MINUTES = 22;

/**
 * The promtool unit tests of the rules on counts and findings: each is quiet just below its limit, fires just above it
 * and is over; and all are held, and none starts, while Docket is blind.
 */
export function generateSignalTests({
  ruleFileOf,
  links = DEFAULT_LINKS,
  routes = NO_ROUTES,
}: PromtoolTestOptions): PromtoolTestFile {
  const told = { links, routes };
  const firingMinute = QUIET_MINUTES + FIRING_MINUTES - 1;
  const at = (minute: number, firing: (signal: Signal, example: SignalExample) => ExpectedAlert[]) =>
    SIGNALS.map((signal) => ({
      eval_time: `${minute}m`,
      alertname: signal.name,
      exp_alerts: firing(signal, exampleOf(signal)),
    }));
  const phases = [QUIET_MINUTES, FIRING_MINUTES, OVER_MINUTES];
  const gone = 4;
  const tests = [
    {
      name: 'signals: each is quiet just below its limit, fires just above it, and is over when it is back',
      interval: '1m' as const,
      input_series: [
        ...seeing(QUIET_MINUTES + FIRING_MINUTES + OVER_MINUTES),
        ...allSeries(({ quiet, firing }) => steps(phases, [quiet, firing, quiet])),
      ],
      alert_rule_test: [
        ...at(QUIET_MINUTES - 1, () => []),
        ...at(firingMinute, (signal, example) => [
          expected(signal, example, { minute: firingMinute, value: example.value, ...told }),
        ]),
        ...at(firingMinute + OVER_MINUTES, () => []),
      ],
    },
    {
      name: 'signals: each is held while the evaluator is gone',
      interval: '1m' as const,
      input_series: [
        ...seeing(FIRING_MINUTES),
        ...allSeries(({ firing }) => `${firing}+0x${FIRING_MINUTES - 1} stale`),
      ],
      alert_rule_test: at(FIRING_MINUTES + gone, (signal, example) => [
        expected(signal, example, { minute: FIRING_MINUTES - 1, value: null, ...told }),
      ]),
    },
  ];
  return {
    rule_files: ['docket-evaluator', 'docket-signals'].map(ruleFileOf),
    evaluation_interval: '1m',
    tests,
  };
}

function exampleOf({ name }: Signal): SignalExample {
  const example = SIGNAL_EXAMPLES[name];
  if (example === undefined) throw new Error(`SIGNAL_EXAMPLES must hold ${name}`);
  return example;
}

function expected(
  signal: Signal,
  { about, since }: SignalExample,
  told: { minute: number; value: number | null; links: AlertLinks; routes: AlertRoutes },
): ExpectedAlert {
  const { what, window, name, valueFormat } = signal;
  const { minute, value, links, routes } = told;
  const description = value === null ? HELD : signal.describe(value.toFixed(valueFormat === '%.1f' ? 1 : 0));
  // While the evaluator is gone, nobody says which version decides.
  const subject = filledSubject(about, minute, value === null ? undefined : since);
  return {
    exp_labels: filledSignalLabels(signal, routes, about),
    exp_annotations: annotateAlert(name, subject, { what, description, window }, links),
  };
}

function seeing(minutes: number): InputSeries[] {
  const labels = `instance="evaluator-1:7073",job="${EVALUATOR_JOB}"`;
  const then = ` stale`;
  return [
    { series: `${GAUGES.blind}{${labels}}`, values: `0+0x${minutes - 1}${then}` },
    { series: `${GAUGES.evaluated}{${labels}}`, values: `0+60x${minutes - 1}${then}` },
    { series: `${GAUGES.watermark}{${labels}}`, values: `0+60x${minutes - 1}${then}` },
  ];
}

function allSeries(valuesOf: (level: SignalExample['levels'][number]) => string): InputSeries[] {
  return SIGNALS.flatMap((signal) => {
    const { about, levels, evaluators = 1 } = exampleOf(signal);
    return levels.flatMap((level) =>
      Array.from({ length: evaluators }, (_, index) => {
        const all = {
          ...about,
          ...level.labels,
          instance: `evaluator-${index + 1}:7073`,
          job: EVALUATOR_JOB,
        };
        const labels = Object.entries(all).map(([name, value]) => `${name}="${value}"`);
        return { series: `${level.gauge}{${labels.join(',')}}`, values: valuesOf(level) };
      }),
    );
  });
}

function steps(minutes: readonly number[], values: readonly number[]): string {
  return minutes.map((length, index) => `${values[index]}+0x${length - 1}`).join(' ');
}
