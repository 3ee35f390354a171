import { REGION_COUNTS, SERVICE_COUNTS, VERSION_COUNTS } from '../metrics/decision-counts.ts';
import { CHANGE_COUNTS, CHANGE_PAIR_COUNTS, TALLY_COUNTS } from '../metrics/record-counts.ts';
import { RESULT_GAUGES } from './metric-names.ts';
import type { WindowName } from './windows.ts';

/** Seconds of unscaled time as a duration of the time that rules run in. */
export type Scaled = (seconds: number) => string;

type Counted = { readonly name: string };
type Scope = readonly string[];

const SERVICE: Scope = ['tenant', 'service'];
const POLICY: Scope = ['tenant', 'policy'];
/** z of the 95 % intervals of Wilson, as elsewhere. */
const Z = 1.96;

/** A count over a window, replicas merged, summed to a scope. Evaluators say the same: sums are of their maximum. */
function sum({ name }: Counted, window: WindowName, scope: Scope, matcher = ''): string {
  const selector = `${name}{window="${window}"${matcher === '' ? '' : `,${matcher}`}}`;
  return `sum by (${scope.join(', ')}) (max without (instance, job) (${selector}))`;
}

/** In percent: one count of another, no answer where there is nothing. */
function percentOf(part: string, whole: string): string {
  return `100 * ${part} / (${whole} > 0)`;
}

/** Lower Wilson bound, in percent, of a share `hits` ÷ `n` (both PromQL): what it is at least. */
function lowerPercent(hits: string, n: string): string {
  const z2 = Number((Z * Z).toFixed(4));
  const spread = `sqrt((${hits}) * ((${n}) - (${hits})) / ((${n}) > 0) + ${z2 / 4})`;
  return `100 * ((${hits}) + ${z2 / 2} - ${Z} * ${spread}) / ((${n}) + ${z2})`;
}

export function failClosedExcess(): string {
  const decisions = sum(SERVICE_COUNTS.decisions, '5m', SERVICE);
  const failed = sum(SERVICE_COUNTS.failClosed, '5m', SERVICE);
  return `${percentOf(failed, decisions)} > 5\nand ${decisions} >= 20`;
}

// An observer that counts other requests than a second one is no addition to it.
export function nothingEvaluated(): string {
  const counted = ({ name }: Counted) =>
    `max without (instance, job) (${name}{window="5m",observer!="ENFORCER"})`;
  const due = `${counted(TALLY_COUNTS.inScope)} - ${counted(TALLY_COUNTS.skipped)}`;
  return (
    `max by (tenant, service) (${due}) > 0\n` +
    `unless on (tenant, service) ${sum(SERVICE_COUNTS.decisions, '5m', SERVICE)} > 0`
  );
}

/** Three windows of five minutes, side by side; a fourth one would begin exactly 15 minutes ago. */
export function ruleConflicts(scaled: Scaled): string {
  const conflicts = sum(SERVICE_COUNTS.conflicts, '5m', SERVICE);
  return `sum_over_time((${conflicts})[${scaled(899)}:${scaled(300)}]) >= 10`;
}

export function conflictsFoundByGates(): string {
  return `${sum(CHANGE_COUNTS.conflictsFound, '1h', POLICY)} > 0`;
}

export function hitRateDrop(): string {
  const hits = (window: WindowName) => sum(VERSION_COUNTS.policyHits, window, POLICY);
  const decisions = (window: WindowName) => sum(VERSION_COUNTS.policyDecisions, window, POLICY);
  const usual = `50 * ${hits('1d')} / (${decisions('1d')} > 0)`;
  return `${percentOf(hits('1h'), decisions('1h'))} < ${usual}\nand ${decisions('1h')} >= 200`;
}

/** Series recorded for the comparison of versions; all have the labels tenant, policy and version. */
const VERSION_SERIES = {
  decisions: 'docket:policy_version_decisions:1h',
  denied: 'docket:policy_version_denied:1h',
  othersDecisions: 'docket:policy_other_versions_decisions:1d',
  othersDenied: 'docket:policy_other_versions_denied:1d',
} as const;

