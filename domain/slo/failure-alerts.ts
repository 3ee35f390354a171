import {
  conflictsFoundByGates,
  denialsDominate,
  driftFound,
  failClosedExcess,
  falsePositives,
  hitRateDrop,
  missedViolations,
  nothingEvaluated,
  overblocking,
  probesMissed,
  ruleConflicts,
  unapprovedVersion,
  unauthorisedChange,
  versionMismatch,
} from './failure-conditions.ts';
import { ALERTS } from './metric-names.ts';
import type { Signal } from './signals/signal.ts';

const SERVICE = ['tenant', 'service'] as const;
const POLICY = ['tenant', 'policy'] as const;

/** Each judges several windows, or none. */
const SHARED = { window: null, valueFormat: '%.0f' } as const;

/** Alerts on failures that no budget shows, or shows too late; in the order of their rules. */
export const FAILURE_ALERTS: readonly Signal[] = [
  {
    ...SHARED,
    name: ALERTS.failClosedExcess,
    severity: 'page',
    about: SERVICE,
    condition: failClosedExcess,
    forSeconds: 120,
    what: 'requests are refused because no decision could be made',
    describe: (value) => `${value} % of decisions of the last 5 minutes failed closed; this starts at 5 %.`,
  },
  {
    ...SHARED,
    name: ALERTS.nothingEvaluated,
    severity: 'page',
    about: SERVICE,
    condition: nothingEvaluated,
    forSeconds: 120,
    what: 'requests come in and none is decided',
    describe: (value) => `An observer counted ${value} requests in 5 minutes, and there is no decision.`,
  },
  {
    ...SHARED,
    name: ALERTS.ruleConflicts,
    severity: 'ticket',
    about: SERVICE,
    condition: ruleConflicts,
    forSeconds: 0,
    what: 'rules allow and deny the same requests',
    describe: (value) => `On ${value} requests of the last 15 minutes rules both allowed and denied.`,
  },
  {
    ...SHARED,
    name: ALERTS.conflictsAtGate,
    severity: 'ticket',
    about: POLICY,
    condition: conflictsFoundByGates,
    forSeconds: 0,
    what: 'a gate found rules that conflict',
    describe: (value) => `Gates found ${value} conflicting pairs of rules within the hour.`,
  },
  {
    ...SHARED,
    name: ALERTS.hitRateDrop,
    severity: 'ticket',
    about: POLICY,
    condition: hitRateDrop,
    forSeconds: 600,
    what: 'its rules match far less than they did',
    describe: (value) =>
      `In the last hour a rule matched in ${value} % of decisions, less than half of the day’s share.`,
  },
  {
    ...SHARED,
    name: ALERTS.overblocking,
    severity: 'ticket',
    about: [...POLICY, 'version'],
    condition: overblocking,
    forSeconds: 60,
    what: 'this version denies far more than the others did',
    describe: (value) =>
      `It denies ${value} % of requests, at least twice the share of the policy’s other versions (z > 4).`,
  },
  {
    ...SHARED,
    name: ALERTS.denialsDominate,
    severity: 'page',
    about: ['tenant'],
    condition: denialsDominate,
    forSeconds: 120,
    what: 'most requests are denied',
    describe: (value) => `${value} % of the tenant’s decisions of the last 5 minutes are denials.`,
  },
  {
    ...SHARED,
    name: ALERTS.falsePositives,
    severity: 'ticket',
    about: POLICY,
    condition: falsePositives,
    forSeconds: 600,
    what: 'too many denials hit legitimate requests',
    describe: (value) =>
      `By reviews of 30 days at least ${value} % of denials were wrong (lower 95 % bound); this starts at 1 %.`,
  },
  {
    ...SHARED,
    name: ALERTS.probesMissed,
    severity: 'page',
    about: SERVICE,
    condition: () => probesMissed('HIGH'),
    forSeconds: 60,
    what: 'violations of high risk pass',
    describe: (value) =>
      `At least ${value} % of probes of risk HIGH in the last hour were not answered as they must be.`,
  },
  {
    ...SHARED,
    name: ALERTS.probesMissed,
    severity: 'ticket',
    about: SERVICE,
    condition: () => probesMissed('LOW'),
    forSeconds: 300,
    what: 'violations pass',
    describe: (value) => `At least ${value} % of probes in the last hour were not answered as they must be.`,
  },
  {
    ...SHARED,
    name: ALERTS.missedViolations,
    severity: 'ticket',
    about: POLICY,
    condition: missedViolations,
    forSeconds: 600,
    what: 'reviews find violations among what was allowed',
    describe: (value) =>
      `By reviews of 30 days at least ${value} % of what was allowed were violations (lower 95 % bound).`,
  },
  {
    ...SHARED,
    name: ALERTS.versionMismatch,
    severity: 'ticket',
    about: [...POLICY, 'region'],
    condition: versionMismatch,
    forSeconds: 600,
    what: 'a version decides that is not the active one',
    describe: (value) =>
      `${value} % of decisions of the last 5 minutes are by another version than the active one.`,
  },
  {
    ...SHARED,
    name: ALERTS.unapprovedVersion,
    severity: 'page',
    about: POLICY,
    condition: unapprovedVersion,
    forSeconds: 600,
    what: 'a version decides that nobody approved and signed',
    describe: (value) => `${value} decisions of the last 5 minutes are by it.`,
  },
  {
    ...SHARED,
    // The count itself waits ten minutes for approvals that are told late.
    name: ALERTS.unauthorisedChange,
    severity: 'page',
    about: POLICY,
    condition: unauthorisedChange,
    forSeconds: 0,
    what: 'a version was activated without approval and signature',
    describe: (value) =>
      `${value} activations within the hour were not approved and signed, or approved by their author.`,
  },
  {
    ...SHARED,
    name: ALERTS.driftFound,
    severity: 'ticket',
    about: POLICY,
    condition: driftFound,
    forSeconds: 600,
    what: 'its outcomes are not what they were',
    describe: () => 'The mix of outcomes differs from its reference (PSI at least 0.1, q at most 0.01).',
  },
];
