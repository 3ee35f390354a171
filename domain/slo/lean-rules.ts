import { BASELINE_WINDOW } from './baseline-alert.ts';
import { allowedBadShare } from './burn-rate.ts';
import type { RatioSlo, Slo } from './definition.ts';
import { ALERTS, GAUGES, RECORDED } from './metric-names.ts';
import type { AlertRule, RecordingRule, RuleGroup } from './rule-shapes.ts';
import type { WindowName } from './windows.ts';

/**
 * From so many objectives on, rules are lean. Below it recorded series are worth what they cost; 1,000 objectives of 20
 * tenants would record half a million of them each minute (docs/results/bench-slo-2026-11-21.md).
 */
export const LEAN_FROM_SLOS = 100;

/** Which objective a group of rules is about. */
export type SloGroup = { readonly slo: Slo; readonly group: RuleGroup };

/**
 * The same alerts at a fraction of the cost, for many objectives. Rules read the evaluators' gauges themselves, each
 * evaluator's apart, and merge what is left of them: nearly nothing, where nothing is wrong. Objectives whose rules
 * differ in nothing but their name share them: one rule over all their series instead of one for each. Labels and
 * annotations of alerts stay as they are, as the series carry the objective's name. Only what rules refer to, and no
 * gauge says, is still recorded.
 */
export function leanGroups(groups: readonly SloGroup[], interval: string): readonly RuleGroup[] {
  const alike = Map.groupBy(groups, ({ slo, group }) =>
    JSON.stringify(group.rules.map((rule) => nameless(rule, slo))),
  );
  return [...alike.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const names = members.map(({ slo }) => slo.name);
    const name = `${first.group.name}${names.length > 1 ? `-and-${names.length - 1}-alike` : ''}`;
    return [{ name, interval, rules: leanRules(first, names) }];
  });
}

const PLACEHOLDER = '\u0000';

function nameless(rule: AlertRule | RecordingRule, slo: Slo): string {
  const text = JSON.stringify({ ...rule, labels: { ...rule.labels, slo: undefined } });
  return text.replaceAll(JSON.stringify(`slo="${slo.name}"`).slice(1, -1), PLACEHOLDER);
}

function leanRules({ slo, group }: SloGroup, names: readonly string[]): (AlertRule | RecordingRule)[] {
  const alerts = group.rules.filter((rule) => 'alert' in rule).map((rule) => withoutRecordings(rule, slo));
  const recordings = group.rules
    .filter((rule) => 'record' in rule)
    .map((rule) =>
      slo.budgeting !== 'absolute' && rule.record === RECORDED.burnRate ? hourlyBurn(slo, rule) : rule,
    );
  const needed = neededRecordings(recordings, alerts);
  return [...recordings.filter((rule) => needed.has(rule)), ...alerts].map((rule) =>
    shared(rule, slo, names),
  );
}

// What an alert refers to, and what that refers to in turn.
function neededRecordings(
  recordings: readonly RecordingRule[],
  alerts: readonly AlertRule[],
): ReadonlySet<RecordingRule> {
  const needed = new Set<RecordingRule>();
  const texts = alerts.map(({ expr }) => expr);
  for (let text = texts.pop(); text !== undefined; text = texts.pop()) {
    for (const rule of recordings) {
      if (needed.has(rule) || !text.includes(rule.record)) continue;
      needed.add(rule);
      texts.push(rule.expr);
    }
  }
  return needed;
}

// Of the past only what is usual is asked, and that in one window.
function hourlyBurn(slo: RatioSlo, rule: RecordingRule): RecordingRule {
  const of = (gauge: string) => `${gauge}{slo="${slo.name}",window="${BASELINE_WINDOW}"}`;
  const burn = `${of(GAUGES.bad)} / (${of(GAUGES.total)} > 0) / ${allowedBadShare(slo.objective)}`;
  return { ...rule, expr: `max without (instance, job) (${burn})` };
}

// A ratio of nothing is NaN, which is above no threshold: windows without events need no condition of their own.
function withoutRecordings(rule: AlertRule, slo: Slo): AlertRule {
  const condition = CONDITION.exec(rule.expr)?.[1];
  if (condition === undefined) return rule;
  if (rule.alert === ALERTS.goodExceedsTotal) {
    const some = `{slo="${slo.name}",window=~"${CHECKED_WINDOWS.join('|')}"}`;
    return {
      ...rule,
      expr: rule.expr.replace(condition, () => condition.replaceAll(`{slo="${slo.name}"}`, () => some)),
    };
  }
  if (rule.alert === ALERTS.burnAboveBaseline) {
    // What is usual has no evaluator: the burn rate that is compared with it stays the recorded one.
    const [usual = '', ...others] = condition.split(AND);
    const merged = others.map((one) => `max without (instance, job) (${readGauges(one, slo)})`);
    return { ...rule, expr: rule.expr.replace(condition, () => [usual, ...merged].join(AND)) };
  }
  const read = readGauges(condition, slo);
  if (read === condition) return rule;
  return {
    ...rule,
    expr: rule.expr.replace(`(${condition})`, () => `max without (instance, job) (${read})`),
  };
}

/** What joins the conditions of a burn rate. */
const AND = '\nand ignoring (window) ';

function readGauges(condition: string, slo: Slo): string {
  return condition.replaceAll(RECORDED_COUNT, (whole, name: string, selector: string) => {
    const gauge = (of: string) => `${of}${selector}`;
    if (name === RECORDED.bad) return gauge(GAUGES.bad);
    if (name === RECORDED.total) return gauge(GAUGES.total);
    if (name === RECORDED.active) return `(${gauge(GAUGES.total)} - ${gauge(GAUGES.emptySlices)})`;
    if (slo.budgeting === 'absolute') return whole;
    return `(${gauge(GAUGES.bad)} / ${gauge(GAUGES.total)} / ${allowedBadShare(slo.objective)})`;
  });
}

/** Windows hold each other: what contradicts itself does so in these, and each window costs four selections. */
const CHECKED_WINDOWS: readonly WindowName[] = ['1h', '30d'];

/** The condition within the shape that holds an alert while Docket is blind. */
const CONDITION = /^\(\n\(([\s\S]*?)\)\nunless on \(\) /;
// Ranges over recorded series stay: gauges know no burn rate of the past.
const RECORDED_COUNT = new RegExp(
  `(${[RECORDED.bad, RECORDED.total, RECORDED.active, RECORDED.burnRate].join('|')})(\\{[^}]*\\})(?!\\s*\\[)`,
  'g',
);

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
