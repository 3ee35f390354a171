import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { findExecutable } from '../../stack/child-process.ts';
import { freePort } from '../../stack/ports.ts';
import { startAlertmanager } from '../../stack/prometheus/alertmanager.ts';
import type { WebProcess } from '../../stack/prometheus/prometheus.ts';
import { until } from '../support/until.ts';

const configFile = join(import.meta.dirname, '../../deploy/alertmanager/alertmanager.yml');
const isThere = ['alertmanager', 'prometheus-alertmanager'].some((name) => findExecutable(name) !== null);
const skip = isThere ? false : 'Alertmanager is not installed (Debian: apt install prometheus-alertmanager)';

const alertsSchema = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    status: z.object({ state: z.string(), inhibitedBy: z.array(z.string()) }),
  }),
);

type Labels = Readonly<Record<string, string>>;
const of = (tenant: string, service: string, slo: string): Labels => ({ tenant, service, slo });
const PAGE = { alertname: 'BurnRate', severity: 'page', window: '1h', ...of('acme', 'chat', 'latency') };
const LEAK = { alertname: 'LeakFound', severity: 'page', source: 'GATE' };
const burn = { alertname: 'BurnRate', severity: 'ticket', window: '3d' };

/** What stands beside the two pages, and whether one of them silences it. */
const CASES: readonly (readonly [name: string, labels: Labels, isSilenced: boolean])[] = [
  ['a slower burn of the same tenant, service and SLO', { ...burn, ...of('acme', 'chat', 'latency') }, true],
  [
    'no data of the same',
    { alertname: 'NoData', severity: 'ticket', ...of('acme', 'chat', 'latency') },
    true,
  ],
  ['the same SLO of another tenant', { ...burn, ...of('globex', 'chat', 'latency') }, false],
  ['the same SLO of another service', { ...burn, ...of('acme', 'search', 'latency') }, false],
  ['another SLO of the same service', { ...burn, ...of('acme', 'chat', 'coverage') }, false],
  [
    'counts that contradict each other',
    { alertname: 'GoodExceedsTotal', severity: 'ticket', ...of('acme', 'chat', 'latency') },
    false,
  ],
  [
    'a ticket that concerns no SLO',
    { alertname: 'QuarantineExcess', severity: 'ticket', tenant: 'acme' },
    false,
  ],
  ['that nobody counts leaks', { alertname: 'LeaksUnknown', severity: 'ticket' }, false],
  ['blindness', { alertname: 'DocketBlind', severity: 'page' }, false],
  ['a stale evaluator', { alertname: 'EvaluatorStale', severity: 'ticket', instance: 'e-1' }, false],
  ['the dead man’s switch', { alertname: 'Watchdog', severity: 'none' }, false],
];

describe('what a page silences, in a real Alertmanager', { skip }, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'docket-inhibition-'));
  let alertmanager: WebProcess | null = null;
  let states: z.infer<typeof alertsSchema> = [];

  before(async () => {
    alertmanager = await startAlertmanager({ dataDir, port: await freePort(), configFile });
    assert.ok(alertmanager);
    const { url } = alertmanager;
    const alerts = [PAGE, LEAK, ...CASES.map(([, labels]) => labels)];
    const response = await fetch(`${url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts.map((labels) => ({ labels, startsAt: new Date().toISOString() }))),
    });
    assert.equal(response.status, 200, await response.text());
    // A state is told when the groups were looked through: at the latest after the longest group_wait of what counts.
    await until('the pages silence what they can', async () => {
      states = alertsSchema.parse(await (await fetch(`${url}/api/v2/alerts`)).json());
      return (
        states.length === alerts.length &&
        states.filter(({ status }) => status.inhibitedBy.length > 0).length >= 2
      );
    });
  });
  after(async () => {
    await alertmanager?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  for (const [name, labels, isSilenced] of CASES) {
    test(`${isSilenced ? 'silenced' : 'heard'}: ${name}`, () => {
      const found = states.find((state) =>
        Object.entries(labels).every(([key, value]) => state.labels[key] === value),
      );
      assert.ok(found);
      assert.equal(found.status.inhibitedBy.length > 0, isSilenced);
    });
  }
});
