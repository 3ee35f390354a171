import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { coloredBy, linesPanel, mixPanel, tablePanel } from './panel-shapes.ts';
import { CLICKHOUSE, PROMETHEUS, promRange, SQL, sqlSeries, sqlTable } from './queries.ts';

/** Only closed minutes are whole. Probes are no traffic. */
const CLOSED = `append_minute < (SELECT max(watermark) FROM closed_minutes) AND NOT probe`;
const RANGE = `$__timeFilter(append_minute) AND ${CLOSED} AND ${SQL.service}`;
const FAILED = "outcome IN ('ERROR', 'UNDEFINED') OR fallback != 'NONE'";
const OUTCOMES = ['ALLOW', 'DENY', 'REDACT', 'TRANSFORM', 'WARN', 'REVIEW', 'ERROR', 'UNDEFINED'];

/** A share would vanish from a rate over minutes that are not closed: each point knows how long it is. */
const RATE = `
  SELECT time, service, decisions / seconds AS per_second
  FROM (
    SELECT $__timeInterval(append_minute) AS time, service, sum(decision_minutes.decisions) AS decisions
    FROM decision_minutes FINAL WHERE ${RANGE} GROUP BY time, service
  ) AS counted
  INNER JOIN (
    SELECT $__timeInterval(append_minute) AS time, sum(bucket_ms) / 1000 AS seconds
    FROM closed_minutes FINAL WHERE $__timeFilter(append_minute) GROUP BY time
  ) AS closed USING (time)
  ORDER BY time, service`;

const MIX = `
  SELECT $__timeInterval(append_minute) AS time, outcome, sum(decisions) AS counted
  FROM decision_minutes FINAL WHERE ${RANGE} AND mode = 'ENFORCE'
  GROUP BY time, outcome ORDER BY time, outcome`;

const MIX_BY_SERVICE = `
  SELECT service, sum(decision_minutes.decisions) AS total,
  ${OUTCOMES.map((name) => `sumIf(decision_minutes.decisions, outcome = '${name}') / total AS ${name.toLowerCase()}`).join(',\n')}
  FROM decision_minutes FINAL WHERE ${RANGE} AND mode = 'ENFORCE'
  GROUP BY service ORDER BY service`;

const FAILURES = `
  SELECT $__timeInterval(append_minute) AS time, service, sumIf(decisions, ${FAILED}) / sum(decisions) AS failed
  FROM decision_minutes FINAL WHERE ${RANGE} AND mode = 'ENFORCE'
  GROUP BY time, service ORDER BY time, service`;

const REJECTIONS = `
  SELECT $__timeInterval(append_time) AS time, reason, count() AS rejected
  FROM rejections WHERE $__timeFilter(append_time) AND ${SQL.tenant}
  GROUP BY time, reason ORDER BY time, reason`;

/** What enforcers decide, and what goes wrong on the way. By append time, from closed minutes. */
export function trafficPanels(): Builder<Panel>[] {
  const source = CLICKHOUSE;
  return [
    linesPanel({
      title: 'Decisions per second',
      description:
        'By service, all modes, without probes. A gap is a minute without a decision, or not closed yet.',
      unit: 'reqps',
      source,
      targets: [sqlSeries(RATE)],
      span: 12,
      height: 8,
    }),
    mixPanel({
      title: 'Outcome mix',
      description:
        'Enforced decisions of the chosen services by outcome. A sudden shift after a deploy is overblocking, or its opposite.',
      unit: 'short',
      source,
      targets: [sqlSeries(MIX)],
      span: 12,
      height: 8,
    }),
    tablePanel({
      title: 'Outcome mix by service',
      description: 'Share of each outcome among enforced decisions over the time range.',
      unit: 'percentunit',
      source,
      targets: [sqlTable(MIX_BY_SERVICE)],
      span: 9,
      height: 7,
      columns: {
        total: [{ id: 'unit', value: 'short' }],
        error: coloredBy([
          [0, 'green'],
          [0.001, 'orange'],
          [0.01, 'red'],
        ]),
      },
    }),
    linesPanel({
      title: 'Errors',
      description: 'Share of enforced decisions that ended in ERROR or UNDEFINED, or fell back, by service.',
      unit: 'percentunit',
      source,
      targets: [sqlSeries(FAILURES)],
      span: 5,
      height: 7,
      steps: [
        [0, 'green'],
        [0.001, 'orange'],
        [0.01, 'red'],
      ],
    }),
    linesPanel({
      title: 'Rejected by the gateway',
      description:
        'What a gateway was sent and could not express as events, by reason, for each point. Nothing here: nothing was rejected, or no gateway reports.',
      unit: 'short',
      source,
      targets: [sqlSeries(REJECTIONS)],
      span: 5,
      height: 7,
    }),
    linesPanel({
      title: 'Gateway answers',
      description:
        'Requests per second by status. 429 and 503 say that senders are held back; 401, 403 and 422 that they send what cannot be taken.',
      unit: 'reqps',
      source: PROMETHEUS,
      targets: [promRange('sum by (status) (rate(docket_gateway_requests_total[5m]))', '{{status}}')],
      span: 5,
      height: 7,
    }),
  ];
}
