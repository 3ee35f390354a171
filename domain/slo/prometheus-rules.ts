import {
  type AlertLinks,
  annotateSloAlert,
  DEFAULT_LINKS,
  describeUnlessHeld,
  TEMPLATE_SUBJECT,
} from './alert-text.ts';
import { allowedBadShare } from './burn-rate.ts';
import type { Slo } from './definition.ts';
import { evaluatorRules } from './evaluator-rules.ts';
import { failureRules } from './failure-rules.ts';
import { leakRules } from './leak-rules.ts';
import { LEAN_FROM_SLOS, leanGroups } from './lean-rules.ts';
import { GAUGES, RECORDED } from './metric-names.ts';
import { recorderRules } from './recorder-rules.ts';
import type { AlertRule, RecordingRule, RuleGroup } from './rule-shapes.ts';
import type { SloAlert } from './slo-alert.ts';
import { sloAlerts } from './slo-alerts.ts';
import { EVALUATION_INTERVAL_SECONDS, prometheusDuration } from './windows.ts';

/** A series that must exist: silence of this tenant and service is "no data", not health. */
export type ExpectedSeries = { readonly tenant: string; readonly service: string };

export type RuleOptions = {
  /** Time runs this many times as fast; 1 in production. Window labels keep their names. */
  readonly timescale?: number;
  readonly inventory?: readonly ExpectedSeries[];
  readonly links?: AlertLinks;
  /** From how many objectives on rules are lean; LEAN_FROM_SLOS unless told. */
  readonly leanFromSlos?: number;
};

const KEEP_FIRING_SECONDS = 300;

/**
 * The Prometheus rule groups of all SLOs, ready to be written as YAML: two groups on Docket itself, one per SLO.
 * Rules of a group are evaluated in order, so alerts see what was recorded in the same moment.
 */
export function generateRules(
  slos: readonly Slo[],
  { timescale = 1, inventory = [], links = DEFAULT_LINKS, leanFromSlos = LEAN_FROM_SLOS }: RuleOptions = {},
): { readonly groups: readonly RuleGroup[] } {
  const groups = slos.map((slo) => ({
    slo,
    group: {
      name: `docket-slo-${slo.name}`,
      rules: [
        ...recordings(slo, inventory),
        ...sloAlerts(slo).map((alert) => sloAlertRule(slo, alert, timescale, links)),
      ],
    },
  }));
  // Gauges change once a minute: to look more often than that is no news.
  const interval = prometheusDuration(EVALUATION_INTERVAL_SECONDS, timescale);
  const isLean = slos.length >= leanFromSlos;
  return {
    groups: [
      evaluatorRules(timescale, links),
      recorderRules(timescale, links),
      ...(isLean ? leanGroups(groups, interval) : groups.map(({ group }) => group)),
      leakRules(timescale, links),
      failureRules(timescale, links),
    ],
  };
}

function recordings(slo: Slo, inventory: readonly ExpectedSeries[]): RecordingRule[] {
  const selector = sloSelector(slo);
  // The series have this label already; said again, promtool's check for duplicate rules can tell them apart.
  const labels = { slo: slo.name };
  const merged = (gauge: string): string => `max without (instance, job) (${gauge}${selector})`;
  const promised = inventory.filter(
    ({ tenant, service }) =>
      (slo.tenant === '*' || slo.tenant === tenant) && (slo.service === '*' || slo.service === service),
  );
  return [
    { record: RECORDED.bad, expr: merged(GAUGES.bad), labels },
    { record: RECORDED.total, expr: merged(GAUGES.total), labels },
    ...recordingsOfBudget(slo, selector),
    ...promised.map(({ tenant, service }) => ({
      record: RECORDED.inventory,
      expr: 'vector(1)',
      labels: { slo: slo.name, tenant, service },
    })),
    {
      record: RECORDED.expected,
      expr:
        `max by (slo, tenant, service) (${GAUGES.expected}${selector}) ` +
        `or ${RECORDED.inventory}{slo="${slo.name}"}`,
      labels,
    },
  ];
}

// A budget that is a share burns; one that is a count is spent.
function recordingsOfBudget(slo: Slo, selector: string): RecordingRule[] {
  const labels = { slo: slo.name };
  if (slo.budgeting === 'absolute') {
    const expr = `min without (instance, job) (${GAUGES.budgetRemaining}${selector})`;
    return [{ record: RECORDED.budgetRemaining, expr, labels }];
  }
  const total = `${RECORDED.total}{slo="${slo.name}"}`;
  const burnRate = {
    record: RECORDED.burnRate,
    expr: `${RECORDED.bad}{slo="${slo.name}"} / (${total} > 0) / ${allowedBadShare(slo.objective)}`,
    labels,
  };
  if (slo.budgeting === 'occurrences') return [burnRate];
  const empty = `max without (instance, job) (${GAUGES.emptySlices}${selector})`;
  return [burnRate, { record: RECORDED.active, expr: `${total} - ${empty}`, labels }];
}

function sloSelector(slo: Slo): string {
  const matchers = [`slo="${slo.name}"`];
  if (slo.tenant !== '*') matchers.push(`tenant="${slo.tenant}"`);
  if (slo.service !== '*') matchers.push(`service="${slo.service}"`);
  return `{${matchers.join(',')}}`;
}

function sloAlertRule(slo: Slo, alert: SloAlert, timescale: number, links: AlertLinks): AlertRule {
  const description = describeUnlessHeld(alert.describe, alert.valueFormat);
  return {
    alert: alert.name,
    expr: frozenWhileBlind(slo, alert),
    for: prometheusDuration(alert.forSeconds, timescale),
    keep_firing_for: prometheusDuration(KEEP_FIRING_SECONDS, timescale),
    labels: {
      severity: alert.severity,
      slo: slo.name,
      ...(alert.window === null ? {} : { window: alert.window }),
    },
    annotations: annotateSloAlert(alert.name, TEMPLATE_SUBJECT, { what: alert.what, description }, links),
  };
}

// While blind nothing may resolve (we cannot see that it is over) and nothing may start (what we read while
// catching up is over already); DocketBlind pages instead. A held alert has the value −1, which its text knows.
function frozenWhileBlind(slo: Slo, alert: SloAlert): string {
  const window = alert.window === null ? '' : `,window="${alert.window}"`;
  const firing = `ALERTS{alertname="${alert.name}",alertstate="firing",slo="${slo.name}"${window}}`;
  return [
    '(',
    `(${alert.condition})`,
    `unless on () ${RECORDED.blind} == 1`,
    ')',
    `or (-max without (alertname, alertstate, severity) (${firing}) and on () ${RECORDED.blind} == 1)`,
  ].join('\n');
}
