import { REGION_COUNTS, SERVICE_COUNTS, VERSION_COUNTS } from '../metrics/decision-counts.ts';
import { CHANGE_COUNTS, CHANGE_PAIR_COUNTS, TALLY_COUNTS } from '../metrics/record-counts.ts';
import { FAILURE_ALERTS } from './failure-alerts.ts';
import { ALERTS, RESULT_GAUGES } from './metric-names.ts';
import type { Signal } from './signals/signal.ts';
import type { WindowName } from './windows.ts';

/** Series (name and labels, without the evaluator's own) with the value that each has. */
type FailureSamples = readonly (readonly [series: string, value: number])[];

/** What an alert is tested with. Low traffic that looks as bad must stay quiet where the alert judges a share. */
export type FailureCase = {
  readonly alert: Signal;
  readonly failing: FailureSamples;
  readonly healthy: FailureSamples;
  readonly few: FailureSamples | null;
  /** The alert's value while it fires. */
  readonly value: number;
  /** Policy versions that its annotation names as new; none unless told. */
  readonly since: string | undefined;
};

/** Stands for a tenant in the samples of every case. */
export const EXAMPLE_TENANT = 'tenant-a';
const SERVICE = `tenant="${EXAMPLE_TENANT}",service="service-a"`;
const POLICY = `tenant="${EXAMPLE_TENANT}",policy="policy-a"`;
const REGION = `${POLICY},region="region-a"`;
const NEW = `${POLICY},version="version-a"`;
const OLD = `${POLICY},version="version-b"`;
const OBSERVED = `${SERVICE},observer="INGRESS"`;

type Counted = { readonly name: string };

function of({ name }: Counted, labels: string, window: WindowName, value: number): [string, number] {
  return [`${name}{${labels},window="${window}"}`, value];
}

function plain(name: string, labels: string, value: number): [string, number] {
  return [`${name}{${labels}}`, value];
}

const closed = (decisions: number, failed: number): FailureSamples => [
  of(SERVICE_COUNTS.decisions, SERVICE, '5m', decisions),
  of(SERVICE_COUNTS.failClosed, SERVICE, '5m', failed),
];
const requests = (inScope: number, decisions: number): FailureSamples => [
  of(TALLY_COUNTS.inScope, OBSERVED, '5m', inScope),
  of(TALLY_COUNTS.skipped, OBSERVED, '5m', 0),
  of(SERVICE_COUNTS.decisions, SERVICE, '5m', decisions),
];
const conflicts = (count: number): FailureSamples => [of(SERVICE_COUNTS.conflicts, SERVICE, '5m', count)];
const gates = (count: number): FailureSamples => [of(CHANGE_COUNTS.conflictsFound, POLICY, '1h', count)];
const hits = (n: number, matched: number): FailureSamples => [
  of(VERSION_COUNTS.policyDecisions, NEW, '1h', n),
  of(VERSION_COUNTS.policyHits, NEW, '1h', matched),
  of(VERSION_COUNTS.policyDecisions, NEW, '1d', 10_000),
  of(VERSION_COUNTS.policyHits, NEW, '1d', 9_000),
];
const versions = (n: number, denied: number, running = n): FailureSamples => [
  of(VERSION_COUNTS.policyDecisions, NEW, '5m', running),
  of(VERSION_COUNTS.policyDecisions, NEW, '1h', n),
  of(VERSION_COUNTS.policyDenied, NEW, '1h', denied),
  of(VERSION_COUNTS.policyDecisions, NEW, '1d', n),
  of(VERSION_COUNTS.policyDenied, NEW, '1d', denied),
  of(VERSION_COUNTS.policyDecisions, OLD, '1d', 10_000),
  of(VERSION_COUNTS.policyDenied, OLD, '1d', 500),
];
const denials = (n: number, denied: number): FailureSamples => [
  of(SERVICE_COUNTS.decisions, SERVICE, '5m', n),
  of(SERVICE_COUNTS.denied, SERVICE, '5m', denied),
];
const wrong = (lower: number): FailureSamples => [plain(RESULT_GAUGES.falsePositiveLower, POLICY, lower)];
const probes = (n: number, missed: number, high: number, missedHigh: number): FailureSamples => [
  of(SERVICE_COUNTS.probes, SERVICE, '1h', n),
  of(SERVICE_COUNTS.probesMissed, SERVICE, '1h', missed),
  of(SERVICE_COUNTS.probesMissed, SERVICE, '5m', missed),
  of(SERVICE_COUNTS.probesHighRisk, SERVICE, '1h', high),
  of(SERVICE_COUNTS.probesMissedHighRisk, SERVICE, '1h', missedHigh),
  of(SERVICE_COUNTS.probesMissedHighRisk, SERVICE, '5m', missedHigh),
];
const allows = (labelled: number, violating: number): FailureSamples => [
  plain(RESULT_GAUGES.labelledAllows, POLICY, labelled),
  plain(RESULT_GAUGES.labelledAllowsViolating, POLICY, violating),
];
const skew = (judged: number, skewed: number): FailureSamples => [
  of(REGION_COUNTS.versionJudged, REGION, '5m', judged),
  of(REGION_COUNTS.versionSkewed, REGION, '5m', skewed),
];
const unapproved = (count: number): FailureSamples => [
  of(REGION_COUNTS.versionUnapproved, REGION, '5m', count),
];
const unauthorised = (count: number): FailureSamples => [
  of(CHANGE_PAIR_COUNTS.unauthorised, POLICY, '1h', count),
];
const drift = (is: number): FailureSamples => [
  plain(RESULT_GAUGES.driftVerdict, `${POLICY},verdict="drift"`, is),
];

