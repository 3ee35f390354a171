import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ALERTS } from '../domain/slo/metric-names.ts';
import { DECISION_LOOKUP, DECISION_SEARCH } from '../services/auditor/search-specs.ts';
import { dataLinksOf, type Json, panelsOf, variableNamesOf } from '../test/support/dashboard-queries.ts';
import { ALL_DASHBOARDS } from './all-dashboards.ts';
import { AUDITOR_URL, RUNBOOKS_URL, SHARED_VARIABLES } from './links.ts';
import { renderDashboard } from './shape-dashboard.ts';

const RUNBOOKS = join(import.meta.dirname, '../docs/runbooks');
const dashboards = ALL_DASHBOARDS.map((spec) => JSON.parse(renderDashboard(spec)) as Json);
const byUid = new Map(dashboards.map((dashboard) => [String(dashboard.uid), dashboard]));
/** Pages of the auditor, and what each understands. */
const AUDITOR_PAGES: Readonly<Record<string, readonly string[]>> = {
  '/': [],
  '/decisions': [...Object.keys(DECISION_SEARCH.filters), 'from', 'to'],
  '/decisions/:id': Object.keys(DECISION_LOOKUP.filters),
  '/go': ['slo', 'tenant', 'service', 'at'],
};
const OWN_MACROS = new Set(['__url_time_range', '__from', '__to', '__data', '__field']);

/** Names of `${…}` in a link, without formats and fields. */
function placeholders(url: string): string[] {
  return [...url.matchAll(/\$\{(\w+)[^}]*\}/g)].map(([, name]) => String(name));
}

function checkDashboardLink(url: string, from: Json): void {
  const [path = '', query = ''] = url.split('?');
  const target = byUid.get(path.replace('/d/', ''));
  assert.ok(target, `${url}: there is no such dashboard`);
  const parts = query.split('&');
  assert.ok(parts.includes(`\${__url_time_range}`), `${url}: loses the time range`);
  for (const name of SHARED_VARIABLES) {
    const kept = parts.some((part) => part === `\${${name}:queryparam}` || part.startsWith(`var-${name}=`));
    assert.ok(kept, `${url}: loses ${name}`);
    assert.ok(variableNamesOf(from).includes(name) && variableNamesOf(target).includes(name), name);
  }
  assert.equal(parts.length, SHARED_VARIABLES.length + 1, `${url}: has more than the target understands`);
}

function checkAuditorLink(url: string): void {
  const [path = '', query = ''] = url.slice(AUDITOR_URL.length).split('?');
  const page = path.replace(/\$\{[^}]*\}/, ':id');
  const understood = AUDITOR_PAGES[page];
  assert.ok(understood, `${url}: the auditor has no such page`);
  const names = query === '' ? [] : query.split('&').map((part) => part.split('=')[0] ?? '');
  for (const name of names) assert.ok(understood.includes(name), `${url}: ${name} is not understood`);
  const times = page === '/decisions' ? ['from', 'to'] : page === '/go' ? ['at'] : [];
  for (const name of times) assert.ok(names.includes(name), `${url}: loses the time range`);
}

function checkRunbookLink(url: string): void {
  const name = url.slice(RUNBOOKS_URL.length);
  if (name !== `\${__data.fields.alertname}.md`) assert.ok(existsSync(join(RUNBOOKS, name)), url);
}

function checkLink(url: string, from: Json): void {
  if (url.startsWith('/d/')) checkDashboardLink(url, from);
  else if (url.startsWith(`${AUDITOR_URL}/`)) checkAuditorLink(url);
  else if (url.startsWith(RUNBOOKS_URL)) checkRunbookLink(url);
  else assert.fail(`${url}: leads to nobody knows where`);
  for (const name of placeholders(url)) {
    assert.ok(OWN_MACROS.has(name) || variableNamesOf(from).includes(name), `${url}: there is no ${name}`);
  }
}

for (const dashboard of dashboards) {
  describe(String(dashboard.title), () => {
    const links = panelsOf(dashboard).flatMap((panel) =>
      dataLinksOf(panel).map((link) => ({ panel: String(panel.title), ...link })),
    );

    test('every link of a panel leads to something, and loses neither time nor tenant, service and policy', () => {
      assert.ok(links.length >= 5);
      for (const { panel, title, url } of links) {
        assert.ok(title, `${panel}: a link without a title`);
        checkLink(url, dashboard);
      }
    });

    test('the links at the head lead to the other two, with time and variables', () => {
      const head = (dashboard.links as Json[]).map((link) => ({ ...link, url: String(link.url) }) as Json);
      const inside = head.filter(({ url }) => String(url).startsWith('/d/'));
      assert.deepEqual(
        inside.map(({ url }) => String(url).replace('/d/', '')).sort(),
        [...byUid.keys()].filter((uid) => uid !== dashboard.uid).sort(),
      );
      for (const { keepTime, includeVars } of inside) assert.deepEqual([keepTime, includeVars], [true, true]);
      for (const link of head) if (!inside.includes(link)) checkLink(String(link.url), dashboard);
    });
  });
}

test('from the overview one comes to the on-call dashboard, from there to the cause, and then to decisions', () => {
  const leadsTo = (uid: string, prefix: string) =>
    panelsOf(byUid.get(uid) ?? {}).some((panel) =>
      dataLinksOf(panel).some(({ url }) => url.startsWith(prefix)),
    );
  assert.ok(leadsTo('docket-executive', '/d/docket-on-call?'));
  assert.ok(leadsTo('docket-on-call', '/d/docket-debug?'));
  assert.ok(leadsTo('docket-debug', `${AUDITOR_URL}/decisions/`));
});

test('every alert that can stand in a list has a runbook', () => {
  const runbooks = readdirSync(RUNBOOKS);
  for (const name of Object.values(ALERTS)) assert.ok(runbooks.includes(`${name}.md`), name);
});
