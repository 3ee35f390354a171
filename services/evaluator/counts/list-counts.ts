import { COUNTS } from '../../../domain/metrics/catalogue.ts';
import {
  COUNT_WINDOWS,
  type CountGauge,
  type CountScope,
  SCOPE_LABELS,
} from '../../../domain/metrics/count.ts';
import type { Sample } from '../metrics.ts';
import { type CountBounds, type CountRow, foldTail } from './fold-tail.ts';

interface Place {
  readonly tenant: string;
  readonly service: string;
  readonly policy: string;
  readonly detail: string;
}

/**
 * Samples of every count. A series is there as soon as anything of its scope is known under its labels, with 0 for
 * what did not happen; known services and their tenants have theirs from the start. Of services that are not among
 * the known ones (there are too many, or they are of no interest) nothing is shown.
 */
export function listCounts(
  rows: readonly CountRow[],
  services: readonly { readonly tenant: string; readonly service: string }[],
  bounds: CountBounds,
): Sample[] {
  const known = new Set(services.map(placeOfService).map(placeKey));
  const rowsOf = Map.groupBy(
    rows.filter((row) => row.service === '' || known.has(placeKey(placeOfService(row)))),
    ({ metric }) => metric,
  );
  return [...Map.groupBy(COUNTS, ({ scope }) => scope)].flatMap(([scope, gauges]) => {
    const found = foldTail(
      gauges.flatMap(({ name }) => rowsOf.get(name) ?? []),
      scope,
      bounds,
    );
    return samplesOf(scope, gauges, found, services);
  });
}

function samplesOf(
  scope: CountScope,
  gauges: readonly CountGauge[],
  rows: readonly CountRow[],
  services: readonly { readonly tenant: string; readonly service: string }[],
): Sample[] {
  const places = new Map<string, Place>();
  for (const place of [...startingPlaces(scope, services), ...rows]) places.set(placeKey(place), place);
  const amounts = new Map(rows.map((row) => [row.metric + placeKey(row), row.amounts]));
  return [...places.values()].flatMap((place) =>
    gauges.flatMap(({ name, windows }) => {
      const sums = amounts.get(name + placeKey(place));
      return windows.map((window) => ({
        gauge: name,
        labels: { ...labelsOf(scope, place), window },
        value: sums?.[COUNT_WINDOWS.indexOf(window)] ?? 0,
      }));
    }),
  );
}

function startingPlaces(
  scope: CountScope,
  services: readonly { readonly tenant: string; readonly service: string }[],
): Place[] {
  if (scope === 'service') return services.map(placeOfService);
  if (scope === 'tenant') {
    return services.map(({ tenant }) => ({ tenant, service: '', policy: '', detail: '' }));
  }
  return [];
}

function labelsOf(scope: CountScope, place: Place): Record<string, string> {
  const named: Readonly<Record<string, string>> = {
    tenant: place.tenant,
    service: place.service,
    policy: place.policy,
  };
  return Object.fromEntries(SCOPE_LABELS[scope].map((label) => [label, named[label] ?? place.detail]));
}

function placeOfService({ tenant, service }: { tenant: string; service: string }): Place {
  return { tenant, service, policy: '', detail: '' };
}

function placeKey({ tenant, service, policy, detail }: Place): string {
  return JSON.stringify([tenant, service, policy, detail]);
}
