import { type AlertRoutes, NO_ROUTES } from './alert-routes.ts';
import {
  type AlertLinks,
  type Annotations,
  annotateAlert,
  DEFAULT_LINKS,
  filledSubject,
  HELD,
} from './alert-text.ts';
import type { Slo } from './definition.ts';
import type { AlertName } from './metric-names.ts';
import type { Check } from './promtool-checks.ts';
import { sloScenarios } from './promtool-scenarios.ts';
import { exampleSubject, type InputSeries, timelineSeries } from './promtool-timeline.ts';
import { filledRuleLabels, subjectLabels } from './slo-alert.ts';

export type ExpectedAlert = {
  readonly exp_labels: Readonly<Record<string, string>>;
  readonly exp_annotations: Annotations;
};
type PromtoolTest = {
  readonly name: string;
  readonly interval: '1m';
  readonly input_series: readonly InputSeries[];
  readonly alert_rule_test: readonly {
    readonly eval_time: string;
    readonly alertname: AlertName;
    readonly exp_alerts: readonly ExpectedAlert[];
  }[];
};
export type PromtoolTestFile = {
  readonly rule_files: readonly string[];
  readonly evaluation_interval: '1m';
  readonly tests: readonly PromtoolTest[];
};
export type PromtoolTestOptions = {
  /** Where a group of rules stands, relative to the file that the tests are written to. */
  readonly ruleFileOf: (group: string) => string;
  readonly links?: AlertLinks;
  readonly routes?: AlertRoutes;
  /** The group of the SLO's rules; one of its own unless told. */
  readonly group?: string;
  /** The rules are lean, and evaluators show what they read. */
  readonly lean?: boolean;
};

/**
 * The promtool unit tests of one SLO's rules at timescale 1: each alert fires, stays quiet and resets, under low
 * traffic, without data, with two evaluators, and through an outage of ours.
 */
export function generateSloTests(
  slo: Slo,
  {
    ruleFileOf,
    links = DEFAULT_LINKS,
    routes = NO_ROUTES,
    group = `docket-slo-${slo.name}`,
    lean = false,
  }: PromtoolTestOptions,
): PromtoolTestFile {
  const tests = sloScenarios(slo, lean).map((scenario) => ({
    name: `${slo.name}: ${scenario.name}`,
    interval: '1m' as const,
    input_series: timelineSeries(slo, scenario.phases, { ...scenario.options, lean }),
    alert_rule_test: scenario.checks.map((check) => ({
      eval_time: `${check.minute}m`,
      alertname: check.alert,
      exp_alerts: check.firing.map((firing) => expectedAlert(slo, check, firing, { links, routes })),
    })),
  }));
  return {
    rule_files: ['docket-evaluator', group].map(ruleFileOf),
    evaluation_interval: '1m',
    tests,
  };
}

function expectedAlert(
  slo: Slo,
  check: Check,
  { alert, value, at }: Check['firing'][number],
  { links, routes }: { readonly links: AlertLinks; readonly routes: AlertRoutes },
): ExpectedAlert {
  const described =
    value === 'held' ? HELD : alert.describe(value.toFixed(alert.valueFormat === '%.1f' ? 1 : 0));
  const all = { slo: slo.name, ...exampleSubject(slo) };
  const about = Object.fromEntries(
    Object.entries(all).filter(([label]) => subjectLabels(alert).some((one) => one === label)),
  );
  const { what, window, name } = alert;
  return {
    exp_labels: { ...about, ...filledRuleLabels(slo, alert, routes, about) },
    exp_annotations: annotateAlert(
      name,
      filledSubject(about, at ?? check.minute),
      { what, description: described, window },
      links,
    ),
  };
}
