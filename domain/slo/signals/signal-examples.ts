import type { SubjectLabel } from '../alert-text.ts';
import { ALERTS, type AlertName, GAUGES, RESULT_GAUGES } from '../metric-names.ts';
import { SIGNAL_GAUGES } from './signal-gauges.ts';

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
const version = (name: string) => ({ version: name });
const GAUGE = SIGNAL_GAUGES;

/** One example for each signal, each of a tenant of its own. */
export const SIGNAL_EXAMPLES: Readonly<Partial<Record<AlertName, SignalExample>>> = {
  // 11 of 200 are 5.5 %; 10 are no more than 5.
  [ALERTS.failClosed]: {
    about: service('a'),
    levels: [level(GAUGE.decisions, '5m', 200, 200), level(GAUGE.failClosed, '5m', 10, 11)],
    value: 5.5,
  },
  [ALERTS.failOpenHighRisk]: {
    about: service('b'),
    levels: [level(GAUGE.failOpenHighRisk, '1h', 0, 1)],
    value: 1,
  },
  [ALERTS.nothingEvaluated]: {
    about: service('c'),
    levels: [
      level(GAUGE.inScope, '5m', 10, 10, { observer: 'ENFORCER' }),
      level(GAUGE.evaluated, '5m', 1, 0, { observer: 'ENFORCER' }),
      level(GAUGE.inScope, '5m', 50, 50, { observer: 'INGRESS' }),
    ],
    value: 10,
  },
  // Wilson's lower bound of 2 in 10 is 5.7 %, of 2 in 12 4.7 %.
  [ALERTS.probesMissed]: {
    about: service('d'),
    levels: [level(GAUGE.probes, '1h', 12, 10), level(GAUGE.probesMissed, '1h', 2, 2)],
    value: 2,
  },
  [ALERTS.mostDenied]: {
    about: { tenant: 'e' },
    levels: [
      level(GAUGE.decisions, '5m', 60, 60, { service: 'chat' }),
      level(GAUGE.denied, '5m', 10, 11, { service: 'chat' }),
      level(GAUGE.decisions, '5m', 40, 40, { service: 'search' }),
      level(GAUGE.denied, '5m', 40, 40, { service: 'search' }),
    ],
    value: 51,
  },
  // Three windows of 3 are 9, of 4 are 12; two evaluators that show the same do not double them.
  [ALERTS.ruleConflicts]: {
    about: service('f'),
    levels: [level(GAUGE.conflicts, '5m', 3, 4)],
    value: 12,
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
  [ALERTS.unauthorisedChange]: {
    about: policy('i'),
    levels: [
      level(GAUGE.unauthorised, '1h', 0, 0),
      level(GAUGE.versionUnapproved, '5m', 0, 2, { region: 'eu' }),
    ],
    value: 2,
  },
  // 10 of 1,000 are no more than 1 %; 12 of 800 are 1.5 %.
  [ALERTS.versionSkew]: {
    about: policy('j'),
    levels: [
      level(GAUGE.versionJudged, '5m', 1000, 800, { region: 'eu' }),
      level(GAUGE.versionSkewed, '5m', 10, 12, { region: 'eu' }),
    ],
    value: 1.5,
  },
  // Version 2 denies 40 of 200, the other one 80 of 1,000: 2.5 times, by 6.3 standard errors. 30 are 1.9 times.
  [ALERTS.denialsAfterDeploy]: {
    about: policy('k'),
    levels: [
      level(GAUGE.policyDecisions, '5m', 20, 20, version('2')),
      level(GAUGE.policyDecisions, '1h', 200, 200, version('2')),
      level(GAUGE.policyDenied, '1h', 30, 40, version('2')),
      level(GAUGE.policyDecisions, '1d', 200, 200, version('2')),
      level(GAUGE.policyDenied, '1d', 30, 40, version('2')),
      level(GAUGE.policyDecisions, '1h', 100, 100, version('1')),
      level(GAUGE.policyDenied, '1h', 8, 8, version('1')),
      level(GAUGE.policyDecisions, '1d', 1000, 1000, version('1')),
      level(GAUGE.policyDenied, '1d', 80, 80, version('1')),
    ],
    value: 2.5,
    since: ' consent 2',
  },
  // A quarter of the decisions of an hour is half of the day's half; 49 of 200 are less, by 7.2 standard errors.
  [ALERTS.hitRateDrop]: {
    about: policy('l'),
    levels: [
      level(GAUGE.policyDecisions, '1h', 200, 200, version('1')),
      level(GAUGE.policyHits, '1h', 50, 49, version('1')),
      level(GAUGE.policyDecisions, '1d', 2000, 2000, version('1')),
      level(GAUGE.policyHits, '1d', 1000, 1000, version('1')),
    ],
    value: 24.5,
  },
  [ALERTS.overblocking]: {
    about: policy('m'),
    levels: [level(RESULT_GAUGES.falsePositiveLower, null, 0.01, 0.012)],
    value: 1.2,
  },
  // Wilson's lower bound of 6 in 40 is 7.06 %, of 4 in 40 3.96 %.
  [ALERTS.violationsMissed]: {
    about: policy('n'),
    levels: [level(GAUGE.labelledAllows, null, 40, 40), level(GAUGE.labelledAllowsViolating, null, 4, 6)],
    value: 7.06,
  },
  [ALERTS.driftFound]: {
    about: policy('o'),
    levels: [level(RESULT_GAUGES.driftVerdict, null, 0, 1, { verdict: 'drift' })],
    value: 1,
  },
  [ALERTS.conflictsFound]: {
    about: policy('p'),
    levels: [level(GAUGE.conflictsFound, '1h', 0, 1)],
    value: 1,
  },
  [ALERTS.deployFailed]: {
    about: policy('q'),
    levels: [level(GAUGE.deployFailures, '1h', 0, 1)],
    value: 1,
  },
};
