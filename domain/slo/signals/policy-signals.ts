import { ALERTS, RESULT_GAUGES } from '../metric-names.ts';
import type { WindowName } from '../windows.ts';
import { type Signal, sumOf, wilsonLower } from './signal.ts';
import { SIGNAL_GAUGES } from './signal-gauges.ts';

const POLICY = ['tenant', 'policy'] as const;
const of = (gauge: string, window: WindowName): string => sumOf(gauge, POLICY, window);

/** Under so many decisions a share says too little. */
const MIN_DECISIONS = 200;
/** Standard errors that are no chance, over all the policies that are watched at once. */
const MIN_Z = 4;

const skewed = of(SIGNAL_GAUGES.versionSkewed, '5m');
const missed = `max by (tenant, policy) (${SIGNAL_GAUGES.labelledAllowsViolating})`;
const allowed = `max by (tenant, policy) (${SIGNAL_GAUGES.labelledAllows})`;

/** Alerts on policies: how they come into force, and whether they decide as they should. */
export const POLICY_SIGNALS: readonly Signal[] = [
  {
    name: ALERTS.unauthorisedChange,
    severity: 'page',
    about: POLICY,
    window: null,
    // The counts wait ten minutes for an approval themselves.
    condition: () =>
      `${of(SIGNAL_GAUGES.unauthorised, '1h')} > 0\nor ${of(SIGNAL_GAUGES.versionUnapproved, '5m')} > 0`,
    forSeconds: 60,
    what: 'a policy is in force that nobody has approved',
    describe: (value) =>
      `${value} activations or decisions of a version that has no approval by another person, or no signature, after 10 minutes.`,
    valueFormat: '%.0f',
  },
  {
    name: ALERTS.versionSkew,
    severity: 'ticket',
    about: POLICY,
    window: '5m',
    condition: () =>
      `100 * ${skewed} / (${of(SIGNAL_GAUGES.versionJudged, '5m')} > 0) > 1\nand ${skewed} >= 10`,
    forSeconds: 600,
    what: 'another version decides than the active one',
    describe: (value) =>
      `${value} % of decisions of the last 5m are by a version that is not active in their region.`,
    valueFormat: '%.1f',
  },
  {
    name: ALERTS.denialsAfterDeploy,
    severity: 'ticket',
    about: POLICY,
    window: '1h',
    condition: () => denialsAfterDeploy(),
    forSeconds: 300,
    what: 'a new version denies far more',
    describe: (value) =>
      `A version denies ${value} times the share that the others did within a day: at least twice, beyond chance, over ${MIN_DECISIONS} decisions or more.`,
    valueFormat: '%.1f',
  },
  {
    name: ALERTS.hitRateDrop,
    severity: 'ticket',
    about: POLICY,
    window: '1h',
    condition: () => hitRateDrop(),
    forSeconds: 300,
    what: 'its rules match far less than they did',
    describe: (value) =>
      `Rules matched in ${value} % of decisions of 1h, under half the share of the day, beyond chance.`,
    valueFormat: '%.1f',
  },
  {
    name: ALERTS.overblocking,
    severity: 'ticket',
    about: POLICY,
    window: null,
    condition: () => `100 * max by (tenant, policy) (${RESULT_GAUGES.falsePositiveLower}) > 1`,
    forSeconds: 300,
    what: 'it blocks what is legitimate',
    describe: (value) =>
      `By reviewed blocks, at least ${value} % of what it blocks is legitimate (lower bound of 95 %).`,
    valueFormat: '%.1f',
  },
  {
    name: ALERTS.violationsMissed,
    severity: 'ticket',
    about: POLICY,
    window: null,
    condition: () => `100 * (${wilsonLower(missed, allowed)}) > 5\nand ${allowed} >= 30`,
    forSeconds: 300,
    what: 'it lets violations through',
    describe: (value) =>
      `By reviewed decisions, at least ${value} % of what it allows is a violation (lower bound of 95 %).`,
    valueFormat: '%.1f',
  },
  {
    name: ALERTS.driftFound,
    severity: 'ticket',
    about: POLICY,
    window: null,
    condition: () => `max by (tenant, policy) (${RESULT_GAUGES.driftVerdict}{verdict="drift"}) == 1`,
    forSeconds: 600,
    what: 'its outcomes have drifted',
    describe: () => 'The mix of its outcomes has differed from the reference for 10 minutes.',
    valueFormat: '%.0f',
  },
  {
    name: ALERTS.conflictsFound,
    severity: 'ticket',
    about: POLICY,
    window: '1h',
    condition: () => `${of(SIGNAL_GAUGES.conflictsFound, '1h')} > 0`,
    forSeconds: 0,
    what: 'a gate found rules that contradict each other',
    describe: (value) => `Gates found ${value} conflicting pairs of rules within 1h.`,
    valueFormat: '%.0f',
  },
  {
    name: ALERTS.deployFailed,
    severity: 'ticket',
    about: POLICY,
    window: '1h',
    condition: () => `${of(SIGNAL_GAUGES.deployFailures, '1h')} > 0`,
    forSeconds: 0,
    what: 'a deploy failed',
    describe: (value) => `${value} deploys failed within 1h; the version before is still in force.`,
    valueFormat: '%.0f',
  },
];

// Two shares of DENY: of one version in the last hour, and of the others in the last day. The value is their ratio.
function denialsAfterDeploy(): string {
  const one = (gauge: string, window: WindowName): string =>
    `max without (instance, job) (${gauge}{version!="__other__",window="${window}"})`;
  const others = (gauge: string): string =>
    `(sum by (tenant, policy) (${one(gauge, '1d')}) - on (tenant, policy) group_right () ${one(gauge, '1d')})`;
  const [k, n] = [one(SIGNAL_GAUGES.policyDenied, '1h'), one(SIGNAL_GAUGES.policyDecisions, '1h')];
  const [K, N] = [others(SIGNAL_GAUGES.policyDenied), others(SIGNAL_GAUGES.policyDecisions)];
  const on = 'on (tenant, policy, version)';
  const [mine, theirs] = [`(${k} / ${on} ${n})`, `(${K} / ${on} (${N} > 0))`];
  // The others' share is taken as known: with a day against an hour, its own error is the smaller one.
  const z = `(${mine} - ${on} ${theirs}) / ${on} sqrt(${theirs} * ${on} (1 - ${theirs}) / ${on} ${n})`;
  const enough = `${n} >= ${MIN_DECISIONS} and ${on} ${N} >= ${MIN_DECISIONS}`;
  return (
    `max by (tenant, policy) (\n${mine} / ${on} (${theirs} > 0) >= 2\n` +
    `and ${on} ${z} > ${MIN_Z}\nand ${on} (${enough})\n)`
  );
}

function hitRateDrop(): string {
  const share = (window: WindowName): string =>
    `(${of(SIGNAL_GAUGES.policyHits, window)} / (${of(SIGNAL_GAUGES.policyDecisions, window)} > 0))`;
  const [hour, day] = [share('1h'), share('1d')];
  const n = of(SIGNAL_GAUGES.policyDecisions, '1h');
  const z = `(${hour} - ${day}) / sqrt(${day} * (1 - ${day}) / ${n})`;
  return `100 * ${hour} < 50 * ${day}\n` + `and ${z} < -${MIN_Z}\n` + `and ${n} >= ${MIN_DECISIONS}`;
}
