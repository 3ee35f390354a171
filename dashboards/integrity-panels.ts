import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { GAUGES, LEAK_GAUGES, RESULT_GAUGES } from '../domain/slo/metric-names.ts';
import { runbookOf } from './links.ts';
import { coloredBy, linesPanel, statPanel, tablePanel } from './panel-shapes.ts';
import { CLICKHOUSE, oneOfReplicas, PROMETHEUS, promInstant, promRange, SQL, sqlTable } from './queries.ts';

const MAX_ROWS = 200;

/** Whether the record is whole and fresh. */
export function integrityPanels(): Builder<Panel>[] {
  return [
    linesPanel({
      title: 'Quarantine by reason, 1 h',
      description:
        'Records in quarantine over the last hour of closed minutes. Each reason is a code of the contract.',
      unit: 'short',
      source: PROMETHEUS,
      targets: [promRange(oneOfReplicas(`${RESULT_GAUGES.quarantined}{window="1h"}`), '{{reason}}')],
      span: 8,
      height: 8,
    }),
    linesPanel({
      title: 'Freshness',
      description:
        'Age of the watermark, and time since the newest record was appended that is recorded: an idle topic grows, a stuck recorder too.',
      unit: 's',
      source: PROMETHEUS,
      targets: [
        promRange(`time() - max(${GAUGES.watermark})`, 'watermark', 'A'),
        promRange(
          'time() - max by (topic) (docket_recorder_last_append_timestamp_seconds)',
          'newest record of {{topic}}',
          'B',
        ),
      ],
      span: 8,
      height: 8,
      links: [runbookOf('DocketBlind')],
    }),
    linesPanel({
      title: 'Recorder lag by topic',
      description: 'Records appended to Kafka and not stored yet.',
      unit: 'short',
      source: PROMETHEUS,
      targets: [promRange('sum by (topic) (docket_recorder_lag_records)', '{{topic}}')],
      span: 8,
      height: 8,
      steps: [
        [0, 'green'],
        [10_000, 'orange'],
        [100_000, 'red'],
      ],
      links: [runbookOf('PartitionStopped')],
    }),
    tablePanel({
      title: 'Missing sequences by enforcer',
      description:
        'Announced and never recorded, after the settle time. Who does not number decisions has no completeness: unknown, not whole. What has not settled yet is not judged.',
      unit: 'none',
      source: CLICKHOUSE,
      targets: [
        sqlTable(`
          SELECT tenant_id AS tenant, enforcer_id AS enforcer, epoch, expected, seen, state, missing AS gaps
          FROM completeness WHERE ${SQL.tenant}
          ORDER BY completeness.missing DESC, tenant, enforcer, epoch DESC LIMIT ${MAX_ROWS}`),
      ],
      span: 10,
      height: 8,
      columns: {
        gaps: [
          { id: 'displayName', value: 'missing' },
          { id: 'noValue', value: 'not judged' },
          ...coloredBy([
            [0, 'green'],
            [1, 'red'],
          ]),
        ],
      },
    }),
    tablePanel({
      title: 'Enforcers last heard of',
      description:
        'Time since the last decision or settled heartbeat; an idle enforcer shows up to five minutes late. Longest silence first.',
      unit: 'none',
      source: CLICKHOUSE,
      targets: [
        sqlTable(`
          SELECT tenant_id AS tenant, enforcer_id AS enforcer, max(last_minute) AS heard,
          dateDiff('second', heard, now()) AS silence
          FROM completeness WHERE ${SQL.tenant}
          GROUP BY tenant, enforcer ORDER BY silence DESC, enforcer LIMIT ${MAX_ROWS}`),
      ],
      span: 8,
      height: 8,
      columns: {
        silence: [
          { id: 'unit', value: 's' },
          ...coloredBy([
            [0, 'green'],
            [600, 'orange'],
            [1800, 'red'],
          ]),
        ],
      },
    }),
    statPanel({
      title: 'Leaks',
      description:
        'Found where they must not be and not acknowledged yet, by who found them. No data: nobody can count them.',
      unit: 'none',
      source: PROMETHEUS,
      targets: [promInstant(`max by (source) (${LEAK_GAUGES.unacknowledged})`, '{{source}}')],
      span: 3,
      height: 8,
      steps: [
        [0, 'green'],
        [1, 'red'],
      ],
      links: [runbookOf('LeakFound'), runbookOf('LeaksUnknown')],
    }),
    statPanel({
      title: 'Services of Docket',
      description: 'Whether Prometheus can scrape each of them.',
      unit: 'none',
      source: PROMETHEUS,
      targets: [promInstant('min by (job) (up{job=~"gateway|recorder|evaluator|auditor|vault"})', '{{job}}')],
      span: 3,
      height: 8,
      steps: [
        [0, 'red'],
        [1, 'green'],
      ],
      words: { 0: { text: 'down', color: 'red' }, 1: { text: 'up', color: 'green' } },
    }),
  ];
}
