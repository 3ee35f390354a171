import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { scaleRoutes } from './scale-routes.ts';

test('waits shrink with time, webhooks keep their path, and nothing else changes', () => {
  const text = `
route: { receiver: page, group_by: [alertname], group_wait: 30s, group_interval: 5m, repeat_interval: 3d,
  routes: [{ matchers: ['severity="page"'], group_wait: 0s }] }
receivers: [{ name: page, webhook_configs: [{ url: "http://alert-webhook:9099/page", send_resolved: true }] }]
`;
  assert.deepEqual(parse(scaleRoutes(text, { timescale: 60, webhookUrl: 'http://127.0.0.1:7' })), {
    route: {
      receiver: 'page',
      group_by: ['alertname'],
      group_wait: '500ms',
      group_interval: '5000ms',
      repeat_interval: '4320000ms',
      routes: [{ matchers: ['severity="page"'], group_wait: '0s' }],
    },
    receivers: [{ name: 'page', webhook_configs: [{ url: 'http://127.0.0.1:7/page', send_resolved: true }] }],
  });
});
