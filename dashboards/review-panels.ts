import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { RESULT_GAUGES } from '../domain/slo/metric-names.ts';
import { toDecision } from './links.ts';
import { linesPanel, linked, tablePanel, wordsOf } from './panel-shapes.ts';
import { CLICKHOUSE, oneOfReplicas, PROMETHEUS, PROMQL, promRange, SQL, sqlTable } from './queries.ts';

const OF_POLICY = `{${PROMQL.policy}}`;
/** Below so many labels a rate says nothing. */
const MIN_LABELS = 30;

/** Decisions that a review found wrong, by their ids. */
export function reviewPanels(): Builder<Panel>[] {
  const violating = oneOfReplicas(`${RESULT_GAUGES.labelledAllowsViolating}${OF_POLICY}`);
  const labelled = oneOfReplicas(`${RESULT_GAUGES.labelledAllows}${OF_POLICY}`);
  return [
    tablePanel({
      title: 'Recent false positives and negatives',
      description:
        'Decisions that a random review found wrong: a legitimate request that was denied, a violation that was allowed. By the newest label. A click on the id opens the decision in the auditor.',
      unit: 'none',
      source: CLICKHOUSE,
      targets: [
        sqlTable(`
          SELECT judged, tenant, policy, if(made = 'DENY', 'false positive', 'false negative') AS kind, made AS outcome,
          label, enforcer, decision
          FROM (
          SELECT max(judged_minute) AS judged, tenant_id AS tenant, argMax(policy_id, label_offset) AS policy,
          argMax(outcome, label_offset) AS made, argMax(verdict, label_offset) AS label, enforcer_id AS enforcer,
          toString(decision_id) AS decision
          FROM reviewed_decisions FINAL WHERE $__timeFilter(judged_minute) AND ${SQL.policy}
          GROUP BY tenant_id, enforcer_id, decision_id
          )
          WHERE (made = 'DENY' AND label = 'LEGITIMATE') OR (made = 'ALLOW' AND label = 'VIOLATION')
          ORDER BY judged DESC, tenant, enforcer, decision LIMIT 100`),
      ],
      span: 12,
      height: 9,
      nothing: 'no review found a wrong decision in this time range',
      columns: {
        kind: wordsOf({
          'false positive': { text: 'false positive', color: 'orange' },
          'false negative': { text: 'false negative', color: 'red' },
        }),
        decision: linked(toDecision({ decision: { column: 'decision' }, enforcer: { column: 'enforcer' } })),
      },
    }),
    linesPanel({
      title: 'Legitimate among blocked',
      description:
        'The false discovery rate (M5) with its Wilson 95 % interval, over 30 days of random reviews. No line: fewer than 30 labels. `*`: all policies.',
      unit: 'percentunit',
      source: PROMETHEUS,
      targets: [
        promRange(
          oneOfReplicas(`${RESULT_GAUGES.falsePositiveRate}${OF_POLICY}`),
          '{{tenant}} {{policy}}',
          'A',
        ),
        promRange(
          oneOfReplicas(`${RESULT_GAUGES.falsePositiveLower}${OF_POLICY}`),
          'lower {{tenant}} {{policy}}',
          'B',
        ),
        promRange(
          oneOfReplicas(`${RESULT_GAUGES.falsePositiveUpper}${OF_POLICY}`),
          'upper {{tenant}} {{policy}}',
          'C',
        ),
      ],
      span: 6,
      height: 9,
      steps: [
        [0, 'green'],
        [0.05, 'orange'],
        [0.1, 'red'],
      ],
    }),
    linesPanel({
      title: 'Violations among allowed',
      description:
        'The false omission rate (M6) over 30 days of random reviews. It says nothing of how many violations were caught. No line: fewer than 30 labels.',
      unit: 'percentunit',
      source: PROMETHEUS,
      targets: [promRange(`${violating} / (${labelled} >= ${MIN_LABELS})`, '{{tenant}} {{policy}}')],
      span: 6,
      height: 9,
      steps: [
        [0, 'green'],
        [0.01, 'orange'],
        [0.05, 'red'],
      ],
    }),
  ];
}
