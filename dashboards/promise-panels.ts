import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { RECORDED, RESULT_GAUGES } from '../domain/slo/metric-names.ts';
import {
  COMPLETE_SHARE,
  COVERAGE_MINUTES,
  enforcementMinutes,
  GOOD_SHARE,
  RECORD_MINUTES,
} from './enforcement-sql.ts';
import { runbookOf, toDashboard } from './links.ts';
import { type PanelSpec, type Step, statPanel } from './panel-shapes.ts';
import {
  CLICKHOUSE,
  oneOfReplicas,
  PROMETHEUS,
  PROMQL,
  promInstant,
  SQL,
  sqlTable,
  zeroWhile,
} from './queries.ts';

const SIZE = { span: 3, height: 5 };
const KEPT: readonly Step[] = [
  [0, 'red'],
  [0.99, 'orange'],
  [0.999, 'green'],
];
const NONE_IS_GOOD: readonly Step[] = [
  [0, 'green'],
  [1, 'orange'],
];
const LINKS = [toDashboard('onCall')];

function share(
  spec: Pick<PanelSpec, 'title' | 'description' | 'steps' | 'links'>,
  rawSql: string,
): PanelSpec {
  return {
    ...SIZE,
    unit: 'percentunit',
    decimals: 3,
    source: CLICKHOUSE,
    targets: [sqlTable(rawSql)],
    ...spec,
  };
}

const drifting = `sum(${oneOfReplicas(`${RESULT_GAUGES.driftVerdict}{verdict="drift",${PROMQL.policy}}`)})`;
const coverageAlerts = `count(ALERTS{alertstate="firing",slo="coverage",${PROMQL.service}})`;

const SPECS: readonly PanelSpec[] = [
  share(
    {
      title: 'Enforcement success',
      description:
        'Enforced decisions that were applied in the end, without fallback or error (M2). No data where fewer than 90 % are known.',
      steps: KEPT,
      links: LINKS,
    },
    `SELECT ${GOOD_SHARE} AS applied FROM ${enforcementMinutes('final')}`,
  ),
  share(
    {
      title: 'First-attempt success',
      description:
        'The same, judged by the first attempt alone: far below the one beside it, retries are hiding failures.',
      steps: KEPT,
      links: LINKS,
    },
    `SELECT ${GOOD_SHARE} AS applied FROM ${enforcementMinutes('first')}`,
  ),
  share(
    {
      title: 'Coverage',
      description:
        'Requests that a policy evaluated, out of those that somebody other than the enforcer counted (M3). No data without such an observer.',
      steps: [
        [0, 'red'],
        [0.95, 'green'],
      ],
      links: [...LINKS, runbookOf('RatioBound')],
    },
    `SELECT ${GOOD_SHARE} AS covered FROM ${COVERAGE_MINUTES}`,
  ),
  share(
    {
      title: 'Records with full context',
      description: 'Recorded decisions with request id, trace id, policy version and a reason (M7).',
      steps: KEPT,
      links: LINKS,
    },
    `SELECT ${COMPLETE_SHARE} AS complete FROM ${RECORD_MINUTES}`,
  ),
  {
    ...SIZE,
    title: 'Decisions missing',
    description:
      'Decisions that enforcers announced in their sequences and that were never recorded, over their lives of the last 30 days (M7).',
    unit: 'short',
    source: PROMETHEUS,
    targets: [
      promInstant(`sum(${oneOfReplicas(`${RESULT_GAUGES.missingSequences}{${PROMQL.tenant}}`)})`, 'missing'),
    ],
    steps: [
      [0, 'green'],
      [1, 'red'],
    ],
    links: LINKS,
  },
  {
    ...SIZE,
    title: 'Incidents, 90 days',
    description:
      'Incidents that were opened in the last 90 days, whatever the time range (M10). None reported is not none happened.',
    unit: 'short',
    source: CLICKHOUSE,
    targets: [
      sqlTable(
        `SELECT uniqExact(incident_id) AS incidents FROM incidents
         WHERE append_time >= now() - INTERVAL 90 DAY AND ${SQL.tenant}`,
      ),
    ],
    steps: NONE_IS_GOOD,
  },
  {
    ...SIZE,
    title: 'Coverage alerts',
    description:
      'Alerts on coverage that fire now. 0 only while Prometheus evaluates our rules; without their series there is no data.',
    unit: 'none',
    source: PROMETHEUS,
    targets: [promInstant(zeroWhile(coverageAlerts, `${RECORDED.total}{slo="coverage"}`), 'firing')],
    steps: [
      [0, 'green'],
      [1, 'red'],
    ],
    links: [...LINKS, runbookOf('RatioBound')],
  },
  {
    ...SIZE,
    title: 'Policies that drift',
    description:
      'Policies whose outcome mix differs from their frozen reference now. No data: none has enough decisions to be judged.',
    unit: 'none',
    source: PROMETHEUS,
    targets: [promInstant(drifting, 'drifting')],
    steps: NONE_IS_GOOD,
    links: LINKS,
  },
];

/** Whether what was promised is kept, in one row. */
export function promisePanels(): Builder<Panel>[] {
  return SPECS.map(statPanel);
}
