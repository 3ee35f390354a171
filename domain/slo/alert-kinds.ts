import type { Indicator, Slo } from './definition.ts';
import { ALERTS, type AlertName } from './metric-names.ts';

/**
 * What an alert is about. `service`, `policy`, `tenant`: one of these. `docket`: a part of Docket itself. `system`: all
 * services of a tenant, or all there is, so that it explains the alerts of single services and silences them.
 */
type AlertScope = 'service' | 'policy' | 'tenant' | 'docket' | 'system';

/**
 * What goes wrong, as far as the alert itself tells: one message holds what goes wrong alike. Alerts of an objective
 * have that of its indicator.
 */
type ErrorClass =
  | 'latency'
  | 'enforcement'
  | 'bypass'
  | 'audit'
  | 'fail-closed'
  | 'fail-open'
  | 'conflict'
  | 'overblocking'
  | 'underdetection'
  | 'version'
  | 'unauthorised'
  | 'drift'
  | 'deploy'
  | 'late'
  | 'loss'
  | 'quarantine'
  | 'leak'
  | 'blind';

type AlertKind = {
  readonly scope: AlertScope;
  readonly errorClass?: ErrorClass;
  /** No other alert may silence it. */
  readonly never?: true;
};

const OF_SERVICE: AlertKind = { scope: 'service' };
const of = (scope: AlertScope, errorClass: ErrorClass): AlertKind => ({ scope, errorClass });
const never = (scope: AlertScope, errorClass: ErrorClass): AlertKind => ({ scope, errorClass, never: true });

/** What each alert is about, and whether it may be silenced by another. */
const KINDS: Readonly<Record<AlertName, AlertKind>> = {
  [ALERTS.burnRate]: OF_SERVICE,
  [ALERTS.burnAboveBaseline]: OF_SERVICE,
  [ALERTS.ratioBound]: OF_SERVICE,
  [ALERTS.absoluteCount]: OF_SERVICE,
  [ALERTS.budgetSpent]: OF_SERVICE,
  [ALERTS.budgetHalfSpent]: OF_SERVICE,
  [ALERTS.allBad]: OF_SERVICE,
  [ALERTS.noData]: OF_SERVICE,
  [ALERTS.goodExceedsTotal]: { scope: 'service', never: true },
  [ALERTS.servicesFailing]: { scope: 'system' },
  [ALERTS.tenantsFailing]: { scope: 'system' },
  [ALERTS.blind]: never('system', 'blind'),
  [ALERTS.evaluatorStale]: never('docket', 'blind'),
  [ALERTS.watchdog]: { scope: 'docket', never: true },
  [ALERTS.quarantineExcess]: of('tenant', 'quarantine'),
  [ALERTS.partitionStopped]: of('docket', 'quarantine'),
  [ALERTS.offsetsLost]: of('docket', 'loss'),
  [ALERTS.vaultUnavailable]: of('docket', 'late'),
  [ALERTS.leakFound]: never('docket', 'leak'),
  [ALERTS.leaksUnknown]: never('docket', 'leak'),
  [ALERTS.failClosedExcess]: of('service', 'fail-closed'),
  [ALERTS.nothingEvaluated]: of('service', 'bypass'),
  [ALERTS.ruleConflicts]: of('service', 'conflict'),
  [ALERTS.conflictsAtGate]: of('policy', 'conflict'),
  [ALERTS.hitRateDrop]: of('policy', 'underdetection'),
  [ALERTS.overblocking]: of('policy', 'overblocking'),
  [ALERTS.denialsDominate]: of('tenant', 'overblocking'),
  [ALERTS.falsePositives]: of('policy', 'overblocking'),
  [ALERTS.probesMissed]: never('service', 'underdetection'),
  [ALERTS.missedViolations]: of('policy', 'underdetection'),
  [ALERTS.versionMismatch]: of('policy', 'version'),
  [ALERTS.unapprovedVersion]: never('policy', 'unauthorised'),
  [ALERTS.unauthorisedChange]: never('policy', 'unauthorised'),
  [ALERTS.driftFound]: of('policy', 'drift'),
  [ALERTS.failOpenHighRisk]: never('service', 'fail-open'),
  [ALERTS.lateDecisions]: of('service', 'late'),
  [ALERTS.sequencesMissing]: of('tenant', 'loss'),
  [ALERTS.deployFailed]: of('policy', 'deploy'),
};

const OF_INDICATOR: Readonly<Record<Indicator['kind'], ErrorClass>> = {
  'decision-latency': 'latency',
  'enforcement-success': 'enforcement',
  'first-attempt-success': 'enforcement',
  coverage: 'bypass',
  'audit-completeness': 'audit',
};

/**
 * Labels that say what an alert is about, what goes wrong, and whether another may silence it. `slo`: the objective that
 * it is of, null for none.
 */
export function kindLabels(name: AlertName, slo: Slo | null): Readonly<Record<string, string>> {
  const { scope, errorClass, never: isNever } = KINDS[name];
  const known = errorClass ?? (slo === null ? undefined : OF_INDICATOR[slo.indicator.kind]);
  return {
    scope,
    ...(known === undefined ? {} : { error_class: known }),
    ...(isNever ? { inhibit: 'never' } : {}),
  };
}
