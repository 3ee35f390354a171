import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { type DashboardLink, DashboardLinkBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DEFAULT_LINKS } from '../domain/slo/alert-text.ts';
import type { AlertName } from '../domain/slo/metric-names.ts';

/** The dashboards by their uids, from the overview down to single decisions. */
export const DASHBOARDS = {
  executive: 'docket-executive',
  onCall: 'docket-on-call',
  debug: 'docket-debug',
} as const;

export type DashboardName = keyof typeof DASHBOARDS;

/** Variables that every dashboard has, so that a link can hand them on. */
export const SHARED_VARIABLES = ['tenant', 'service', 'policy'] as const;

type SharedVariable = (typeof SHARED_VARIABLES)[number];

/** Where a browser finds the auditor. */
export const AUDITOR_URL = DEFAULT_LINKS.auditorUrl;

/** Where Grafana itself serves docs/runbooks (docker-compose.yml mounts them there). */
export const RUNBOOKS_URL = '/public/docket-runbooks/';

/** What a link opens. */
export interface Link {
  readonly title: string;
  readonly url: string;
  readonly targetBlank: boolean;
}

/** Where a link takes a value from: a column of the row, a label of the series, or the variables as chosen. */
export type ValueOf = { readonly column: string } | { readonly label: string };

function placeholderOf(from: ValueOf): string {
  return 'column' in from
    ? `\${__data.fields.${from.column}:percentencode}`
    : `\${__field.labels.${from.label}:percentencode}`;
}

/**
 * A link to another dashboard that keeps the time range and every shared variable, but for those that the row or
 * series narrows down.
 */
export function toDashboard(
  name: DashboardName,
  narrowed: Readonly<Partial<Record<SharedVariable, ValueOf>>> = {},
): Link {
  const variables = SHARED_VARIABLES.map((variable) => {
    const from = narrowed[variable];
    return from === undefined ? `\${${variable}:queryparam}` : `var-${variable}=${placeholderOf(from)}`;
  });
  return {
    title: TITLES[name],
    url: `/d/${DASHBOARDS[name]}?\${__url_time_range}&${variables.join('&')}`,
    targetBlank: false,
  };
}

const TITLES: Readonly<Record<DashboardName, string>> = {
  executive: 'Open in: executive',
  onCall: 'Open in: on call',
  debug: 'Open in: debug',
};

/** What a search of the auditor is narrowed by. */
type SearchParameter = 'tenant' | 'service' | 'policy' | 'policy_version' | 'rule' | 'outcome';

const TIME_RANGE = `from=\${__from:date:iso}&to=\${__to:date:iso}`;

/** A link to decisions in the auditor, which records that they are read: those of the time range that a row names. */
export function toDecisions(title: string, by: Readonly<Partial<Record<SearchParameter, ValueOf>>>): Link {
  return { title, url: `${AUDITOR_URL}/decisions?${parametersOf(by)}&${TIME_RANGE}`, targetBlank: true };
}

/** A link to one decision in the auditor, with its rationale and what was redacted of it. */
export function toDecision(by: { readonly decision: ValueOf; readonly enforcer: ValueOf }): Link {
  const { decision, enforcer } = by;
  const url = `${AUDITOR_URL}/decisions/${placeholderOf(decision)}?${parametersOf({ enforcer })}`;
  return { title: 'This decision in the auditor', url, targetBlank: true };
}

/** A link to what an objective counted as bad, up to the end of the time range, as alerts have it. */
export function toBehind(title: string, by: Readonly<Record<'slo' | 'tenant' | 'service', ValueOf>>): Link {
  const url = `${AUDITOR_URL}/go?${parametersOf(by)}&at=\${__to:date:seconds}`;
  return { title, url, targetBlank: true };
}

function parametersOf(by: Readonly<Partial<Record<string, ValueOf>>>): string {
  const given = Object.entries(by).flatMap(([name, from]) =>
    from === undefined ? [] : [[name, from] as const],
  );
  return given.map(([name, from]) => `${name}=${placeholderOf(from)}`).join('&');
}

/** A link to the runbook of the alert that a row names. */
export function toRunbook(column: string): Link {
  return { title: 'Runbook', url: `${RUNBOOKS_URL}\${__data.fields.${column}}.md`, targetBlank: true };
}

/** A link to the runbook of one alert. */
export function runbookOf(alert: AlertName): Link {
  return { title: `Runbook: ${alert}`, url: `${RUNBOOKS_URL}${alert}.md`, targetBlank: true };
}

/** A link at the head of a dashboard, to another one. */
export function headLink(name: DashboardName, title: string): Builder<DashboardLink> {
  return new DashboardLinkBuilder(title)
    .url(`/d/${DASHBOARDS[name]}`)
    .icon('dashboard')
    .keepTime(true)
    .includeVars(true);
}

/** A link at the head of a dashboard to the auditor's overview, or to what its decisions are searched by. */
export function headLinkToAuditor(title: string, search = ''): Builder<DashboardLink> {
  const path = search === '' ? '/' : `/decisions?${search}&${TIME_RANGE}`;
  return new DashboardLinkBuilder(title).url(`${AUDITOR_URL}${path}`).icon('external link').targetBlank(true);
}
