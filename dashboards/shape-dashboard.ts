import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type AnnotationQuery,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type DashboardLink,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DASHBOARDS, type DashboardName } from './links.ts';
import { CLICKHOUSE, SQL } from './queries.ts';

/** One dashboard, before it becomes JSON. */
export interface DashboardSpec {
  readonly name: DashboardName;
  /** The generated file, beside its source. */
  readonly file: string;
  readonly title: string;
  readonly description: string;
  /** How far back it looks when it is opened, such as `now-3h`, and how often it asks again. */
  readonly from: string;
  readonly refresh: string;
  readonly rows: readonly (readonly [title: string, panels: () => Builder<Panel>[]])[];
  readonly annotations: readonly Builder<AnnotationQuery>[];
  readonly links: readonly Builder<DashboardLink>[];
  /** Texts that somebody types in, by name; they stand in links only. */
  readonly textVariables?: Readonly<Record<string, { readonly label: string; readonly description: string }>>;
}

/** Builds a dashboard with the variables that all have: tenant, service, policy. */
function shapeDashboard(spec: DashboardSpec): Dashboard {
  const dashboard = new DashboardBuilder(spec.title)
    .uid(DASHBOARDS[spec.name])
    .description(`${spec.description} Generated from dashboards/${spec.file.replace('.json', '.ts')}.`)
    .tags(['docket'])
    .timezone('utc')
    .time({ from: spec.from, to: 'now' })
    .refresh(spec.refresh)
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .links([...spec.links]);
  for (const variable of sharedVariables()) dashboard.withVariable(variable);
  for (const [name, { label, description }] of Object.entries(spec.textVariables ?? {})) {
    dashboard.withVariable(
      new TextBoxVariableBuilder(name).label(label).description(description).defaultValue(''),
    );
  }
  for (const annotation of spec.annotations) dashboard.annotation(annotation);
  for (const [title, panels] of spec.rows) {
    dashboard.withRow(new RowBuilder(title));
    for (const panel of panels()) dashboard.withPanel(panel);
  }
  return dashboard.build();
}

/** The text of its JSON, short lists on one line, as the project's formatter wants them. */
export function renderDashboard(spec: DashboardSpec): string {
  const text = JSON.stringify(shapeDashboard(spec), null, 2);
  const lists = text.replace(/\[\s+("[^"\n]*"(?:,\s+"[^"\n]*")*)\s+\]/g, (_, items: string) => {
    return `[${items.replace(/,\s+/g, ', ')}]`;
  });
  return `${lists}\n`;
}

function sharedVariables(): QueryVariableBuilder[] {
  return [
    variable('tenant', 'SELECT DISTINCT tenant_id FROM services_seen ORDER BY tenant_id'),
    variable('service', `SELECT DISTINCT service FROM services_seen WHERE ${SQL.tenant} ORDER BY service`),
    variable(
      'policy',
      `SELECT DISTINCT policy_id FROM decision_minutes
       WHERE $__timeFilter(append_minute) AND ${SQL.tenant} ORDER BY policy_id`,
    ),
  ];
}

function variable(name: string, rawSql: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .datasource(CLICKHOUSE)
    .query(rawSql.replace(/\s+/g, ' '))
    .multi(true)
    .includeAll(true)
    .current({ selected: true, text: 'All', value: '$__all' })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
}
