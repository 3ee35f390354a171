import type { AlertRoutes } from './alert-routes.ts';
import { type AlertLinks, annotateSystemAlert } from './alert-text.ts';
import { docketLabels } from './docket-alert.ts';
import { ALERTS, RECORDER_GAUGES } from './metric-names.ts';
import type { RuleGroup } from './rule-shapes.ts';
import { prometheusDuration } from './windows.ts';

/** A rebalance, in which one recorder still says what another has just mended, is no alert. */
const FOR_SECONDS = 60;
/** A loss is over when it is known; the alert stands long enough to be seen. */
const LOST_WINDOW_SECONDS = 3_600;

export const EXCESS = {
  summary: 'Tenant {{ $labels.tenant }} has too much in quarantine',
  description:
    'Its records fail above the set share or number. They are kept and can be replayed; those of others are recorded as ever.',
};
export const STOPPED = {
  summary: 'Partition {{ $labels.partition }} of {{ $labels.topic }} has stopped',
  description:
    'Its last 1,000 records, of two tenants or more, could not be decoded: most likely the recorder lacks a schema. They wait in Kafka and are lost when its retention ends.',
};

export const LOST = {
  summary: 'Records of {{ $labels.topic }} are lost',
  description:
    'Kafka deleted them before they were recorded. Which offsets stands in the table lost, sealed; what they held is gone.',
};

export const VAULT_UNAVAILABLE = {
  summary: 'Records wait for the vault',
  description:
    'It gives the recorder no keys, so no batch with erasable data, ids of people or refused records is stored. They wait in Kafka and are lost when its retention ends.',
};

/** The rules on what the recorders put into quarantine, found gone, or have no keys for. Replicas are merged: one that reports is enough. */
export function recorderRules(timescale: number, links: AlertLinks, routes: AlertRoutes): RuleGroup {
  return {
    name: 'docket-recorder',
    rules: [
      {
        alert: ALERTS.quarantineExcess,
        expr: `max by (tenant) (${RECORDER_GAUGES.excess}) > 0`,
        for: prometheusDuration(FOR_SECONDS, timescale),
        labels: docketLabels(ALERTS.quarantineExcess, 'ticket', routes),
        annotations: annotateSystemAlert(ALERTS.quarantineExcess, EXCESS, links),
      },
      {
        alert: ALERTS.partitionStopped,
        expr: `max by (topic, partition) (${RECORDER_GAUGES.stopped}) > 0`,
        for: prometheusDuration(FOR_SECONDS, timescale),
        labels: docketLabels(ALERTS.partitionStopped, 'page', routes),
        annotations: annotateSystemAlert(ALERTS.partitionStopped, STOPPED, links),
      },
      {
        alert: ALERTS.offsetsLost,
        expr: `sum by (topic) (increase(${RECORDER_GAUGES.lost}{cause="TRIMMED"}[${prometheusDuration(LOST_WINDOW_SECONDS, timescale)}])) > 0`,
        for: prometheusDuration(FOR_SECONDS, timescale),
        labels: docketLabels(ALERTS.offsetsLost, 'page', routes),
        annotations: annotateSystemAlert(ALERTS.offsetsLost, LOST, links),
      },
      {
        alert: ALERTS.vaultUnavailable,
        expr: `max(${RECORDER_GAUGES.vaultUnavailable}) > 0`,
        for: prometheusDuration(FOR_SECONDS, timescale),
        labels: docketLabels(ALERTS.vaultUnavailable, 'page', routes),
        annotations: annotateSystemAlert(ALERTS.vaultUnavailable, VAULT_UNAVAILABLE, links),
      },
    ],
  };
}
