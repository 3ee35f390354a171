import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { changePanels, deployAnnotation } from './change-panels.ts';
import { integrityPanels } from './integrity-panels.ts';
import { nowPanels } from './now-panels.ts';
import { qualityPanels } from './quality-panels.ts';
import { CLICKHOUSE, SQL } from './queries.ts';
import { sloPanels } from './slo-panels.ts';
import { trafficPanels } from './traffic-panels.ts';

const ROWS: readonly (readonly [title: string, panels: () => Builder<Panel>[]])[] = [
  ['Now', nowPanels],
  ['Objectives', sloPanels],
  ['Traffic', trafficPanels],
  ['Changes and alerts', changePanels],
  ['Quality of decisions', qualityPanels],
  ['Integrity of the record', integrityPanels],
];

/** The dashboard of whoever is on call. */
function onCallDashboard(): Dashboard {
  const dashboard = new DashboardBuilder('Docket: on call')
    .uid('docket-on-call')
    .description('Is enforcement healthy, and can we see it? Generated from dashboards/on-call.ts.')
    .tags(['docket'])
    .timezone('utc')
    .time({ from: 'now-3h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .withVariable(variable('tenant', 'SELECT DISTINCT tenant_id FROM services_seen ORDER BY tenant_id'))
    .withVariable(
      variable('service', `SELECT DISTINCT service FROM services_seen WHERE ${SQL.tenant} ORDER BY service`),
    )
    .withVariable(
      variable(
        'policy',
        `SELECT DISTINCT policy_id FROM decision_minutes
         WHERE $__timeFilter(append_minute) AND ${SQL.tenant} ORDER BY policy_id`,
      ),
    )
    .annotation(deployAnnotation());
  for (const [title, panels] of ROWS) {
    dashboard.withRow(new RowBuilder(title));
    for (const panel of panels()) dashboard.withPanel(panel);
  }
  return dashboard.build();
}

/** The text of `on-call.json`, short lists on one line, as the project's formatter wants them. */
export function renderOnCall(): string {
  const text = JSON.stringify(onCallDashboard(), null, 2);
  const lists = text.replace(/\[\s+("[^"\n]*"(?:,\s+"[^"\n]*")*)\s+\]/g, (_, items: string) => {
    return `[${items.replace(/,\s+/g, ', ')}]`;
  });
  return `${lists}\n`;
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
