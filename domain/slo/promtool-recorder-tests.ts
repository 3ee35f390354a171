import { NO_ROUTES } from './alert-routes.ts';
import { annotateSystemAlert, DEFAULT_LINKS } from './alert-text.ts';
import { docketLabels } from './docket-alert.ts';
import { ALERTS, RECORDER_GAUGES } from './metric-names.ts';
import type { ExpectedAlert, PromtoolTestFile, PromtoolTestOptions } from './promtool-tests.ts';
import { EXCESS, LOST, STOPPED, VAULT_UNAVAILABLE } from './recorder-rules.ts';

type Text = { readonly summary: string; readonly description: string };

/** The promtool unit tests of the rules on what the recorders put into quarantine. */
export function generateRecorderTests({
  ruleFileOf,
  links = DEFAULT_LINKS,
  routes = NO_ROUTES,
}: PromtoolTestOptions): PromtoolTestFile {
  const fill = (text: Text, labels: Readonly<Record<string, string>>): Text => ({
    ...text,
    summary: text.summary.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, name: string) => labels[name] ?? ''),
  });
  const excess = (tenant: string): ExpectedAlert => ({
    exp_labels: { ...docketLabels(ALERTS.quarantineExcess, 'ticket', routes), tenant },
    exp_annotations: annotateSystemAlert(ALERTS.quarantineExcess, fill(EXCESS, { tenant }), links),
  });
  const at = { topic: 'docket.decisions.v1', partition: '3' };
  const stopped: ExpectedAlert = {
    exp_labels: { ...docketLabels(ALERTS.partitionStopped, 'page', routes), ...at },
    exp_annotations: annotateSystemAlert(ALERTS.partitionStopped, fill(STOPPED, at), links),
  };
  const lost: ExpectedAlert = {
    exp_labels: { ...docketLabels(ALERTS.offsetsLost, 'page', routes), topic: at.topic },
    exp_annotations: annotateSystemAlert(ALERTS.offsetsLost, fill(LOST, at), links),
  };
  const vaultUnavailable: ExpectedAlert = {
    exp_labels: { ...docketLabels(ALERTS.vaultUnavailable, 'page', routes) },
    exp_annotations: annotateSystemAlert(ALERTS.vaultUnavailable, VAULT_UNAVAILABLE, links),
  };
  const gauge = (name: string, instance: number, labels: string, values: string) => ({
    series: `${name}{instance="recorder-${instance}:7072",job="recorder"${labels === '' ? '' : `,${labels}`}}`,
    values,
  });
  const place = `topic="${at.topic}",partition="${at.partition}"`;
  const tests = [
    {
      name: 'recorder: a tenant in excess for a minute, in whichever recorder, is one ticket until it is over',
      interval: '1m' as const,
      input_series: [
        gauge(RECORDER_GAUGES.excess, 1, 'tenant="acme"', '0+0x4 1+0x9 0+0x9'),
        gauge(RECORDER_GAUGES.excess, 2, 'tenant="acme"', '0+0x4 2+0x9 0+0x9'),
        gauge(RECORDER_GAUGES.excess, 2, 'tenant="globex"', '0+0x4 1 0+0x19'),
      ],
      alert_rule_test: [
        { eval_time: '5m', alertname: ALERTS.quarantineExcess, exp_alerts: [] },
        { eval_time: '8m', alertname: ALERTS.quarantineExcess, exp_alerts: [excess('acme')] },
        { eval_time: '20m', alertname: ALERTS.quarantineExcess, exp_alerts: [] },
      ],
    },
    {
      name: 'recorder: a partition that stopped pages, whatever another recorder says, until it goes on',
      interval: '1m' as const,
      input_series: [
        gauge(RECORDER_GAUGES.stopped, 1, place, '0+0x4 1+0x9 stale'),
        gauge(RECORDER_GAUGES.stopped, 2, place, '0+0x24'),
      ],
      alert_rule_test: [
        { eval_time: '5m', alertname: ALERTS.partitionStopped, exp_alerts: [] },
        { eval_time: '7m', alertname: ALERTS.partitionStopped, exp_alerts: [stopped] },
        { eval_time: '16m', alertname: ALERTS.partitionStopped, exp_alerts: [] },
      ],
    },
    {
      name: 'recorder: offsets that were trimmed away page, those that hold a marker do not',
      interval: '1m' as const,
      input_series: [
        gauge(RECORDER_GAUGES.lost, 1, `topic="${at.topic}",cause="TRIMMED"`, '0+0x4 12+0x20'),
        gauge(RECORDER_GAUGES.lost, 1, 'topic="docket.labels.v1",cause="NO_RECORD"', '0+0x4 12+0x20'),
      ],
      alert_rule_test: [
        { eval_time: '4m', alertname: ALERTS.offsetsLost, exp_alerts: [] },
        { eval_time: '7m', alertname: ALERTS.offsetsLost, exp_alerts: [lost] },
      ],
    },
    {
      name: 'recorder: waiting for the vault pages after a minute, whichever recorder waits, until none does',
      interval: '1m' as const,
      input_series: [
        gauge(RECORDER_GAUGES.vaultUnavailable, 1, '', '0+0x4 1+0x9 0+0x9'),
        gauge(RECORDER_GAUGES.vaultUnavailable, 2, '', '0+0x24'),
      ],
      alert_rule_test: [
        { eval_time: '5m', alertname: ALERTS.vaultUnavailable, exp_alerts: [] },
        { eval_time: '7m', alertname: ALERTS.vaultUnavailable, exp_alerts: [vaultUnavailable] },
        { eval_time: '16m', alertname: ALERTS.vaultUnavailable, exp_alerts: [] },
      ],
    },
  ];
  return { rule_files: ['docket-recorder'].map(ruleFileOf), evaluation_interval: '1m', tests };
}
