import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OccurrencesSlo } from './definition.ts';
import { ALERTS } from './metric-names.ts';
import { generateRules, type RuleOptions } from './prometheus-rules.ts';
import type { AlertRule, RecordingRule } from './rule-shapes.ts';

const slo: OccurrencesSlo = {
  name: 'enforcement-success',
  description: 'What was decided happens.',
  service: '*',
  tenant: '*',
  indicator: { kind: 'enforcement-success' },
  window: { kind: 'rolling', days: 30 },
  budgeting: 'occurrences',
  objective: 0.999,
  severity: 'page',
  pageAtFourTimes: false,
  alerting: 'burn-rate',
};

function alertsOf(change: Partial<OccurrencesSlo> = {}, options: RuleOptions = {}): readonly AlertRule[] {
  const { groups } = generateRules([{ ...slo, ...change }], options);
  return groups.flatMap(({ rules }) => rules.filter((rule) => 'alert' in rule));
}

function recordingsOf(change: Partial<OccurrencesSlo>, options: RuleOptions = {}): readonly RecordingRule[] {
  const { groups } = generateRules([{ ...slo, ...change }], options);
  return groups.flatMap(({ rules }) => rules.filter((rule) => 'record' in rule));
}

for (const { what, change, severities } of [
  {
    what: 'the two fastest tiers page',
    change: {},
    severities: ['page', 'page', 'ticket', 'ticket', 'ticket'],
  },
  {
    what: 'the 4× tier pages where the SLO says so',
    change: { pageAtFourTimes: true },
    severities: ['page', 'page', 'page', 'ticket', 'ticket'],
  },
  {
    what: 'an SLO that may only make tickets makes tickets',
    change: { severity: 'ticket' as const },
    severities: ['ticket', 'ticket', 'ticket', 'ticket', 'ticket'],
  },
]) {
  test(what, () => {
    const tiers = alertsOf(change).filter(({ alert }) => alert === ALERTS.burnRate);
    assert.deepEqual(
      tiers.map(({ labels }) => labels.severity),
      severities,
    );
    assert.deepEqual(
      tiers.map(({ expr }) => /> ([\d.]+)\n/.exec(expr)?.[1]),
      ['14.4', '6', '4', '3', '1'],
    );
  });
}

test('a ratio bound replaces the tiers', () => {
  const names = alertsOf({ objective: 0.95, alerting: 'ratio-bound' }).map(({ alert }) => alert);
  assert.ok(names.includes(ALERTS.ratioBound) && !names.includes(ALERTS.burnRate));
});

test('counts, links and ids stay out of the labels; every alert says where to look', () => {
  for (const { labels, annotations } of alertsOf()) {
    for (const name of Object.keys(labels)) assert.ok(['severity', 'slo', 'window'].includes(name), name);
    assert.match(annotations.runbook_url, /^docs\/runbooks\/\w+\.md$/);
    if (labels.slo !== undefined) assert.match(annotations.link, /\/go\?slo=.*&tenant=.*&at=/);
  }
});

test('a timescale shortens every duration and age, and leaves window labels and factors alone', () => {
  const plain = alertsOf();
  const scaled = alertsOf({}, { timescale: 60 });
  assert.deepEqual(
    scaled.filter(({ labels }) => labels.slo !== undefined).map(({ expr }) => expr),
    plain.filter(({ labels }) => labels.slo !== undefined).map(({ expr }) => expr),
  );
  const sixtieth: Readonly<Record<string, string>> = {
    '0s': '0s',
    '1m': '1s',
    '2m': '2s',
    '5m': '5s',
    '10m': '10s',
    '1h': '1m',
  };
  assert.deepEqual(
    scaled.map((rule) => rule.for),
    plain.map((rule) => sixtieth[rule.for]),
  );
  assert.match(scaled.find(({ alert }) => alert === ALERTS.evaluatorStale)?.expr ?? '', /> 15 or/);
  for (const rule of scaled) if (rule.keep_firing_for) assert.equal(rule.keep_firing_for, '5s');
});

test('an SLO of one tenant and service reads theirs only', () => {
  const [, bad] = recordingsOf({ tenant: 'tenant-a', service: 'service-a' });
  assert.match(
    bad?.expr ?? '',
    /docket_slo_bad\{slo="enforcement-success",tenant="tenant-a",service="service-a"\}/,
  );
});

test('the inventory promises series to the SLOs that cover them', () => {
  const inventory = [
    { tenant: 'tenant-a', service: 'service-a' },
    { tenant: 'tenant-b', service: 'service-a' },
  ];
  const promised = (change: Partial<OccurrencesSlo>) =>
    recordingsOf(change, { inventory })
      .filter(({ record }) => record === 'docket:slo_inventory')
      .map(({ labels }) => labels?.tenant);
  assert.deepEqual(promised({}), ['tenant-a', 'tenant-b']);
  assert.deepEqual(promised({ tenant: 'tenant-b' }), ['tenant-b']);
  assert.deepEqual(promised({ service: 'service-b' }), []);
});

test('where Docket can be reached is for the deployment to say', () => {
  const links = { auditorUrl: 'https://audit.example', runbookBaseUrl: 'https://docs.example/' };
  for (const { alert, annotations } of alertsOf({}, { links })) {
    assert.equal(annotations.runbook_url, `https://docs.example/${alert}.md`);
    assert.ok(annotations.link.startsWith('https://audit.example/'));
  }
});