/** In the order of FAILURE_ALERTS: failing, healthy, few, value. */
const SAMPLES: readonly (readonly [
  name: string,
  failing: FailureSamples,
  healthy: FailureSamples,
  few: FailureSamples | null,
  value: number,
  since?: string,
])[] = [
  [ALERTS.failClosedExcess, closed(100, 6), closed(100, 5), closed(19, 19), 6],
  [ALERTS.nothingEvaluated, requests(40, 0), requests(40, 1), requests(0, 0), 40],
  [ALERTS.ruleConflicts, conflicts(4), conflicts(3), null, 12],
  [ALERTS.conflictsAtGate, gates(2), gates(0), null, 2],
  [ALERTS.hitRateDrop, hits(200, 80), hits(200, 100), hits(199, 0), 40],
  [
    ALERTS.overblocking,
    versions(1_000, 400),
    versions(1_000, 60),
    versions(199, 199),
    40,
    ' policy-a version-a',
  ],
  [ALERTS.denialsDominate, denials(100, 51), denials(100, 50), denials(99, 99), 51],
  [ALERTS.falsePositives, wrong(0.02), wrong(0.01), null, 2],
  // Wilson's lower bound of 30 in 100 is 21.9 %, of 9 in 100 4.8 %; of 1 in 2 it is 9.5 %, of 1 in 4 4.6 %.
  [ALERTS.probesMissed, probes(100, 30, 100, 30), probes(100, 9, 100, 9), probes(4, 1, 4, 1), 22],
  [ALERTS.probesMissed, probes(200, 30, 100, 0), probes(200, 9, 100, 0), probes(4, 1, 0, 0), 22],
  [ALERTS.missedViolations, allows(100, 30), allows(100, 9), allows(29, 29), 22],
  [ALERTS.versionMismatch, skew(500, 10), skew(500, 5), skew(20, 9), 2],
  [ALERTS.unapprovedVersion, unapproved(7), unapproved(0), null, 7],
  [ALERTS.unauthorisedChange, unauthorised(1), unauthorised(0), null, 1],
  [ALERTS.driftFound, drift(1), drift(0), null, 1],
];

/** One case for each alert. Throws where an alert has none: it would go untested. */
export function failureCases(): readonly FailureCase[] {
  return FAILURE_ALERTS.map((alert, index) => {
    const [name, failing, healthy, few, value, since] = SAMPLES[index] ?? [];
    if (failing === undefined || healthy === undefined || value === undefined || name !== alert.name)
      throw new Error(`${alert.name} has no case that tests it`);
    return { alert, failing, healthy, few: few ?? null, value, since };
  });
}