/** What a version did in an hour, and what all other versions of its policy did in a day. */
export function versionRecordings(): readonly { readonly record: string; readonly expr: string }[] {
  const of = ({ name }: Counted, window: WindowName) =>
    `max without (instance, job, window) (${name}{window="${window}",version!="__other__"})`;
  const others = (count: Counted) =>
    `sum without (version) (${of(count, '1d')}) - on (tenant, policy) group_right () ${of(count, '1d')}`;
  const { policyDecisions, policyDenied } = VERSION_COUNTS;
  return [
    { record: VERSION_SERIES.decisions, expr: of(policyDecisions, '1h') },
    { record: VERSION_SERIES.denied, expr: of(policyDenied, '1h') },
    { record: VERSION_SERIES.othersDecisions, expr: others(policyDecisions) },
    { record: VERSION_SERIES.othersDenied, expr: others(policyDenied) },
  ];
}

/**
 * The two-sample z of shares (pooled variance) above 4, twice the share of the other versions, 200 decisions of both,
 * and the version still decides: what was rolled back is over.
 */
export function overblocking(): string {
  const { decisions: n, denied: k, othersDecisions: m, othersDenied: j } = VERSION_SERIES;
  const pooled = `((${k} + ${j}) / (${n} + ${m}))`;
  const z = `(${k} / ${n} - ${j} / ${m}) / sqrt(${pooled} * (1 - ${pooled}) * (1 / ${n} + 1 / ${m}))`;
  return [
    `100 * ${k} / (${n} >= 200)`,
    `${m} >= 200`,
    `${k} / ${n} >= 2 * ${j} / ${m}`,
    `${z} > 4`,
    `on (tenant, policy, version) ${sum(VERSION_COUNTS.policyDecisions, '5m', [...POLICY, 'version'])} > 0`,
  ].join('\nand ');
}

export function denialsDominate(): string {
  const decisions = sum(SERVICE_COUNTS.decisions, '5m', ['tenant']);
  return `${percentOf(sum(SERVICE_COUNTS.denied, '5m', ['tenant']), decisions)} > 50\nand ${decisions} >= 100`;
}

export function falsePositives(): string {
  return `100 * max by (tenant, policy) (${RESULT_GAUGES.falsePositiveLower}) > 1`;
}

/** Of probes of risk HIGH, or of the others: more than 5 % are missed for certain, and still are. */
export function probesMissed(risk: 'HIGH' | 'LOW'): string {
  const all = (window: WindowName) => sum(SERVICE_COUNTS.probes, window, SERVICE);
  const missed = (window: WindowName) => sum(SERVICE_COUNTS.probesMissed, window, SERVICE);
  const high = (window: WindowName) => sum(SERVICE_COUNTS.probesHighRisk, window, SERVICE);
  const missedHigh = (window: WindowName) => sum(SERVICE_COUNTS.probesMissedHighRisk, window, SERVICE);
  if (risk === 'HIGH')
    return `${lowerPercent(missedHigh('1h'), high('1h'))} > 5\nand ${missedHigh('5m')} > 0`;
  const lower = lowerPercent(`${missed('1h')} - ${missedHigh('1h')}`, `${all('1h')} - ${high('1h')}`);
  return `${lower} > 5\nand ${missed('5m')} - ${missedHigh('5m')} > 0`;
}

export function missedViolations(): string {
  const of = (gauge: string) => `max by (tenant, policy) (${gauge})`;
  const n = of(RESULT_GAUGES.labelledAllows);
  return `${lowerPercent(of(RESULT_GAUGES.labelledAllowsViolating), n)} > 5\nand ${n} >= 30`;
}

export function versionMismatch(): string {
  const scope = [...POLICY, 'region'];
  const skewed = sum(REGION_COUNTS.versionSkewed, '5m', scope);
  return `${percentOf(skewed, sum(REGION_COUNTS.versionJudged, '5m', scope))} > 1\nand ${skewed} >= 10`;
}

export function unapprovedVersion(): string {
  return `${sum(REGION_COUNTS.versionUnapproved, '5m', POLICY)} >= 1`;
}

export function unauthorisedChange(): string {
  return `${sum(CHANGE_PAIR_COUNTS.unauthorised, '1h', POLICY)} >= 1`;
}

export function driftFound(): string {
  return `max by (tenant, policy) (${RESULT_GAUGES.driftVerdict}{verdict="drift"}) == 1`;
}
