import { SERVICE_COUNTS, VERSION_COUNTS } from '../../metrics/decision-counts.ts';
import { CHANGE_COUNTS } from '../../metrics/record-counts.ts';
import type { SubjectLabel } from '../alert-text.ts';
import { ALERTS, type AlertName, GAUGES, RESULT_GAUGES } from '../metric-names.ts';

/** What a gauge shows while a signal is just quiet, and while it fires. */
type Level = {
  readonly gauge: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly quiet: number;
  readonly firing: number;
};
/** Numbers by which a signal just fires, computed by hand, and by which it just does not. */
export type SignalExample = {
  readonly about: Readonly<Partial<Record<SubjectLabel, string>>>;
  readonly levels: readonly Level[];
  /** The alert's value while it fires. */
  readonly value: number;
  /** How many evaluators show the same: one unless told. */
  readonly evaluators?: number;
  /** Policy versions that the annotation names as new. */
  readonly since?: string;
};

const level = (
  gauge: string,
  window: string | null,
  quiet: number,
  firing: number,
  labels: Readonly<Record<string, string>> = {},
): Level => ({ gauge, labels: { ...labels, ...(window === null ? {} : { window }) }, quiet, firing });
const service = (tenant: string) => ({ tenant, service: 'chat' });
const policy = (tenant: string) => ({ tenant, policy: 'consent' });

/** One example for each signal, each of a tenant of its own. */
export const SIGNAL_EXAMPLES: Readonly<Partial<Record<AlertName, SignalExample>>> = {
  // Two evaluators that show the same do not double it.
  [ALERTS.failOpenHighRisk]: {
    about: service('b'),
    levels: [level(SERVICE_COUNTS.failOpenHighRisk.name, '1h', 0, 1)],
    value: 1,
    evaluators: 2,
  },
  [ALERTS.lateDecisions]: {
    about: service('g'),
    levels: [
      level(GAUGES.late, '1h', 9, 10, { slo: 'latency' }),
      level(GAUGES.late, '1h', 8, 8, { slo: 'success' }),
    ],
    value: 10,
  },
  [ALERTS.sequencesMissing]: {
    about: { tenant: 'h' },
    levels: [level(RESULT_GAUGES.missingSequences, null, 0, 3)],
    value: 3,
  },
  // Of its two versions one decides now, and did not a day ago.
  [ALERTS.deployFailed]: {
    about: policy('q'),
    levels: [
      level(CHANGE_COUNTS.deployFailures.name, '1h', 0, 1),
      level(VERSION_COUNTS.policyDecisions.name, '5m', 20, 20, { version: '2' }),
      level(VERSION_COUNTS.policyDecisions.name, '5m', 0, 0, { version: '1' }),
    ],
    value: 1,
    since: ' consent 2',
  },
};
