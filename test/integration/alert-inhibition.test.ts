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
import { fixedLabels, generatedAlerts } from '../support/alert-labels.ts';
import { until } from '../support/until.ts';

const configFile = join(import.meta.dirname, '../../deploy/alertmanager/alertmanager.yml');
const isThere = ['alertmanager', 'prometheus-alertmanager'].some((name) => findExecutable(name) !== null);
const skip = isThere ? false : 'Alertmanager is not installed (Debian: apt install prometheus-alertmanager)';

const alertsSchema = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    status: z.object({ inhibitedBy: z.array(z.string()) }),
  }),
);
type Labels = Readonly<Record<string, string>>;

const TICKETS_OF_SLO = [
  'AbsoluteCount ticket',
  'AllBad ticket',
  'BudgetHalfSpent ticket',
  'BurnAboveBaseline ticket',
  'BurnRate ticket',
  'NoData ticket',
  'RatioBound ticket',
];
const PAGES_OF_SLO = ['AbsoluteCount page', 'BudgetSpent page', 'BurnRate page', 'RatioBound page'];
const ENGINE_PAGES = ['FailClosedExcess page', 'NothingEvaluated page'];
const OTHER_TICKETS_OF_SERVICE = ['LateDecisions ticket', 'RuleConflicts ticket'];

const isSloPage = ({ slo, severity }: Labels): boolean => slo !== undefined && severity === 'page';

type Source = {
  readonly source: string;
  readonly labels: (world: string) => Labels;
  /** Which alerts are there beside it, of those on its tenant, service, policy and SLO; no systemic ones unless told. */
  readonly beside: (labels: Labels) => boolean;
  readonly silences: readonly string[];
};
const others = (labels: Labels): boolean => !isSloPage(labels) && labels.scope !== 'system';
const sloPages = (labels: Labels): boolean => isSloPage(labels) && labels.scope !== 'system';
const named =
  (name: string) =>
  ({ alertname }: Labels): boolean =>
    alertname === name;

const BURN_PAGE = { alertname: 'BurnRate', severity: 'page', scope: 'service', window: '1h' };
const services = (world: string): Labels => {
  const { tenant, slo } = of(world);
  return { alertname: 'ServicesFailing', severity: 'page', scope: 'system', tenant, slo };
};
const tenants = (world: string): Labels => {
  return { alertname: 'TenantsFailing', severity: 'page', scope: 'system', slo: of(world).slo };
};
const blind = (): Labels => {
  return { alertname: 'DocketBlind', severity: 'page', scope: 'system', inhibit: 'never' };
};

// Apart by what is beside them, so that each alert that falls silent does so for the source and for nothing else.
const SOURCES: readonly Source[] = [
  {
    source: 'a page on an SLO',
    labels: (world) => ({ ...BURN_PAGE, ...of(world) }),
    beside: others,
    silences: TICKETS_OF_SLO,
  },
  {
    source: 'many failing services',
    labels: services,
    beside: others,
    silences: [...TICKETS_OF_SLO, ...ENGINE_PAGES],
  },
  { source: 'many failing services', labels: services, beside: sloPages, silences: PAGES_OF_SLO },
  ...[
    { alertname: 'LeakFound', scope: 'docket', inhibit: 'never' },
    { alertname: 'UnauthorisedPolicyChange', scope: 'policy', inhibit: 'never', policy: 'search' },
    { alertname: 'FailOpenHighRisk', scope: 'service', inhibit: 'never', service: 'search' },
    { alertname: 'FailClosedExcess', scope: 'service', service: 'search' },
    { alertname: 'DenialsDominate', scope: 'tenant', window: '1h' },
    { alertname: 'PartitionStopped', scope: 'docket' },
  ].map((own) => ({
    source: own.alertname,
    labels: (world: string) => ({ ...own, severity: 'page', tenant: of(world).tenant }),
    beside: others,
    silences: [],
  })),
  {
    source: 'a ticket on all services of a tenant',
    labels: (world) => ({ ...services(world), severity: 'ticket' }),
    beside: (labels) => labels.scope !== 'system' && labels.severity === 'ticket',
    silences: [],
  },
  {
    source: 'many failing tenants',
    labels: tenants,
    beside: others,
    silences: [...TICKETS_OF_SLO, ...ENGINE_PAGES],
  },
  { source: 'many failing tenants', labels: tenants, beside: sloPages, silences: PAGES_OF_SLO },
  {
    source: 'many failing tenants',
    labels: tenants,
    beside: named('ServicesFailing'),
    silences: ['ServicesFailing page'],
  },
  {
    source: 'blindness',
    labels: blind,
    beside: others,
    silences: [...TICKETS_OF_SLO, ...ENGINE_PAGES, ...OTHER_TICKETS_OF_SERVICE],
  },
  { source: 'blindness', labels: blind, beside: sloPages, silences: PAGES_OF_SLO },
  ...['ServicesFailing', 'TenantsFailing'].map((name) => ({
    source: 'blindness',
    labels: blind,
    beside: named(name),
    silences: [`${name} page`],
  })),
];

