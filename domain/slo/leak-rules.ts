import { type AlertLinks, annotateSystemAlert } from './alert-text.ts';
import { ALERTS, LEAK_GAUGES } from './metric-names.ts';
import type { RuleGroup } from './rule-shapes.ts';
import { prometheusDuration } from './windows.ts';

/** An evaluator that has not read yet what somebody acknowledged is no alert. */
const FOR_SECONDS = 60;
/** A service without a store can only count what it found in its log; so long the alert stands. */
const LOG_WINDOW_SECONDS = 3_600;
const UNKNOWN_FOR_SECONDS = 600;

export const LEAK = {
  summary: 'Personal data or a secret was found where it must not be',
  description:
    'The final gate, a logger or the scan of stored records found what redaction had let pass. `docket leak list` says where; it stays until every leak is acknowledged.',
};
/** Whoever follows it sees the records of their own tenant that hold leaks. */
export const LEAK_PATH = `/go?alert=${ALERTS.leakFound}`;
export const LEAKS_UNKNOWN = {
  summary: 'Nobody counts leaks',
  description: 'No evaluator can read the table of leaks, so that none of them would be noticed.',
};

/** The rules on leaks. Every one pages until somebody has acknowledged it; not to know of any is no 0. */
export function leakRules(timescale: number, links: AlertLinks): RuleGroup {
  const window = prometheusDuration(LOG_WINDOW_SECONDS, timescale);
  return {
    name: 'docket-leaks',
    rules: [
      {
        alert: ALERTS.leakFound,
        expr:
          `max by (source) (${LEAK_GAUGES.unacknowledged}) > 0\n` +
          `or sum by (job) (increase(${LEAK_GAUGES.inLogs}[${window}])) > 0`,
        for: prometheusDuration(FOR_SECONDS, timescale),
        labels: { severity: 'page' },
        annotations: annotateSystemAlert(ALERTS.leakFound, LEAK, links, LEAK_PATH),
      },
      {
        alert: ALERTS.leaksUnknown,
        expr: `absent(${LEAK_GAUGES.unacknowledged})`,
        for: prometheusDuration(UNKNOWN_FOR_SECONDS, timescale),
        labels: { severity: 'ticket' },
        annotations: annotateSystemAlert(ALERTS.leaksUnknown, LEAKS_UNKNOWN, links),
      },
    ],
  };
}
