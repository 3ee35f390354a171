import { type AlertLinks, annotateSystemAlert } from './alert-text.ts';
import { ALERTS, EVALUATOR_JOB, GAUGES, RECORDED } from './metric-names.ts';
import type { RuleGroup } from './rule-shapes.ts';
import { EVALUATION_INTERVAL_SECONDS, prometheusDuration } from './windows.ts';

/** Seconds after which a standing watermark makes us blind, whatever the evaluator says of itself. */
const MAX_WATERMARK_AGE_SECONDS = 600;
const BLIND_FOR_SECONDS = 300;
/** Scaling time makes no machine faster: under so many real seconds an age says nothing. */
const MIN_AGE_SECONDS = 15;

export const BLIND = {
  summary: 'Docket is blind: no evaluator sees the present',
  description:
    'SLO alerts are frozen: those that fire are held, no other can start. Enforcement may be failing unseen.',
};
export const STALE = {
  summary: 'Evaluator {{ $labels.instance }} is stale',
  description: 'It finished no evaluation within two intervals, or does not answer a scrape.',
};

export const WATCHDOG = {
  summary: 'Alerts reach you',
  description:
    'This one always fires. Whoever receives it must raise the alarm when it stops: then Prometheus, Alertmanager or the way between them is dead, and nothing else would say so.',
};

/** The rules on Docket itself: whether any evaluator sees the present, and whether each one keeps up. */
export function evaluatorRules(timescale: number, links: AlertLinks): RuleGroup {
  const staleSeconds = Math.max(MIN_AGE_SECONDS, (2 * EVALUATION_INTERVAL_SECONDS) / timescale);
  const seeing = [
    `${GAUGES.blind} == 0`,
    `time() - ${GAUGES.evaluated} <= ${staleSeconds}`,
    `time() - ${GAUGES.watermark} <= ${Math.max(MIN_AGE_SECONDS, MAX_WATERMARK_AGE_SECONDS / timescale)}`,
  ].join('\nand on (instance, job) ');
  return {
    name: 'docket-evaluator',
    rules: [
      { record: RECORDED.blind, expr: `absent(\n${seeing}\n)` },
      {
        alert: ALERTS.watchdog,
        expr: 'vector(1)',
        for: '0s',
        labels: { severity: 'none' },
        annotations: annotateSystemAlert(ALERTS.watchdog, WATCHDOG, links),
      },
      {
        alert: ALERTS.blind,
        expr: `${RECORDED.blind} == 1`,
        for: prometheusDuration(BLIND_FOR_SECONDS, timescale),
        labels: { severity: 'page' },
        annotations: annotateSystemAlert(ALERTS.blind, BLIND, links),
      },
      {
        alert: ALERTS.evaluatorStale,
        expr: `time() - ${GAUGES.evaluated} > ${staleSeconds} or up{job="${EVALUATOR_JOB}"} == 0`,
        for: prometheusDuration(EVALUATION_INTERVAL_SECONDS, timescale),
        labels: { severity: 'ticket' },
        annotations: annotateSystemAlert(ALERTS.evaluatorStale, STALE, links),
      },
    ],
  };
}
