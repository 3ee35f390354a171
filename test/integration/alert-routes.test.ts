import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { ALERTS, type AlertName } from '../../domain/slo/metric-names.ts';
import { fixedLabels, generatedAlerts } from '../support/alert-labels.ts';

const root = join(import.meta.dirname, '../..');
const configFile = join(root, 'deploy/alertmanager/alertmanager.yml');
const run = promisify(execFile);
const skip = await run('amtool', ['--version']).then(
  () => false,
  () => 'amtool is not installed (Debian: apt install prometheus-alertmanager)',
);

type OnCall = 'page' | 'ticket' | 'watchdog';
/** Which of on-call's receivers each alert reaches, by its severity. An alert that is not here fails the test. */
const ON_CALL: Readonly<Record<AlertName, readonly OnCall[]>> = {
  [ALERTS.burnRate]: ['page', 'ticket'],
  [ALERTS.burnAboveBaseline]: ['ticket'],
  [ALERTS.ratioBound]: ['page', 'ticket'],
  [ALERTS.absoluteCount]: ['page', 'ticket'],
  [ALERTS.budgetSpent]: ['page'],
  [ALERTS.budgetHalfSpent]: ['ticket'],
  [ALERTS.allBad]: ['ticket'],
  [ALERTS.noData]: ['ticket'],
  [ALERTS.goodExceedsTotal]: ['ticket'],
  [ALERTS.servicesFailing]: ['page'],
  [ALERTS.tenantsFailing]: ['page'],
  [ALERTS.blind]: ['page'],
  [ALERTS.evaluatorStale]: ['ticket'],
  [ALERTS.watchdog]: ['watchdog'],
  [ALERTS.quarantineExcess]: ['ticket'],
  [ALERTS.partitionStopped]: ['page'],
  [ALERTS.offsetsLost]: ['page'],
  [ALERTS.leakFound]: ['page'],
  [ALERTS.leaksUnknown]: ['ticket'],
  [ALERTS.vaultUnavailable]: ['page'],
  [ALERTS.failClosedExcess]: ['page'],
  [ALERTS.nothingEvaluated]: ['page'],
  [ALERTS.ruleConflicts]: ['ticket'],
  [ALERTS.conflictsAtGate]: ['ticket'],
  [ALERTS.hitRateDrop]: ['ticket'],
  [ALERTS.overblocking]: ['ticket'],
  [ALERTS.denialsDominate]: ['page'],
  [ALERTS.falsePositives]: ['ticket'],
  [ALERTS.probesMissed]: ['page', 'ticket'],
  [ALERTS.missedViolations]: ['ticket'],
  [ALERTS.versionMismatch]: ['ticket'],
  [ALERTS.unapprovedVersion]: ['page'],
  [ALERTS.unauthorisedChange]: ['page'],
  [ALERTS.driftFound]: ['ticket'],
  [ALERTS.failOpenHighRisk]: ['page'],
  [ALERTS.lateDecisions]: ['ticket'],
  [ALERTS.sequencesMissing]: ['ticket'],
  [ALERTS.deployFailed]: ['ticket'],
};

type Labels = Readonly<Record<string, string>>;
const ROUTED_BY = ['alertname', 'severity', 'scope', 'inhibit', 'owner', 'legal'];

const alerts = await generatedAlerts();

/** Alerts that Alertmanager could treat apart: by all labels that its routes read. */
const distinct = new Map<string, Labels>(
  alerts.map((alert) => {
    const read = Object.entries(fixedLabels(alert)).filter(([name]) => ROUTED_BY.includes(name));
    return [JSON.stringify(read), Object.fromEntries(read)];
  }),
);

async function receiversOf(labels: Labels): Promise<readonly string[]> {
  const given = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const options = ['config', 'routes', 'test', `--config.file=${configFile}`];
  return (await run('amtool', [...options, ...given])).stdout.trim().split(',');
}

function expectedOf(labels: Labels): readonly string[] {
  const onCall = labels.severity === 'none' ? 'watchdog' : String(labels.severity);
  const also = [
    ...(labels.owner === undefined ? [] : ['owner']),
    ...(labels.legal === 'true' ? ['legal'] : []),
  ];
  return [...also, onCall];
}

test('every alert of the generated rules is expected at a receiver, and every expected one is generated', () => {
  const generated = new Map<string, Set<string>>();
  for (const { alert, labels } of alerts) {
    const severity = labels.severity === 'none' ? 'watchdog' : String(labels.severity);
    generated.set(alert, (generated.get(alert) ?? new Set()).add(severity));
  }
  const sorted = (entries: Iterable<readonly [string, Iterable<string>]>) =>
    [...entries].map(([name, severities]) => [name, [...severities].sort()]).sort();
  assert.deepEqual(sorted(generated), sorted(Object.entries(ON_CALL)));
});

describe('amtool routes each alert', { skip, concurrency: 2 }, () => {
  for (const labels of distinct.values()) {
    const expected = expectedOf(labels);
    test(`${Object.values(labels).join(' ')} → ${expected.join(', ')}`, async () => {
      assert.deepEqual(await receiversOf(labels), expected);
    });
  }

  for (const { what, labels, receivers } of [
    {
      what: 'a ticket on a policy with an owner, where personal data is involved',
      labels: { alertname: 'VersionMismatch', severity: 'ticket', owner: 'privacy', legal: 'true' },
      receivers: ['owner', 'legal', 'ticket'],
    },
    {
      what: 'a page on a policy with an owner',
      labels: { alertname: 'UnauthorisedPolicyChange', severity: 'page', owner: 'finance' },
      receivers: ['owner', 'page'],
    },
    {
      what: 'an alert of somebody else’s without a severity',
      labels: { alertname: 'DiskFull' },
      receivers: ['ticket'],
    },
  ]) {
    test(`${what} → ${receivers.join(', ')}`, async () => {
      assert.deepEqual(await receiversOf(labels), receivers);
    });
  }
});
