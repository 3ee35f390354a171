import { kindLabels } from './alert-kinds.ts';
import { type AlertRoutes, routeLabels } from './alert-routes.ts';
import type { AlertName } from './metric-names.ts';

/** Labels of an alert on Docket itself, beside those of its series. */
export function docketLabels(
  name: AlertName,
  severity: 'page' | 'ticket' | 'none',
  routes: AlertRoutes,
): Readonly<Record<string, string>> {
  return { severity, ...kindLabels(name, null), ...routeLabels(routes, { name, slo: null, labels: [] }) };
}
