import { type AlertLinks, type Annotations, CURRENT_AT, describeUnlessHeld } from './alert-text.ts';
import { FAILURE_ALERTS, type FailureAlert } from './failure-alerts.ts';
import { versionRecordings } from './failure-conditions.ts';
import { RECORDED } from './metric-names.ts';
import type { AlertRule, RuleGroup } from './rule-shapes.ts';
import { prometheusDuration } from './windows.ts';

const KEEP_FIRING_SECONDS = 300;

/** What an annotation names: the value of each label, as text and in a URL, and the end of what was judged. */
export type FailureSubject = {
  readonly label: (name: string) => string;
  readonly labelInUrl: (name: string) => string;
  readonly at: string;
};

const TEMPLATE: FailureSubject = {
  label: (name) => `{{ $labels.${name} }}`,
  labelInUrl: (name) => `{{ urlquery $labels.${name} }}`,
  at: CURRENT_AT,
};

/** The annotations of an alert on a failure; `link` leads to the decisions behind it. */
export function annotateFailure(
  alert: FailureAlert,
  subject: FailureSubject,
  description: string,
  links: AlertLinks,
): Annotations {
  const named = alert.subject.map((label) => `${label} ${subject.label(label)}`).join(', ');
  const asked = alert.subject.map((label) => `${label}=${subject.labelInUrl(label)}`).join('&');
  return {
    summary: `${named[0]?.toUpperCase()}${named.slice(1)}: ${alert.what}`,
    description,
    runbook_url: `${links.runbookBaseUrl}${alert.name}.md`,
    link: `${links.auditorUrl}/go?alert=${alert.name}&${asked}&at=${subject.at}`,
  };
}

/** The rules on failures that no budget shows. As with budgets, nothing starts or resolves while we are blind. */
export function failureRules(timescale: number, links: AlertLinks): RuleGroup {
  const scaled = (seconds: number) => prometheusDuration(seconds, timescale);
  return {
    name: 'docket-failures',
    rules: [...versionRecordings(), ...FAILURE_ALERTS.map((alert) => failureRule(alert, scaled, links))],
  };
}

function failureRule(alert: FailureAlert, scaled: (seconds: number) => string, links: AlertLinks): AlertRule {
  const { name, severity, subject } = alert;
  const firing = `ALERTS{alertname="${name}",alertstate="firing",severity="${severity}"}`;
  const isBlind = `on () ${RECORDED.blind} == 1`;
  const held = `-max by (${subject.join(', ')}) (${firing}) and ${isBlind}`;
  return {
    alert: name,
    expr: `(\n(${alert.condition(scaled)})\nunless ${isBlind}\n)\nor (${held})`,
    for: alert.forSeconds === 0 ? '0s' : scaled(alert.forSeconds),
    keep_firing_for: scaled(KEEP_FIRING_SECONDS),
    labels: { severity },
    annotations: annotateFailure(alert, TEMPLATE, describeUnlessHeld(alert.describe, '%.0f'), links),
  };
}
