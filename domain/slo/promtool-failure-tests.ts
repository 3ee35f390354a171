import { type AlertRoutes, NO_ROUTES } from './alert-routes.ts';
import { type AlertLinks, annotateAlert, DEFAULT_LINKS, filledSubject, HELD } from './alert-text.ts';
import { EVALUATOR_JOB, GAUGES } from './metric-names.ts';
import { EXAMPLE_TENANT, type FailureCase, failureCases } from './promtool-failure-cases.ts';
import type { ExpectedAlert, PromtoolTestFile, PromtoolTestOptions } from './promtool-tests.ts';
import type { InputSeries } from './promtool-timeline.ts';
import { filledSignalLabels } from './signals/signal-rules.ts';

const EXAMPLES: Readonly<Record<string, string>> = {
  service: 'service-a',
  policy: 'policy-a',
  version: 'version-a',
  region: 'region-a',
};
const INSTANCES = ['evaluator-1:7073', 'evaluator-2:7073'];
/** What windows side by side are made of must be past before anything is judged. */
const HEALTHY_MINUTES = 20;
const GONE_MINUTES = 15;
/** Windows that lie side by side, and alerts that are kept firing, need so long to be over. */
const RESET_MINUTES = 25;

type Moment = 'failing' | 'healthy' | 'few' | 'gone';
type Phase = { readonly minutes: number; readonly moment: Moment };
type NumberedCase = FailureCase & { readonly tenant: string };

/**
 * The promtool unit tests of the rules on failures: fires, stays quiet, resets, low traffic, no data, two evaluators.
 * Every alert has a tenant of its own in the same timeline, as promtool takes as long for one as for all.
 */
export function generateFailureTests({
  ruleFileOf,
  links = DEFAULT_LINKS,
  routes = NO_ROUTES,
}: PromtoolTestOptions): PromtoolTestFile {
  const cases = failureCases().map((each, index) => ({ ...each, tenant: `tenant-${index + 1}` }));
  const longest = Math.max(...cases.map(({ alert }) => alert.forSeconds / 60));
  const failingMinutes = longest + 5;
  const end = HEALTHY_MINUTES + failingMinutes;
  const before: Phase = { minutes: HEALTHY_MINUTES, moment: 'healthy' };
  const during: Phase = { minutes: failingMinutes, moment: 'failing' };
  const after: Phase = { minutes: RESET_MINUTES + 1, moment: 'healthy' };
  const byName = [...Map.groupBy(cases, ({ alert }) => alert.name)];
  const checkAll = (minute: number, description: ((each: NumberedCase) => string) | null, at = minute) =>
    byName.map(([alertname, same]) => ({
      eval_time: `${minute}m`,
      alertname,
      exp_alerts:
        description === null
          ? []
          : same.map((each) => expectedAlert(each, at, description(each), { links, routes })),
    }));
  const soon = byName.filter(([, same]) => same.every(({ alert }) => alert.forSeconds >= 120));
  const tooSoon = soon.map(([alertname, [first]]) => ({
    eval_time: `${HEALTHY_MINUTES + (first?.alert.forSeconds ?? 0) / 60 - 1}m`,
    alertname,
    exp_alerts: [],
  }));
  const fires = ({ alert, value }: NumberedCase) => alert.describe(value.toFixed(0));
  const test = (name: string, phases: readonly Phase[], replicas: number, alert_rule_test: Checks) => ({
    name: `failures: ${name}`,
    interval: '1m' as const,
    input_series: INSTANCES.slice(0, replicas).flatMap((instance) => seriesOf(cases, phases, instance)),
    alert_rule_test,
  });
  const gone: Phase = { minutes: GONE_MINUTES, moment: 'gone' };
  const tests = [
    test('each fires, not at once, whichever evaluators say so, and resets', [before, during, after], 2, [
      ...checkAll(HEALTHY_MINUTES - 1, null),
      ...tooSoon,
      ...checkAll(end - 1, fires),
      ...checkAll(end + RESET_MINUTES, null),
    ]),
    test('each is held while the evaluator is gone, and over later', [before, during, gone, after], 1, [
      ...checkAll(end + GONE_MINUTES - 2, () => HELD, end - 1),
      ...checkAll(end + GONE_MINUTES + RESET_MINUTES, null),
    ]),
    test('low traffic is not judged', [{ minutes: failingMinutes, moment: 'few' }], 1, [
      ...checkAll(failingMinutes - 1, null),
    ]),
  ];
  return {
    rule_files: ['docket-evaluator', 'docket-failures'].map(ruleFileOf),
    evaluation_interval: '1m',
    tests,
  };
}

type Checks = PromtoolTestFile['tests'][number]['alert_rule_test'];

function expectedAlert(
  { alert, tenant, since }: NumberedCase,
  minute: number,
  description: string,
  { links, routes }: { links: AlertLinks; routes: AlertRoutes },
): ExpectedAlert {
  const label = (name: string) => (name === 'tenant' ? tenant : (EXAMPLES[name] ?? ''));
  const known = Object.fromEntries(alert.about.map((name) => [name, label(name)]));
  const { what, name } = alert;
  return {
    exp_labels: filledSignalLabels(alert, routes, known),
    exp_annotations: annotateAlert(
      name,
      // While the evaluator is gone, nobody says which version decides.
      filledSubject(known, minute, description === HELD ? undefined : since),
      { what, description, window: null },
      links,
    ),
  };
}

/** What one evaluator exports through the phases: that it sees, and every case under its tenant. */
function seriesOf(cases: readonly NumberedCase[], phases: readonly Phase[], instance: string): InputSeries[] {
  const own = `instance="${instance}",job="${EVALUATOR_JOB}"`;
  const line = (series: string, valueIn: (moment: Moment, start: number) => string): InputSeries => {
    let start = 0;
    const parts = phases.map(({ minutes, moment }) => {
      const values =
        moment === 'gone' ? `stale _x${minutes - 1}` : `${valueIn(moment, start)}x${minutes - 1}`;
      start += minutes;
      return values;
    });
    return { series, values: parts.join(' ') };
  };
  const clocks = [GAUGES.evaluated, GAUGES.watermark].map((gauge) =>
    line(`${gauge}{${own}}`, (_, start) => `${start * 60}+60`),
  );
  const counts = cases.flatMap(({ tenant, failing, healthy, few }) =>
    failing.map(([name]) => {
      const series = name.replace('{', `{${own},`).replace(EXAMPLE_TENANT, tenant);
      const samples = { failing, healthy, few: few ?? healthy, gone: [] };
      return line(series, (moment) => `${samples[moment].find(([each]) => each === name)?.[1] ?? 0}+0`);
    }),
  );
  return [line(`${GAUGES.blind}{${own}}`, () => '0+0'), ...clocks, ...counts];
}