function of(world: string): { readonly tenant: string; readonly service: string; readonly slo: string } {
  return { tenant: `tenant-${world}`, service: 'chat', slo: `slo-${world}` };
}

/** All generated alerts, as they look when they are about one tenant, service, policy and SLO. */
async function alertsOf(world: string): Promise<Labels[]> {
  const { tenant, service, slo } = of(world);
  const distinct = new Map<string, Labels>();
  for (const alert of await generatedAlerts()) {
    const fixed = fixedLabels(alert);
    const isWide = fixed.scope === 'docket' || ['TenantsFailing', 'DocketBlind'].includes(alert.alert);
    const labels: Labels = {
      ...fixed,
      world,
      ...(fixed.slo === undefined ? {} : { slo }),
      ...(isWide ? {} : { tenant }),
      ...(fixed.scope === 'service' ? { service } : {}),
      ...(fixed.scope === 'policy' ? { policy: 'consent' } : {}),
    };
    distinct.set(JSON.stringify(labels), labels);
  }
  return [...distinct.values()];
}

describe('who silences whom, in a real Alertmanager', { skip }, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'docket-inhibition-'));
  let alertmanager: WebProcess | null = null;
  let posts = 0;

  before(async () => {
    alertmanager = await startAlertmanager({ dataDir, port: await freePort(), configFile });
  });
  after(async () => {
    await alertmanager?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function states(): Promise<z.infer<typeof alertsSchema>> {
    return alertsSchema.parse(await (await fetch(`${alertmanager?.url}/api/v2/alerts`)).json());
  }

  /** Sends alerts, and resolves when what they silence is silent. */
  async function post(alerts: readonly Labels[], minutes = 10): Promise<void> {
    // Alerts take effect in the order sent, so a pair sent behind them tells when they have.
    const control = of(`control-${posts++}`);
    const pair = [
      { ...BURN_PAGE, ...control },
      { ...BURN_PAGE, ...control, severity: 'ticket' },
    ];
    for (const [some, forMinutes] of [
      [alerts, minutes],
      [pair, 10],
    ] as const) {
      const endsAt = new Date(Date.now() + forMinutes * 60_000).toISOString();
      const startsAt = new Date(Date.now() - 60_000).toISOString();
      const response = await fetch(`${alertmanager?.url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(some.map((labels) => ({ labels, startsAt, endsAt }))),
      });
      assert.equal(response.status, 200, await response.text());
    }
    await until('the last pair takes effect', async () =>
      (await states()).some(
        ({ labels, status }) => labels.tenant === control.tenant && status.inhibitedBy.length > 0,
      ),
    );
  }

  for (const [index, { source, labels, beside, silences }] of SOURCES.entries()) {
    const world = String(index);
    const which = silences.length === 0 ? 'nothing' : silences.join(', ');
    test(`${source} silences ${which}`, async () => {
      const own = labels(world);
      await post([...(await alertsOf(world)).filter(beside), own]);
      const found = (await states()).filter((state) => state.labels.world === world);
      assert.ok(found.length >= silences.length);
      const silent = found.filter(({ status }) => status.inhibitedBy.length > 0);
      const names = silent.map((state) => `${state.labels.alertname} ${state.labels.severity}`);
      assert.deepEqual([...new Set(names)].sort(), [...silences].sort());
      const heard = found.filter(({ status }) => status.inhibitedBy.length === 0);
      for (const state of heard) {
        assert.ok(!names.includes(`${state.labels.alertname} ${state.labels.severity}`));
      }
      await post([own], 0);
    });
  }

  test('a page leaves alone what has another tenant, service or SLO', async () => {
    const near = of('near');
    const ticket = { alertname: 'BurnRate', severity: 'ticket', scope: 'service', world: 'near' };
    const wide = { world: 'near', alertname: 'BurnRate', severity: 'page', scope: 'service' };
    await post([
      { ...BURN_PAGE, ...near },
      { ...services('wide'), tenant: 'tenant-wide' },
      { ...wide, ...of('wide'), tenant: 'tenant-narrow' },
      { ...wide, ...of('wide'), slo: 'slo-narrow' },
      { ...ticket, ...near },
      { ...ticket, ...near, tenant: 'tenant-far' },
      { ...ticket, ...near, service: 'search' },
      { ...ticket, ...near, slo: 'slo-far' },
    ]);
    const silent = (await states()).filter(
      ({ labels, status }) => labels.world === 'near' && status.inhibitedBy.length > 0,
    );
    assert.deepEqual(
      silent.map(({ labels: { tenant, service, slo } }) => ({ tenant, service, slo })),
      [near],
    );
  });
});
