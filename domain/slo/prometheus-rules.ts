import { newVersionsRule } from './alert-queries.ts';
import { type AlertRoutes, NO_ROUTES } from './alert-routes.ts';
import { type AlertLinks, annotateAlert, DEFAULT_LINKS, describeUnlessHeld } from './alert-text.ts';
import { baselineRules } from './baseline-alert.ts';
import { allowedBadShare } from './burn-rate.ts';
import type { RatioSlo, Slo } from './definition.ts';
import { evaluatorRules } from './evaluator-rules.ts';
import { failureRules } from './failure-rules.ts';
import { frozenWhileBlind } from './freeze-while-blind.ts';
import { leakRules } from './leak-rules.ts';
import { leanGroups, type SubjectOf } from './lean-rules.ts';
import { GAUGES, RECORDED } from './metric-names.ts';
import { recorderRules } from './recorder-rules.ts';
import type { AlertRule, RecordingRule, RuleGroup } from './rule-shapes.ts';
import { LEAN_FROM_SLOS } from './shown-counts.ts';
import { signalRules } from './signals/signal-rules.ts';
import { ruleLabels, type SloAlert, subjectLabels } from './slo-alert.ts';
import { sloAlerts } from './slo-alerts.ts';
import { templateSubject } from './template-subject.ts';
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
  /** Who is told besides on-call. */
  readonly routes?: AlertRoutes;
};

export type GeneratedRules = {
  readonly groups: readonly RuleGroup[];
  /** The group that holds the rules of an objective, by its name. */
  readonly groupOf: ReadonlyMap<string, string>;
  /** There are so many objectives that their rules are lean. */
  readonly lean: boolean;
};

const KEEP_FIRING_SECONDS = 300;

/**
 * The Prometheus rule groups of all SLOs, ready to be written as YAML: those on Docket itself, one per SLO, and what is
 * usual. Rules of a group are evaluated in order, so alerts see what was recorded in the same moment.
 */
export function generateRules(
  slos: readonly Slo[],
  {
    timescale = 1,
    inventory = [],
    links = DEFAULT_LINKS,
    routes = NO_ROUTES,
    leanFromSlos = LEAN_FROM_SLOS,
  }: RuleOptions = {},
): GeneratedRules {
  const own = slos.map((slo) => {
    const alertsWith = (subjectOf: SubjectOf) =>
      sloAlerts(slo, timescale).map((alert) =>
        sloAlertRule(slo, alert, { timescale, links, routes, subjectOf }),
      );
    const alerts = alertsWith((labels) => templateSubject(labels, timescale));
    const group = { name: `docket-slo-${slo.name}`, rules: [...recordings(slo, inventory), ...alerts] };
    return { slo, group, alertsWith };
  });
  // Gauges change once a minute: to look more often than that is no news.
  const interval = prometheusDuration(EVALUATION_INTERVAL_SECONDS, timescale);
  const lean = slos.length >= leanFromSlos;
  const shared = lean
    ? leanGroups(own, interval)
    : own.map(({ slo, group }) => ({ names: [slo.name], group }));
  const newVersions = { name: 'docket-new-versions', interval, rules: [newVersionsRule(timescale)] };
  const burning = slos.filter((slo): slo is RatioSlo => slo.alerting === 'burn-rate');
  return {
    groups: [
      evaluatorRules(timescale, links, routes),
      recorderRules(timescale, links, routes),
      ...(lean ? [newVersions] : []),
      ...shared.map(({ group }) => group),
      ...(burning.length === 0 ? [] : [baselineRules(lean ? null : burning, timescale)]),
      failureRules(timescale, links, routes),
      signalRules(timescale, links, routes),
      leakRules(timescale, links, routes),
    ],
    groupOf: new Map(shared.flatMap(({ names, group }) => names.map((name) => [name, group.name]))),
    lean,
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

function sloAlertRule(
  slo: Slo,
  alert: SloAlert,
  {
    timescale,
    links,
    routes,
    subjectOf,
  }: { timescale: number; links: AlertLinks; routes: AlertRoutes; subjectOf: SubjectOf },
): AlertRule {
  const { name, window, what } = alert;
  const description = describeUnlessHeld(alert.describe, alert.valueFormat);
  const own = { slo: slo.name, ...(window === null ? {} : { window }) };
  return {
    alert: name,
    expr: frozenWhileBlind(name, own, alert.condition),
    for: alert.forSeconds === 0 ? '0s' : prometheusDuration(alert.forSeconds, timescale),
    keep_firing_for: prometheusDuration(KEEP_FIRING_SECONDS, timescale),
    labels: ruleLabels(slo, alert, routes),
    annotations: annotateAlert(name, subjectOf(subjectLabels(alert)), { what, description, window }, links),
  };
}
