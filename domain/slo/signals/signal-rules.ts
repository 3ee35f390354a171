import { kindLabels } from '../alert-kinds.ts';
import { type AlertRoutes, filledRouteLabels, routeLabels } from '../alert-routes.ts';
import { type AlertLinks, annotateAlert, describeUnlessHeld, type SubjectLabel } from '../alert-text.ts';
import { frozenWhileBlind } from '../freeze-while-blind.ts';
import type { AlertRule, RuleGroup } from '../rule-shapes.ts';
import { templateSubject } from '../template-subject.ts';
import { prometheusDuration } from '../windows.ts';
import { SIGNALS } from './known-signals.ts';
import type { Signal } from './signal.ts';

const KEEP_FIRING_SECONDS = 300;

/** The rules on counts and findings. As those of SLOs, they are frozen while Docket is blind. */
export function signalRules(timescale: number, links: AlertLinks, routes: AlertRoutes): RuleGroup {
  return {
    name: 'docket-signals',
    rules: SIGNALS.map((signal) => signalRule(signal, { timescale, links, routes })),
  };
}

/** The rule of one signal. */
export function signalRule(
  signal: Signal,
  { timescale, links, routes }: { timescale: number; links: AlertLinks; routes: AlertRoutes },
): AlertRule {
  const { name, severity, about, what, window, forSeconds } = signal;
  const duration = (seconds: number): string => prometheusDuration(seconds, timescale);
  const description = describeUnlessHeld(signal.describe, signal.valueFormat);
  const subject = templateSubject(about, timescale);
  return {
    alert: name,
    // A page and a ticket of the same name are two alerts.
    expr: frozenWhileBlind(name, { severity }, signal.condition(duration)),
    for: forSeconds === 0 ? '0s' : duration(forSeconds),
    keep_firing_for: duration(KEEP_FIRING_SECONDS),
    labels: { ...ownLabels(signal), ...routeLabels(routes, { name, slo: null, labels: about }) },
    annotations: annotateAlert(name, subject, { what, description, window }, links),
  };
}

/** Labels of a signal's alert when it is known what it is about. */
export function filledSignalLabels(
  signal: Signal,
  routes: AlertRoutes,
  known: Readonly<Partial<Record<SubjectLabel, string>>>,
): Readonly<Record<string, string>> {
  const route = filledRouteLabels(routes, { name: signal.name, slo: null }, known);
  return { ...known, ...ownLabels(signal), ...route };
}

function ownLabels({ name, severity, window }: Signal): Readonly<Record<string, string>> {
  return { severity, ...kindLabels(name, null), ...(window === null ? {} : { window }) };
}
