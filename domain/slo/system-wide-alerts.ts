import type { Slo } from './definition.ts';
import { ALERTS, RECORDED } from './metric-names.ts';
import { type SloAlert, selectWindow } from './slo-alert.ts';

/** From this many pages on, and this share of those with traffic, one alert stands for all of them. */
export const WIDE_MIN = 3;
const WIDE_SHARE = 0.5;

/** Whoever had traffic within this window counts as one that could fail. */
const TRAFFIC_WINDOW = '1h';

/**
 * Alerts that stand for the pages of many services of a tenant, or of many tenants: one page instead of dozens. They
 * read the pages themselves, so they hold while those are held. None for an SLO that only makes tickets.
 */
export function systemWideAlerts(slo: Slo): readonly SloAlert[] {
  if (slo.severity === 'ticket') return [];
  const total = slo.budgeting === 'timeslices' ? RECORDED.active : RECORDED.total;
  const traffic = `${selectWindow(total, slo, TRAFFIC_WINDOW)} > 0`;
  const pages = `ALERTS{slo="${slo.name}",scope="service",severity="page",alertstate="firing"}`;
  const distinct = (labels: string, of: string): string => `group by (${labels}) (${of})`;
  const wide: SloAlert[] = [];
  if (slo.service === '*') {
    const count = (of: string): string => `count by (slo, tenant) (${distinct('slo, tenant, service', of)})`;
    wide.push(alertOn('services', ['tenant'], manyOf(count(pages), count(traffic))));
  }
  if (slo.tenant === '*') {
    const count = (of: string): string => `count by (slo) (${distinct('slo, tenant', of)})`;
    wide.push(alertOn('tenants', [], manyOf(count(pages), count(traffic))));
  }
  return wide;
}

function manyOf(failing: string, all: string): string {
  return `${failing} >= ${WIDE_MIN}\nand ${failing} >= ${WIDE_SHARE} * ${all}`;
}

function alertOn(what: 'services' | 'tenants', about: SloAlert['about'], condition: string): SloAlert {
  const share = `at least ${WIDE_SHARE * 100} % of those with traffic`;
  return {
    name: what === 'services' ? ALERTS.servicesFailing : ALERTS.tenantsFailing,
    severity: 'page',
    window: null,
    condition,
    conditions: [{ kind: 'many-paging', least: WIDE_MIN }],
    // The pages that it stands for have waited already, and it must be there before they are sent.
    forSeconds: 0,
    what: `many ${what} fail at once`,
    describe: (value) =>
      `${value} ${what}, ${share}, have a page for this objective. Look for what they share; the single pages are silenced.`,
    valueFormat: '%.0f',
    ...(about === undefined ? {} : { about }),
  };
}
