import { RESULT_GAUGES } from '../../domain/slo/metric-names.ts';
import { poissonInterval } from '../../domain/statistics/poisson.ts';
import type { Sample } from './metrics.ts';
import type { Levels } from './ports.ts';

const SEVERITIES = ['SEV1', 'SEV2', 'SEV3', 'SEV4'] as const;

type IncidentRow = Levels['incidents'][number];

/** Samples of incidents by severity: a tenant that is known has a 0 where it had none. */
export function incidentSamples(
  rows: readonly IncidentRow[],
  services: readonly { readonly tenant: string }[],
): Sample[] {
  const tenants = new Set([...services, ...rows].map(({ tenant }) => tenant));
  return [...tenants].flatMap((tenant) =>
    SEVERITIES.flatMap((severity) => {
      const own = rows.filter((row) => row.tenant === tenant && row.severity === severity);
      const labels = { tenant, severity };
      return [
        { gauge: RESULT_GAUGES.incidents, labels, value: sum(own, 'opened') },
        { gauge: RESULT_GAUGES.incidentsTimed, labels, value: sum(own, 'timed') },
        { gauge: RESULT_GAUGES.incidentDetection, labels, value: sum(own, 'detectionUs') / 1e6 },
      ];
    }),
  );
}

/**
 * Samples of incidents by the policy that they are attributed to, with what chance makes of such a count.
 * @param maxPolicies those with the most incidents are shown
 */
export function policyIncidentSamples(rows: readonly IncidentRow[], maxPolicies: number): Sample[] {
  const attributed = rows.filter(({ policy }) => policy !== '');
  const policies = Map.groupBy(attributed, ({ tenant, policy }) => JSON.stringify([tenant, policy]));
  return [...policies.values()]
    .sort((one, other) => sum(other, 'opened') - sum(one, 'opened'))
    .slice(0, maxPolicies)
    .flatMap((own) => {
      const [{ tenant, policy }] = own as [IncidentRow];
      const labels = { tenant, policy };
      const count = sum(own, 'opened');
      const { lower, upper } = poissonInterval(count);
      return [
        { gauge: RESULT_GAUGES.policyIncidents, labels, value: count },
        { gauge: RESULT_GAUGES.policyIncidentsWeighted, labels, value: sum(own, 'weighted') },
        { gauge: RESULT_GAUGES.policyIncidentsLower, labels, value: lower },
        { gauge: RESULT_GAUGES.policyIncidentsUpper, labels, value: upper },
      ];
    });
}

function sum(rows: readonly IncidentRow[], what: 'opened' | 'weighted' | 'timed' | 'detectionUs'): number {
  return rows.reduce((total, row) => total + row[what], 0);
}
