import type { AlertCondition } from './alert-conditions.ts';
import { kindLabels } from './alert-kinds.ts';
import type { AlertRoutes } from './alert-routes.ts';
import { filledRouteLabels, routeLabels } from './alert-routes.ts';
import type { SubjectLabel } from './alert-text.ts';
import type { Severity } from './burn-rate.ts';
import type { Slo } from './definition.ts';
import type { AlertName } from './metric-names.ts';
import type { WindowName } from './windows.ts';

/** One alert of one SLO, before it becomes a rule. `condition` is PromQL over the recorded series. */
export type SloAlert = {
  readonly name: AlertName;
  readonly severity: Severity;
  /** The window in the alert's labels; null where it judges several. */
  readonly window: WindowName | null;
  readonly condition: string;
  /** The same, to be judged without Prometheus. */
  readonly conditions: readonly AlertCondition[];
  readonly forSeconds: number;
  /** Short, for the summary. */
  readonly what: string;
  readonly describe: (value: string) => string;
  readonly valueFormat: '%.0f' | '%.1f';
  /** Labels of what it is about, beside `slo`; each tenant's service unless told. */
  readonly about?: readonly SubjectLabel[];
};

/** A recorded series of one SLO and window, in PromQL. */
export function selectWindow(metric: string, slo: Slo, window: WindowName): string {
  return `${metric}{slo="${slo.name}",window="${window}"}`;
}

/** What the annotations of an alert of an SLO are about. */
export function subjectLabels({ about = ['tenant', 'service'] }: SloAlert): readonly SubjectLabel[] {
  return ['slo', ...about];
}

/** Labels that a rule puts on an alert of an SLO, beside those of the series. */
export function ruleLabels(slo: Slo, alert: SloAlert, routes: AlertRoutes): Readonly<Record<string, string>> {
  const subject = { name: alert.name, slo: slo.name, labels: subjectLabels(alert) };
  return { ...ownLabels(slo, alert), ...routeLabels(routes, subject) };
}

/** The same labels when it is known what the alert is about. */
export function filledRuleLabels(
  slo: Slo,
  alert: SloAlert,
  routes: AlertRoutes,
  known: Readonly<Partial<Record<SubjectLabel, string>>>,
): Readonly<Record<string, string>> {
  const subject = { name: alert.name, slo: slo.name };
  return { ...ownLabels(slo, alert), ...filledRouteLabels(routes, subject, known) };
}

function ownLabels(slo: Slo, alert: SloAlert): Readonly<Record<string, string>> {
  return {
    severity: alert.severity,
    ...kindLabels(alert.name, slo),
    slo: slo.name,
    ...(alert.window === null ? {} : { window: alert.window }),
  };
}
