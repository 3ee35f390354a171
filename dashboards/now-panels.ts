import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { GAUGES, RECORDED, RESULT_GAUGES } from '../domain/slo/metric-names.ts';
import { runbookOf } from './links.ts';
import { type PanelSpec, statPanel } from './panel-shapes.ts';
import {
  CLICKHOUSE,
  oneOfReplicas,
  PROMETHEUS,
  PROMQL,
  promInstant,
  sqlTable,
  zeroWhile,
} from './queries.ts';

/** After these, generated rules call an evaluator stale and Docket blind. */
const STALE_SECONDS = 120;
const BLIND_SECONDS = 600;

const SIZE = { span: 3, height: 5, decimals: 0 };

/** 1 while some evaluator sees the present, 0 while none does, nothing when there never was one. */
const SEES = `max(
  (${GAUGES.blind} == bool 0)
  * on (instance, job) (time() - ${GAUGES.evaluated} <= bool ${STALE_SECONDS})
  * on (instance, job) (time() - ${GAUGES.watermark} <= bool ${BLIND_SECONDS})
)`;

function firing(severity: 'page' | 'ticket'): PanelSpec {
  const alerts = `count(ALERTS{alertstate="firing",severity="${severity}",${PROMQL.tenantOrNone}})`;
  return {
    ...SIZE,
    title: `Firing ${severity}s`,
    description:
      'Alerts that fire now. 0 only while Prometheus evaluates our rules; without their series there is no data.',
    unit: 'none',
    source: PROMETHEUS,
    targets: [promInstant(zeroWhile(alerts, RECORDED.total), severity)],
    steps: [
      [0, 'green'],
      [1, severity === 'page' ? 'red' : 'orange'],
    ],
  };
}

const SPECS: readonly PanelSpec[] = [
  {
    ...SIZE,
    title: 'Docket sees',
    description:
      'Whether an evaluator sees the present. While it is blind every other number here is old: SLO alerts are held, none can start.',
    unit: 'none',
    source: PROMETHEUS,
    targets: [promInstant(SEES, 'sees')],
    steps: [[1, 'green']],
    words: { 0: { text: 'BLIND', color: 'red' }, 1: { text: 'the present', color: 'green' } },
    links: [runbookOf('DocketBlind'), runbookOf('EvaluatorStale')],
  },
  {
    ...SIZE,
    title: 'Watermark age',
    description: 'Everything appended before the watermark is in the numbers; what came after is not yet.',
    unit: 's',
    source: PROMETHEUS,
    targets: [promInstant(`time() - max(${GAUGES.watermark})`, 'age')],
    steps: [
      [0, 'green'],
      [STALE_SECONDS, 'orange'],
      [BLIND_SECONDS, 'red'],
    ],
  },
  {
    ...SIZE,
    title: 'Recorder lag',
    description: 'Records that Kafka holds and the store does not yet, over all partitions.',
    unit: 'short',
    source: PROMETHEUS,
    targets: [promInstant('sum(docket_recorder_lag_records)', 'lag')],
    steps: [
      [0, 'green'],
      [10_000, 'orange'],
      [100_000, 'red'],
    ],
    links: [runbookOf('PartitionStopped')],
  },
  firing('page'),
  firing('ticket'),
  {
    ...SIZE,
    title: 'Quarantined, 1 h',
    description:
      'Records that could not be recorded, over the last hour of closed minutes. Reasons are below.',
    unit: 'short',
    source: PROMETHEUS,
    targets: [
      promInstant(
        zeroWhile(`sum(${oneOfReplicas(`${RESULT_GAUGES.quarantined}{window="1h"}`)})`, GAUGES.watermark),
        'records',
      ),
    ],
    steps: [
      [0, 'green'],
      [1, 'orange'],
      [100, 'red'],
    ],
    links: [runbookOf('QuarantineExcess')],
  },
  {
    ...SIZE,
    title: 'Missing sequences',
    description: 'Decisions that enforcers announced and that were never recorded, after the settle time.',
    unit: 'short',
    source: PROMETHEUS,
    targets: [
      promInstant(`sum(${oneOfReplicas(`${RESULT_GAUGES.missingSequences}{${PROMQL.tenant}}`)})`, 'missing'),
    ],
    steps: [
      [0, 'green'],
      [1, 'red'],
    ],
  },
  {
    ...SIZE,
    title: 'Offsets lost',
    description:
      'Offsets that Kafka no longer held when the recorder came to them. Every one is a gap for ever.',
    unit: 'short',
    source: CLICKHOUSE,
    targets: [sqlTable('SELECT sum(last_offset - first_offset + 1) AS lost_offsets FROM lost')],
    steps: [
      [0, 'green'],
      [1, 'red'],
    ],
    links: [runbookOf('OffsetsLost')],
  },
];

/** First row: whether we can see at all, and whether anything is on fire. */
export function nowPanels(): Builder<Panel>[] {
  return SPECS.map(statPanel);
}
