import { ALERTS, type AlertName } from './metric-names.ts';

/**
 * What an alert is about. `service`, `policy`, `tenant`: one of these. `docket`: a part of Docket itself. `system`: all
 * services of a tenant, or all there is, so that it explains the alerts of single services and silences them.
 */
type AlertScope = 'service' | 'policy' | 'tenant' | 'docket' | 'system';

type AlertKind = { readonly scope: AlertScope /** No other alert may silence it. */; readonly never?: true };

const OF_SERVICE: AlertKind = { scope: 'service' };
const OF_POLICY: AlertKind = { scope: 'policy' };
const OF_TENANT: AlertKind = { scope: 'tenant' };
const OF_DOCKET: AlertKind = { scope: 'docket' };

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
  [ALERTS.blind]: { scope: 'system', never: true },
  [ALERTS.evaluatorStale]: { scope: 'docket', never: true },
  [ALERTS.watchdog]: { scope: 'docket', never: true },
  [ALERTS.quarantineExcess]: OF_TENANT,
  [ALERTS.partitionStopped]: OF_DOCKET,
  [ALERTS.offsetsLost]: OF_DOCKET,
  [ALERTS.vaultUnavailable]: OF_DOCKET,
  [ALERTS.leakFound]: { scope: 'docket', never: true },
  [ALERTS.leaksUnknown]: { scope: 'docket', never: true },
  [ALERTS.failClosedExcess]: OF_SERVICE,
  [ALERTS.nothingEvaluated]: OF_SERVICE,
  [ALERTS.ruleConflicts]: OF_SERVICE,
  [ALERTS.conflictsAtGate]: OF_POLICY,
  [ALERTS.hitRateDrop]: OF_POLICY,
  [ALERTS.overblocking]: OF_POLICY,
  [ALERTS.denialsDominate]: OF_TENANT,
  [ALERTS.falsePositives]: OF_POLICY,
  [ALERTS.probesMissed]: { scope: 'service', never: true },
  [ALERTS.missedViolations]: OF_POLICY,
  [ALERTS.versionMismatch]: OF_POLICY,
  [ALERTS.unapprovedVersion]: { scope: 'policy', never: true },
  [ALERTS.unauthorisedChange]: { scope: 'policy', never: true },
  [ALERTS.driftFound]: OF_POLICY,
  [ALERTS.failOpenHighRisk]: { scope: 'service', never: true },
  [ALERTS.lateDecisions]: OF_SERVICE,
  [ALERTS.sequencesMissing]: OF_TENANT,
  [ALERTS.deployFailed]: OF_POLICY,
};

/** Labels that say what an alert is about, and whether another may silence it. */
export function kindLabels(name: AlertName): Readonly<Record<string, string>> {
  const { scope, never } = KINDS[name];
  return { scope, ...(never ? { inhibit: 'never' } : {}) };
}
