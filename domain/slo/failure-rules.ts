import { kindLabels } from './alert-kinds.ts';
import { type AlertRoutes, filledRouteLabels, routeLabels } from './alert-routes.ts';
import { type AlertLinks, annotateAlert, describeUnlessHeld, type SubjectLabel } from './alert-text.ts';
import { FAILURE_ALERTS, type FailureAlert } from './failure-alerts.ts';
import { versionRecordings } from './failure-conditions.ts';
import { frozenWhileBlind } from './freeze-while-blind.ts';
import type { AlertRule, RuleGroup } from './rule-shapes.ts';
import { templateSubject } from './template-subject.ts';
import { prometheusDuration } from './windows.ts';

const KEEP_FIRING_SECONDS = 300;

/** The rules on failures that no budget shows. As with budgets, nothing starts or resolves while we are blind. */
export function failureRules(timescale: number, links: AlertLinks, routes: AlertRoutes): RuleGroup {
  return {
    name: 'docket-failures',
    rules: [
      ...versionRecordings(),
      ...FAILURE_ALERTS.map((alert) => failureRule(alert, { timescale, links, routes })),
    ],
  };
}

function failureRule(
  alert: FailureAlert,
  { timescale, links, routes }: { timescale: number; links: AlertLinks; routes: AlertRoutes },
): AlertRule {
  const { name, severity, subject, what } = alert;
  const scaled = (seconds: number) => prometheusDuration(seconds, timescale);
  const description = describeUnlessHeld(alert.describe, '%.0f');
  return {
    alert: name,
    // A page and a ticket of the same name are two alerts.
    expr: frozenWhileBlind(name, { severity }, alert.condition(scaled)),
    for: alert.forSeconds === 0 ? '0s' : scaled(alert.forSeconds),
    keep_firing_for: scaled(KEEP_FIRING_SECONDS),
    labels: { ...ownLabels(alert), ...routeLabels(routes, { name, slo: null, labels: subject }) },
    annotations: annotateAlert(
      name,
      templateSubject(subject, timescale),
      { what, description, window: null },
      links,
    ),
  };
}

/** Labels of such an alert when it is known what it is about. */
export function filledFailureLabels(
  alert: FailureAlert,
  routes: AlertRoutes,
  known: Readonly<Partial<Record<SubjectLabel, string>>>,
): Readonly<Record<string, string>> {
  const route = filledRouteLabels(routes, { name: alert.name, slo: null }, known);
  return { ...known, ...ownLabels(alert), ...route };
}

function ownLabels({ name, severity }: FailureAlert): Readonly<Record<string, string>> {
  return { severity, ...kindLabels(name) };
}
