import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseYamlDocuments } from '../../platform/yaml/read-documents.ts';
import { filledRouteLabels, NO_ROUTES, routeLabels } from './alert-routes.ts';
import { describeProblem } from './openslo/parse-openslo.ts';
import { parseAlertRoutes } from './parse-alert-routes.ts';

function parse(text: string) {
  return parseAlertRoutes(parseYamlDocuments('alert-routes.yaml', text).documents, ['latency']);
}

const TEXT = `owners:
  - owner: privacy
    policies: [consent, data.access]
    alerts: [LeakFound]
  - owner: platform
    services: [gateway]
    slos: [latency]
legal:
  policies: [consent]
  alerts: [LeakFound]
`;

test('nobody is told besides on-call where the file says nothing', () => {
  assert.deepEqual(parse(''), { routes: NO_ROUTES });
  assert.deepEqual(parse('# nobody yet\n'), { routes: NO_ROUTES });
});

test('every mistake is told at once, each with its line', () => {
  const parsed = parse(`owners:
  - owner: Privacy Team
    policies: ["a\\"b"]
  - owner: finance
    polices: [cost]
`);
  assert.ok('problems' in parsed);
  assert.deepEqual(parsed.problems.map(describeProblem), [
    'alert-routes.yaml:2:12: owners[0].owner must be a name: small letters, digits and hyphens, at most 63',
    'alert-routes.yaml:3:16: owners[0].policies[0] must be an id: letters, digits, . _ : -',
    'alert-routes.yaml:5:5: owners[1].polices is unknown here: remove it, or correct its name',
  ]);
});

test('what two own, what nobody has, and what is no alert or objective is told', () => {
  const parsed = parse(`owners:
  - owner: a
    policies: [consent]
  - owner: b
    policies: [consent]
    slos: [speed]
  - owner: a
    alerts: [LeakFond]
  - owner: c
legal: { alerts: [Leak] }
---
owners: []
`);
  assert.ok('problems' in parsed);
  assert.deepEqual(
    parsed.problems.map(({ line, message }) => [line, message.split(':')[0]]),
    [
      [5, 'owners[1].policies[0] belongs to a already'],
      [6, 'owners[1].slos[0] is no objective of config/slos'],
      [7, 'owners[2].owner is named above'],
      [8, 'owners[2].alerts[0] is no alert'],
      [9, 'owners[3] owns nothing'],
      [10, 'legal.alerts[0] is no alert'],
      [12, 'is a second document'],
    ],
  );
});

test('an alert’s policy decides, then its service, its objective, its name; nobody is no label', () => {
  const parsed = parse(TEXT);
  assert.ok('routes' in parsed);
  const { routes } = parsed;
  const labels = filledRouteLabels;
  const slo = { name: 'BurnRate', slo: 'latency' } as const;
  assert.deepEqual(labels(routes, slo, { tenant: 't', service: 'gateway' }), { owner: 'platform' });
  assert.deepEqual(labels(routes, { ...slo, slo: 'other' }, { service: 'chat' }), {});
  const policy = { name: 'VersionMismatch', slo: null } as const;
  assert.deepEqual(labels(routes, policy, { policy: 'consent' }), { owner: 'privacy', legal: 'true' });
  assert.deepEqual(labels(routes, policy, { policy: 'data.access' }), { owner: 'privacy' });
  assert.deepEqual(labels(routes, policy, { policy: 'dataxaccess' }), {});
  const leak = { name: 'LeakFound', slo: null } as const;
  assert.deepEqual(labels(routes, leak, {}), { owner: 'privacy', legal: 'true' });
});

test('Prometheus is given the same choice as a template', () => {
  const parsed = parse(TEXT);
  assert.ok('routes' in parsed);
  const { routes } = parsed;
  assert.deepEqual(routeLabels(routes, { name: 'BurnRate', slo: 'latency', labels: ['slo', 'service'] }), {
    owner: '{{ if eq $labels.service "gateway" }}platform{{ else }}platform{{ end }}',
  });
  assert.deepEqual(
    routeLabels(routes, { name: 'VersionMismatch', slo: null, labels: ['tenant', 'policy'] }),
    {
      owner: '{{ if eq $labels.policy "consent" "data.access" }}privacy{{ else }}{{ end }}',
      legal: '{{ if eq $labels.policy "consent" }}true{{ else }}{{ end }}',
    },
  );
  assert.deepEqual(routeLabels(routes, { name: 'LeakFound', slo: null, labels: [] }), {
    owner: 'privacy',
    legal: 'true',
  });
});
