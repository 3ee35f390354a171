import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OccurrencesSlo } from './definition.ts';
import { ALERTS, GAUGES, RECORDED } from './metric-names.ts';
import { generateRules } from './prometheus-rules.ts';

const SLO: OccurrencesSlo = {
  ...{ name: 'latency', description: 'fast', service: '*', tenant: '*', severity: 'page' },
  indicator: { kind: 'decision-latency', thresholdMs: 50 },
  window: { kind: 'rolling', days: 30 },
  ...{ budgeting: 'occurrences', objective: 0.999, alerting: 'burn-rate', pageAtFourTimes: false },
};
const INVENTORY = [{ tenant: 'acme', service: 'shop' }];
const OTHERS: readonly OccurrencesSlo[] = [
  { ...SLO, name: 'alike' },
  { ...SLO, name: 'stricter', objective: 0.9999 },
];

function leanGroupsOf(slos: readonly OccurrencesSlo[], inventory: typeof INVENTORY = []) {
  const { groups } = generateRules(slos, { leanFromSlos: 1, inventory });
  return groups.filter(({ name }) => name.startsWith('docket-slo-'));
}

test('objectives that differ in nothing but their name share their rules, others do not', () => {
  const groups = leanGroupsOf([SLO, ...OTHERS]);
  assert.deepEqual(
    groups.map(({ name }) => name),
    ['docket-slo-latency-and-1-alike', 'docket-slo-stricter'],
  );
  const alerts = groups[0]?.rules.filter((rule) => 'alert' in rule) ?? [];
  for (const { alert, expr, labels } of alerts) {
    assert.ok(expr.includes('slo=~"latency|alike"') && !expr.includes('slo="latency"'), alert);
    assert.equal(labels.slo, undefined);
  }
});

test('it is known which group holds the rules of an objective', () => {
  const groupsOf = (leanFromSlos: number) => [
    ...generateRules([SLO, ...OTHERS], { leanFromSlos }).groupOf.values(),
  ];
  const shared = 'docket-slo-latency-and-1-alike';
  assert.deepEqual(groupsOf(1), [shared, shared, 'docket-slo-stricter']);
  assert.deepEqual(groupsOf(4), ['docket-slo-latency', 'docket-slo-alike', 'docket-slo-stricter']);
});

test('what is asked of failures is read from gauges that are absent where nothing failed', () => {
  const onFailures: readonly string[] = [ALERTS.burnRate, ALERTS.burnAboveBaseline, ALERTS.allBad];
  for (const { rules } of leanGroupsOf([SLO])) {
    const alerts = rules.filter((rule) => 'alert' in rule);
    assert.ok(alerts.length > 9);
    for (const { alert, expr } of alerts) {
      assert.equal(expr.includes(`${GAUGES.total}{`), !onFailures.includes(alert), alert);
      assert.ok(!expr.includes(RECORDED.bad) && !expr.includes(RECORDED.total), alert);
    }
  }
});

test('each objective that shares rules keeps what the inventory promises it', () => {
  const [group] = leanGroupsOf([SLO, ...OTHERS], INVENTORY);
  const promised =
    group?.rules.filter((rule) => 'record' in rule && rule.record === RECORDED.inventory) ?? [];
  assert.deepEqual(
    promised.map(({ labels }) => labels),
    ['latency', 'alike'].map((slo) => ({ slo, tenant: 'acme', service: 'shop' })),
  );
});

test('the links of an alert lead where its own group has looked', () => {
  for (const { name, rules } of leanGroupsOf([SLO, ...OTHERS])) {
    const recorded = rules.filter((rule) => 'record' in rule && rule.labels?.group === name);
    assert.equal(recorded.length, 3);
    for (const rule of rules) {
      if (!('alert' in rule)) continue;
      const text = `${rule.annotations.link} ${rule.annotations.dashboard}`;
      const groups = [...text.matchAll(/query "docket:alert_link:\w+\{group=\\"([^"]+)\\"\}"/g)];
      assert.deepEqual(
        groups.map(([, group]) => group),
        [name, name, name],
      );
    }
  }
});
