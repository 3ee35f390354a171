import { COUNTS } from '../../../domain/metrics/catalogue.ts';
import { type CountScope, SCOPE_LABELS } from '../../../domain/metrics/count.ts';
import type { Slo } from '../../../domain/slo/definition.ts';
import { LEAN_FROM_SLOS, mostShown } from '../../../domain/slo/shown-counts.ts';
import { WINDOW_NAMES } from '../../../domain/slo/windows.ts';
import { DRIFT_WINDOWS, QUANTILES, RECORD_WINDOWS } from '../ports.ts';
import type { CountBounds } from './fold-tail.ts';

/** The bounds that an operator sets. Each of policies, versions and so on has one place more, for the others. */
export interface SeriesBounds {
  readonly maxServices: number;
  readonly maxPolicies: number;
  readonly maxVersions: number;
  readonly maxRules: number;
  readonly maxRegions: number;
}

/** Kinds of enforcement points and of observers are closed sets; reasons are our own gateways' codes. */
const MAX_POINTS = 8;
const MAX_OBSERVERS = 3;
const MAX_REASONS = 50;
/** Gauges of an SLO that are not of a window. */
const SLO_OTHER_GAUGES = 4;
/** Blocked or passed, of high or low risk. */
const MAX_STRATA = 4;
/** Drift, review and incidents: three verdicts, numbers, bounds and counts. */
const FINDINGS_PER_POLICY = 20;

/** Backlog, the two of the review queue, violations, and of a tenant the cost budget and three for each severity. */
const OTHER_LEVELS = 17;

/** How many of each scope's last label are told apart. */
export function countBoundsOf(bounds: SeriesBounds): CountBounds {
  return {
    maxPolicies: bounds.maxPolicies,
    maxDetails: {
      tenant: 0,
      service: 0,
      policy: 0,
      reason: MAX_REASONS,
      point: MAX_POINTS,
      observer: MAX_OBSERVERS,
      version: bounds.maxVersions,
      rule: bounds.maxRules,
      stratum: MAX_STRATA,
      region: bounds.maxRegions,
    },
  };
}

/** The most series that an evaluator can come to export under these bounds, whatever its records hold. */
export function mostSeries(bounds: SeriesBounds, slos: readonly Slo[]): number {
  const { maxServices, maxPolicies } = bounds;
  // As many tenants as services at most, and each has a place for the policies that are beyond the bound.
  const policies = maxPolicies + maxServices;
  const levels = RECORD_WINDOWS.length * (3 * QUANTILES.length + 1) + OTHER_LEVELS;
  const counts = COUNTS.reduce(
    (sum, { scope, windows }) => sum + windows.length * placesOf(scope, bounds, policies),
    0,
  );
  return (
    seriesOfSlos(bounds, slos) +
    maxServices * levels +
    maxPolicies * (FINDINGS_PER_POLICY + 2 * DRIFT_WINDOWS.length) +
    counts
  );
}

// The objective itself is a series as well.
function seriesOfSlos({ maxServices }: SeriesBounds, slos: readonly Slo[]): number {
  const lean = slos.length >= LEAN_FROM_SLOS;
  return slos.reduce((sum, { tenant, service, budgeting }) => {
    const gauges = mostShown(WINDOW_NAMES, budgeting === 'timeslices', lean);
    const services = tenant === '*' || service === '*' ? maxServices : 1;
    return sum + 1 + services * (gauges + SLO_OTHER_GAUGES);
  }, 0);
}

function placesOf(scope: CountScope, bounds: SeriesBounds, policies: number): number {
  const details = countBoundsOf(bounds).maxDetails[scope];
  const labels: readonly string[] = SCOPE_LABELS[scope];
  const owners = labels.includes('policy') ? policies : bounds.maxServices;
  return owners * (details === 0 ? 1 : details + 1);
}

/** Null, or what to do about bounds that allow more series than Prometheus is meant to take. */
export function refuseTooMany(bounds: SeriesBounds, slos: readonly Slo[], maxSeries: number): string | null {
  const most = mostSeries(bounds, slos);
  if (most <= maxSeries) return null;
  const ofSlos = seriesOfSlos(bounds, slos);
  return (
    `DOCKET_MAX_SERIES: ${slos.length} SLOs × ${bounds.maxServices} services make ${ofSlos} series, and counts ` +
    `${most - ofSlos} more: ${most}, allowed are ${maxSeries}. Raise it, drop SLOs or name their service, or lower ` +
    `DOCKET_MAX_SERVICES (${bounds.maxServices}), DOCKET_MAX_POLICIES (${bounds.maxPolicies}), DOCKET_MAX_VERSIONS ` +
    `(${bounds.maxVersions}), DOCKET_MAX_RULES (${bounds.maxRules}) or DOCKET_MAX_REGIONS (${bounds.maxRegions})`
  );
}
