import type { ScenarioName } from '../../stack/fleet/scenario.ts';

type Labels = Readonly<Record<string, string>>;

/** An alert as it is expected: its labels must include these. */
export interface ExpectedAlert {
  readonly alertname: string;
  readonly labels: Labels;
}

type MustAlert = ExpectedAlert & { readonly severity: 'page' | 'ticket' };

/** One of the ten failures: how the fleet acts it out, and what somebody on duty hears of it. */
export interface Failure {
  readonly id: string;
  readonly title: string;
  readonly scenario: ScenarioName;
  /** Each must arrive at the route of its severity, and be over when the cause is gone. */
  readonly must: readonly MustAlert[];
  /** What may be heard besides, being true as well. Anything else is unexpected. */
  readonly may: readonly ExpectedAlert[];
}

const TROUBLED = { tenant: 'acme', service: 'support-bot' };
/** The tier that tells of an emergency; the slower ones remember for hours that there was one. */
const FASTEST = { ...TROUBLED, window: '1h' };
const burn = (slo: string, labels: Labels = TROUBLED): ExpectedAlert => ({
  alertname: 'BurnRate',
  labels: { ...labels, slo },
});
/** What burns so fast is above what is usual as well. */
const unusual = (slo: string, labels: Labels = TROUBLED): ExpectedAlert => ({
  alertname: 'BurnAboveBaseline',
  labels: { ...labels, slo },
});
const drift = (labels: Labels): ExpectedAlert => ({ alertname: 'DriftFound', labels });
const ACME = { tenant: 'acme' };

export const FAILURES: readonly Failure[] = [
  {
    id: 'F1',
    title: 'engine outage',
    scenario: 'engine-outage',
    must: [{ ...burn('enforcement-success', FASTEST), severity: 'page' }],
    may: [
      burn('enforcement-success'),
      ...[unusual('enforcement-success'), unusual('decision-latency')],
      // An engine that times out is slow, decides nothing, matches no rule and changes every mix.
      burn('decision-latency'),
      { alertname: 'RatioBound', labels: { ...TROUBLED, slo: 'coverage' } },
      { alertname: 'FailClosedExcess', labels: TROUBLED },
      { alertname: 'HitRateDrop', labels: ACME },
      drift(ACME),
    ],
  },
  {
    id: 'F2',
    title: 'slow evaluation',
    scenario: 'slow-evaluation',
    must: [{ ...burn('decision-latency', FASTEST), severity: 'page' }],
    may: [burn('decision-latency'), unusual('decision-latency')],
  },
  {
    id: 'F3',
    title: 'policy conflict',
    scenario: 'policy-conflict',
    must: [{ alertname: 'RuleConflicts', labels: ACME, severity: 'ticket' }],
    may: [],
  },
  {
    id: 'F4',
    title: 'silent bypass',
    scenario: 'silent-bypass',
    must: [
      { alertname: 'RatioBound', labels: { ...TROUBLED, slo: 'coverage', window: '30m' }, severity: 'page' },
    ],
    may: [{ alertname: 'RatioBound', labels: { ...TROUBLED, slo: 'coverage' } }],
  },
  {
    id: 'F5',
    title: 'personal data recorded',
    scenario: 'leak',
    must: [{ alertname: 'LeakFound', labels: { source: 'AUDIT' }, severity: 'page' }],
    may: [],
  },
  {
    id: 'F6',
    title: 'overblocking',
    scenario: 'overblocking',
    must: [{ alertname: 'Overblocking', labels: { ...ACME, policy: 'content-safety' }, severity: 'ticket' }],
    may: [drift({ ...ACME, policy: 'content-safety' }), { alertname: 'FalsePositives', labels: ACME }],
  },
  {
    id: 'F7',
    title: 'underdetection',
    scenario: 'underdetection',
    must: [{ alertname: 'ProbesMissed', labels: ACME, severity: 'page' }],
    may: [],
  },
  {
    id: 'F8',
    title: 'version mismatch',
    scenario: 'version-mismatch',
    must: [
      { alertname: 'VersionMismatch', labels: { ...ACME, policy: 'content-safety' }, severity: 'ticket' },
    ],
    may: [],
  },
  {
    id: 'F9',
    title: 'unauthorised change',
    scenario: 'unauthorised-change',
    must: [
      { alertname: 'UnapprovedVersion', labels: { ...ACME, policy: 'consent' }, severity: 'page' },
      { alertname: 'UnauthorisedPolicyChange', labels: { ...ACME, policy: 'consent' }, severity: 'page' },
    ],
    may: [],
  },
  {
    id: 'F10',
    title: 'drifted context',
    scenario: 'drift',
    must: [{ alertname: 'DriftFound', labels: {}, severity: 'ticket' }],
    // What is UNDEFINED was not enforced either.
    may: [
      ...[burn('enforcement-success', {}), unusual('enforcement-success', {})],
      { alertname: 'ServicesFailing', labels: { slo: 'enforcement-success' } },
      { alertname: 'DriftFound', labels: {} },
    ],
  },
];

/**
 * What is told of this fleet on an ordinary day: OPA's log does not say whether a decision was applied, so there is no
 * data on that of a service which has nothing but OPA.
 */
export const ORDINARY: readonly ExpectedAlert[] = ['api-edge', 'agent-gateway'].map((service) => ({
  alertname: 'NoData',
  labels: { service, slo: 'enforcement-success', severity: 'ticket' },
}));

/**
 * What is true besides where the machine cannot keep up with scaled time: minutes are closed late, and an hour that
 * lasts a minute has passed before the first counts of a service arrive.
 */
export const ON_A_BUSY_MACHINE: readonly ExpectedAlert[] = ['DocketBlind', 'EvaluatorStale', 'NoData'].map(
  (alertname) => ({ alertname, labels: {} }),
);

/** Whether an alert with these labels is the one that is expected. */
export function isOf({ alertname, labels }: ExpectedAlert, given: Labels): boolean {
  return (
    given.alertname === alertname && Object.entries(labels).every(([name, value]) => given[name] === value)
  );
}
