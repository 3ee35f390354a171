import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OccurrencesSlo } from './definition.ts';
import { LEAK_PATH } from './leak-rules.ts';
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

/** Alerts without a number to tell. */
const WITHOUT_NUMBER: readonly string[] = [ALERTS.noData, ALERTS.driftFound];
/** About Docket itself: no policy and no decision is behind these. */
const ON_DOCKET: readonly string[] = [
  ...[ALERTS.blind, ALERTS.evaluatorStale, ALERTS.watchdog, ALERTS.leakFound, ALERTS.leaksUnknown],
  ...[ALERTS.quarantineExcess, ALERTS.partitionStopped, ALERTS.offsetsLost, ALERTS.vaultUnavailable],
];

test('every alert says what, how much, since which deploy, what to do, and where to look', () => {
  const { pageAtFourTimes: _, alerting: __, objective: ___, ...shared } = slo;
  const absolute = { ...shared, budgeting: 'absolute', maxCount: 10, alerting: 'absolute' } as const;
  const { groups } = generateRules([slo, { ...slo, name: 'b', alerting: 'ratio-bound' }, absolute]);
  const alerts = groups.flatMap(({ rules }) => rules.filter((rule) => 'alert' in rule));
  assert.deepEqual([...new Set(alerts.map(({ alert }) => alert))].sort(), Object.values(ALERTS).sort());
  for (const { alert, labels, annotations } of alerts) {
    assert.ok(annotations.summary.length > 10 && annotations.description.length > 20, alert);
    assert.equal(annotations.runbook_url, `docs/runbooks/${alert}.md`);
    assert.match(annotations.dashboard, /^http:\/\/localhost:3000\/d\/docket-on-call/);
    if (ON_DOCKET.includes(alert)) {
      const path = alert === ALERTS.leakFound ? LEAK_PATH : '/';
      assert.equal(annotations.link, `http://localhost:7074${path}`);
      continue;
    }
    const says = annotations.description.includes('$value | printf');
    assert.equal(says, !WITHOUT_NUMBER.includes(alert), `${alert} must say how much`);
    assert.match(String(annotations.since), /docket_policy_decisions.*Policy versions that began/);
    assert.match(annotations.dashboard, /from=\{\{ .*to=\{\{ /);
    const about = { service: ['tenant', 'service'], policy: ['tenant', 'policy'], tenant: ['tenant'] };
    const { scope } = labels;
    const wanted = scope === 'service' || scope === 'policy' || scope === 'tenant' ? about[scope] : ['slo'];
    for (const label of [...wanted, ...(labels.slo === undefined ? [] : ['slo'])]) {
      assert.ok(annotations.link.includes(`${label}={{ urlquery $labels.${label} }}`), `${alert} ${label}`);
      assert.ok(annotations.summary.includes(`{{ $labels.${label} }}`), `${alert} ${label}`);
    }
    assert.match(annotations.link, new RegExp(`/go\\?.*alert=${alert}&.*at=\\{\\{`));
  }
});

test('counts, links and ids stay out of the labels', () => {
  const known = ['severity', 'scope', 'error_class', 'inhibit', 'slo', 'window'];
  for (const { labels } of alertsOf()) {
    for (const name of Object.keys(labels)) assert.ok(known.includes(name), name);
  }
});

test('every alert says what goes wrong, those of an objective by its indicator; the dead man’s switch says nothing', () => {
  for (const { alert, labels } of alertsOf()) {
    assert.equal(labels.error_class !== undefined, alert !== ALERTS.watchdog, alert);
  }
  const ofBurn = alertsOf().filter(({ alert }) => alert === ALERTS.burnRate);
  assert.deepEqual([...new Set(ofBurn.map(({ labels }) => labels.error_class))], ['enforcement']);
});

test('only what may page has a page that stands for many, and only of what it is about', () => {
  const wide = (change: Partial<OccurrencesSlo>) =>
    alertsOf(change)
      .map(({ alert }) => alert)
      .filter((alert) => alert === ALERTS.servicesFailing || alert === ALERTS.tenantsFailing);
  assert.deepEqual(wide({}), [ALERTS.servicesFailing, ALERTS.tenantsFailing]);
  assert.deepEqual(wide({ tenant: 'tenant-a' }), [ALERTS.servicesFailing]);
  assert.deepEqual(wide({ service: 'service-a' }), [ALERTS.tenantsFailing]);
  assert.deepEqual(wide({ severity: 'ticket' }), []);
});

test('a timescale shortens every duration and age, and leaves window labels and factors alone', () => {
  const plain = alertsOf();
  const scaled = alertsOf({}, { timescale: 60 });
  const ofSlo = (rules: readonly AlertRule[]) => rules.filter(({ labels }) => labels.slo !== undefined);
  assert.deepEqual(
    ofSlo(scaled).map(({ expr }) => expr.replace('[2m]', '[2h]')),
    ofSlo(plain).map(({ expr }) => expr),
  );
  const sixtieth: Readonly<Record<string, string>> = {
    '0s': '0s',
    '1m': '1s',
    '2m': '2s',
    '5m': '5s',
    '10m': '10s',
    '15m': '15s',
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
  const links = {
    auditorUrl: 'https://audit.example',
    grafanaUrl: 'https://grafana.example',
    runbookBaseUrl: 'https://docs.example/',
  };
  for (const { alert, annotations } of alertsOf({}, { links })) {
    assert.equal(annotations.runbook_url, `https://docs.example/${alert}.md`);
    assert.ok(annotations.link.startsWith('https://audit.example/'));
    assert.ok(annotations.dashboard.startsWith('https://grafana.example/d/docket-on-call'));
  }
});
