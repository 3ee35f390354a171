import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  COMPLETE_SHARE,
  COVERAGE_MINUTES,
  enforcementMinutes,
  GOOD_SHARE,
  RECORD_MINUTES,
} from './enforcement-sql.ts';
import { toDashboard } from './links.ts';
import { linesPanel, type PanelSpec, type Step } from './panel-shapes.ts';
import { CLICKHOUSE, SQL, sqlSeries } from './queries.ts';

const NINES: readonly Step[] = [
  [0, 'red'],
  [0.99, 'orange'],
  [0.999, 'green'],
];
const SIZE = { span: 12, height: 8, source: CLICKHOUSE };
const NAMED = "concat(tenant_id, ' ', service) AS name";

function byService(share: string, minutes: string, extra = ''): string {
  return `SELECT $__timeInterval(append_minute) AS time, ${NAMED}, ${share} AS share FROM ${minutes}${extra}
    GROUP BY time, name ORDER BY time, name`;
}

const SPECS: readonly PanelSpec[] = [
  {
    ...SIZE,
    title: 'Enforcement success by service',
    description:
      'Share of enforced decisions that were applied in the end, for each point. A gap: nothing was enforced, or too little is known.',
    unit: 'percentunit',
    targets: [sqlSeries(byService(GOOD_SHARE, enforcementMinutes('final')))],
    steps: NINES,
    links: [toDashboard('onCall')],
  },
  {
    ...SIZE,
    title: 'Coverage by service',
    description:
      'Share of in-scope requests that a policy evaluated, as counted by somebody other than the enforcer. A gap: nobody counted.',
    unit: 'percentunit',
    targets: [sqlSeries(byService(GOOD_SHARE, COVERAGE_MINUTES))],
    steps: [
      [0, 'red'],
      [0.95, 'green'],
    ],
    links: [toDashboard('onCall')],
  },
  {
    ...SIZE,
    title: 'Completeness of records by service',
    description: 'Share of recorded decisions with full context. A gap: nothing was recorded.',
    unit: 'percentunit',
    targets: [sqlSeries(byService(COMPLETE_SHARE, RECORD_MINUTES))],
    steps: NINES,
    links: [toDashboard('onCall')],
  },
  {
    ...SIZE,
    title: 'Drift alert rate by policy',
    description:
      'Minutes with drift ÷ minutes in which there was enough data to judge (M11), for each point. A gap: too little data.',
    unit: 'percentunit',
    targets: [
      sqlSeries(
        `SELECT $__timeInterval(append_minute) AS time, concat(tenant_id, ' ', policy_id) AS name,
         countIf(verdict = 'drift') / count() AS drifting
         FROM drift_results FINAL
         WHERE $__timeFilter(append_minute) AND ${SQL.policy} AND verdict != 'insufficient_data'
         GROUP BY time, name ORDER BY time, name`,
      ),
    ],
    steps: [
      [0, 'green'],
      [0.01, 'orange'],
      [0.1, 'red'],
    ],
    links: [toDashboard('onCall')],
  },
];

/** How the promises were kept over the time range. */
export function trendPanels(): Builder<Panel>[] {
  return SPECS.map(linesPanel);
}
