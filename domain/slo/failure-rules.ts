import type { AlertRoutes } from './alert-routes.ts';
import type { AlertLinks } from './alert-text.ts';
import { FAILURE_ALERTS } from './failure-alerts.ts';
import { versionRecordings } from './failure-conditions.ts';
import type { RuleGroup } from './rule-shapes.ts';
import { signalRule } from './signals/signal-rules.ts';

/** The rules on failures that no budget shows. As with budgets, nothing starts or resolves while we are blind. */
export function failureRules(timescale: number, links: AlertLinks, routes: AlertRoutes): RuleGroup {
  return {
    name: 'docket-failures',
    rules: [
      ...versionRecordings(),
      ...FAILURE_ALERTS.map((alert) => signalRule(alert, { timescale, links, routes })),
    ],
  };
}
