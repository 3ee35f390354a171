import { annotateSystemAlert, DEFAULT_LINKS } from './alert-text.ts';
import { LEAK, LEAK_PATH, LEAKS_UNKNOWN } from './leak-rules.ts';
import { ALERTS, LEAK_GAUGES } from './metric-names.ts';
import type { ExpectedAlert, PromtoolTestFile, PromtoolTestOptions } from './promtool-tests.ts';

/** The promtool unit tests of the rules on leaks. */
export function generateLeakTests({
  ruleFile,
  links = DEFAULT_LINKS,
}: PromtoolTestOptions): PromtoolTestFile {
  const found = (labels: Readonly<Record<string, string>>): ExpectedAlert => ({
    exp_labels: { severity: 'page', ...labels },
    exp_annotations: annotateSystemAlert(ALERTS.leakFound, LEAK, links, LEAK_PATH),
  });
  const unknown: ExpectedAlert = {
    exp_labels: { severity: 'ticket' },
    exp_annotations: annotateSystemAlert(ALERTS.leaksUnknown, LEAKS_UNKNOWN, links),
  };
  const open = (instance: number, source: string, values: string) => ({
    series: `${LEAK_GAUGES.unacknowledged}{instance="evaluator-${instance}:7073",job="evaluator",source="${source}"}`,
    values,
  });
  const inLog = (values: string) => ({
    series: `${LEAK_GAUGES.inLogs}{instance="gateway-1:7071",job="gateway",rule="email"}`,
    values,
  });
  const tests = [
    {
      name: 'leaks: one that nobody has acknowledged pages, whichever evaluator knows of it, until somebody has',
      interval: '1m' as const,
      input_series: [
        open(1, 'GATE', '0+0x4 1+0x9 0+0x9'),
        open(2, 'GATE', '0+0x4 1+0x9 0+0x9'),
        open(1, 'AUDIT', '0+0x24'),
      ],
      alert_rule_test: [
        { eval_time: '4m', alertname: ALERTS.leakFound, exp_alerts: [] },
        { eval_time: '8m', alertname: ALERTS.leakFound, exp_alerts: [found({ source: 'GATE' })] },
        { eval_time: '20m', alertname: ALERTS.leakFound, exp_alerts: [] },
      ],
    },
    {
      name: 'leaks: a find in the log of a service that has no store pages as well',
      interval: '1m' as const,
      input_series: [open(1, 'LOG', '0+0x90'), inLog('0+0x4 1+0x85')],
      alert_rule_test: [
        { eval_time: '4m', alertname: ALERTS.leakFound, exp_alerts: [] },
        { eval_time: '8m', alertname: ALERTS.leakFound, exp_alerts: [found({ job: 'gateway' })] },
        { eval_time: '80m', alertname: ALERTS.leakFound, exp_alerts: [] },
      ],
    },
    {
      name: 'leaks: when nobody counts them, that is a ticket and no zero',
      interval: '1m' as const,
      input_series: [open(1, 'GATE', '0+0x4 stale')],
      alert_rule_test: [
        { eval_time: '10m', alertname: ALERTS.leaksUnknown, exp_alerts: [] },
        { eval_time: '20m', alertname: ALERTS.leaksUnknown, exp_alerts: [unknown] },
      ],
    },
  ];
  return { rule_files: [ruleFile], evaluation_interval: '1m', tests };
}
