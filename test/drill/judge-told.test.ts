import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAILURES } from './failures.ts';
import { faultsOf, firstTold, isResolved, unexpectedAlerts } from './judge-told.ts';
import type { ToldAlert } from './webhook-receiver.ts';

const [outage, slow] = FAILURES;
assert.ok(outage !== undefined && slow !== undefined);
const [expected] = outage.must;
assert.ok(expected);

function told(
  atMs: number,
  changes: Partial<ToldAlert> = {},
  labels: Record<string, string> = {},
): ToldAlert {
  const all = { alertname: 'BurnRate', severity: 'page', ...expected?.labels, ...labels };
  return {
    route: 'page',
    atMs,
    status: 'firing',
    labels: all,
    groupLabels: { alertname: 'BurnRate', tenant: 'acme', service: 'support-bot' },
    annotations: { runbook_url: 'docs/runbooks/BurnRate.md', summary: 's', description: 'd' },
    fingerprint: JSON.stringify(all),
    ...changes,
  };
}

test('it is detected when told as firing after it began, and over when every one of them is resolved', () => {
  assert.equal(firstTold([told(5), told(20)], expected, 10)?.atMs, 20);
  assert.equal(firstTold([told(20, { status: 'resolved' })], expected, 10), undefined);
  const over = { status: 'resolved' } as const;
  assert.ok(!isResolved([told(5)], expected));
  assert.ok(isResolved([told(5), told(6, over)], expected));
  assert.ok(!isResolved([told(5), told(6, over), told(7)], expected));
  assert.ok(!isResolved([told(5), told(5, {}, { other: '1' }), told(6, over)], expected));
});

test('what no failure before it explains is unexpected, once; what one left behind is not', () => {
  const played = [{ failure: outage, startedMs: 10 }];
  assert.deepEqual(unexpectedAlerts([told(12), told(500), told(12, { route: 'watchdog' })], played), []);
  assert.equal(unexpectedAlerts([told(5), told(6)], played).length, 1);
  const other = told(20, {}, { service: 'checkout-assistant' });
  assert.deepEqual(unexpectedAlerts([other], played), [other]);
  const latency = told(20, {}, { slo: 'decision-latency', service: 'support-bot' });
  assert.deepEqual(unexpectedAlerts([latency], [{ failure: slow, startedMs: 30 }]), [latency]);
});

test('route, severity, groups and runbook must be right', () => {
  const groupBy = ['alertname', 'tenant', 'service', 'rule_id'];
  assert.deepEqual(
    faultsOf(told(1), 'page', groupBy, (path) => path === 'docs/runbooks/BurnRate.md'),
    [],
  );
  const wrong = told(1, { route: 'ticket', groupLabels: { alertname: 'BurnRate' } }, { severity: 'ticket' });
  assert.equal(faultsOf(wrong, 'page', groupBy, () => false).length, 4);
});
