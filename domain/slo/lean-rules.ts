import type { AlertSubject, SubjectLabel } from './alert-text.ts';
import { BASELINE_WINDOW } from './baseline-alert.ts';
import type { Slo } from './definition.ts';
import { leanCondition } from './lean-conditions.ts';
import { GAUGES, RECORDED } from './metric-names.ts';
import type { AlertRule, RecordingRule, RuleGroup } from './rule-shapes.ts';
import { LINK_QUERIES, recordedSubject } from './template-subject.ts';

/** Which objective a group of rules is about. */
export type SloGroup = {
  readonly slo: Slo;
  readonly group: RuleGroup;
  /** Its alerts with other templates for what their annotations are about. */
  readonly alertsWith: (subjectOf: SubjectOf) => readonly AlertRule[];
};

/** A group, and the objectives whose rules it holds. */
export type SharedGroup = { readonly names: readonly string[]; readonly group: RuleGroup };

/** What annotations are about, given the labels that say so. */
export type SubjectOf = (labels: readonly SubjectLabel[]) => AlertSubject;

/**
 * The same alerts at a fraction of the cost, for many objectives. Rules read the evaluators' gauges themselves, each
 * evaluator's apart, and merge what is left of them. Conditions on failures read gauges that are there only where
 * something failed (see showCounts), so that they have nothing to look at where nothing is wrong. Objectives whose
 * rules differ in nothing but their name share them: one rule over all their series instead of one for each. Labels and
 * annotations of alerts stay as they are, as the series carry the objective's name. Only what rules refer to, and no
 * gauge says, is still recorded; and what the annotations of every alert ask for, as Prometheus fills them in anew for
 * each alert that fires, which costs more than to find it.
 */
export function leanGroups(groups: readonly SloGroup[], interval: string): readonly SharedGroup[] {
  const alike = Map.groupBy(groups, ({ slo, group }) =>
    JSON.stringify(group.rules.map((rule) => nameless(rule, slo))),
  );
  return [...alike.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const names = members.map(({ slo }) => slo.name);
    const name = `${first.group.name}${names.length > 1 ? `-and-${names.length - 1}-alike` : ''}`;
    return [{ names, group: { name, interval, rules: leanRules(first, name, names) } }];
  });
}

const PLACEHOLDER = '\u0000';

function nameless(rule: AlertRule | RecordingRule, slo: Slo): string {
  const text = JSON.stringify({ ...rule, labels: { ...rule.labels, slo: undefined } });
  return text.replaceAll(JSON.stringify(`slo="${slo.name}"`).slice(1, -1), PLACEHOLDER);
}

function leanRules(
  { slo, group, alertsWith }: SloGroup,
  groupName: string,
  names: readonly string[],
): (AlertRule | RecordingRule)[] {
  const recordings = group.rules.filter((rule) => 'record' in rule);
  const promised = recordings.filter(({ record }) => record === RECORDED.inventory);
  const alerts = alertsWith((labels) => recordedSubject(labels, groupName)).map((rule) =>
    withoutRecordings(rule, slo, promised.length > 0),
  );
  return [
    // By the group itself, so that a link leads to the very decisions that its alerts have counted.
    ...Object.values(LINK_QUERIES).map(({ record, query }) => ({
      record,
      expr: query,
      labels: { group: groupName },
    })),
    // A promise has no series that would carry the objective's name.
    ...promised.flatMap((rule) => names.map((name) => ({ ...rule, labels: { ...rule.labels, slo: name } }))),
    ...[...recordings.flatMap((rule) => leanRecording(rule, slo)), ...alerts].map((rule) =>
      shared(rule, slo, names),
    ),
  ];
}

// Of the past only what is usual is asked, and that in one window; what is left of counts no gauge says.
function leanRecording(rule: RecordingRule, slo: Slo): RecordingRule[] {
  if (rule.record === RECORDED.budgetRemaining) return [rule];
  if (rule.record !== RECORDED.burnRate || slo.alerting !== 'burn-rate') return [];
  const of = (gauge: string) => `${gauge}{slo="${slo.name}",window="${BASELINE_WINDOW}"}`;
  // Hours without a failure are as usual as others.
  const calm = `0 * (${of(GAUGES.total)} > 0)`;
  return [{ ...rule, expr: `max without (instance, job) (${of(GAUGES.burnRate)} or ${calm})` }];
}

function withoutRecordings(rule: AlertRule, slo: Slo, isPromised: boolean): AlertRule {
  const condition = CONDITION.exec(rule.expr)?.[1];
  if (condition === undefined) return rule;
  const lean = leanCondition(rule.alert, condition, slo, isPromised);
  return { ...rule, expr: rule.expr.replace(condition, () => lean) };
}

/** The condition within the shape that holds an alert while Docket is blind. */
const CONDITION = /^\(\n\(([\s\S]*?)\)\nunless on \(\) /;

// Labels of alerts stay as they are without the objective's name: their series carry it.
function shared<Rule extends AlertRule | RecordingRule>(
  rule: Rule,
  slo: Slo,
  names: readonly string[],
): Rule {
  if (names.length === 1) return rule;
  const { slo: _, ...labels } = rule.labels ?? {};
  const expr = rule.expr.replaceAll(`slo="${slo.name}"`, () => `slo=~"${names.join('|')}"`);
  return { ...rule, expr, labels };
}
