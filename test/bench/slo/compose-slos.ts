import type { OccurrencesSlo, Slo } from '../../../domain/slo/definition.ts';
import { WINDOW_NAMES } from '../../../domain/slo/windows.ts';
import { NO_EVENTS, type SloCounts } from '../../../services/evaluator/slo/judge-window.ts';
import type { ServiceReading } from '../../../services/evaluator/slo/service-reading.ts';

const OBJECTIVES = [0.99, 0.995, 0.999, 0.9995];
const THRESHOLDS_MS = [10, 20, 50, 100, 250];
/** Of each objective and tenant: most burn nothing, some a little. */
const BAD_OF_A_THOUSAND = [0, 0, 0, 0, 1, 0, 2, 0, 0, 0];
/** Of those that alert: enough for every tier of every objective. */
const ALERTING_OF_A_THOUSAND = 90;

/** Objectives over every tenant and service, of each indicator, and eight ways to alert. */
export function composeSlos(count: number): readonly Slo[] {
  return Array.from({ length: count }, (_, index): Slo => {
    const shared: Omit<OccurrencesSlo, 'indicator'> = {
      ...{ name: `objective-${String(index).padStart(4, '0')}`, description: 'One of very many.' },
      ...{ tenant: '*', service: '*', severity: 'page', window: { kind: 'rolling', days: 30 } },
      ...{ budgeting: 'occurrences', alerting: 'burn-rate', pageAtFourTimes: index % 2 === 0 },
      objective: OBJECTIVES[index % OBJECTIVES.length] ?? 0.999,
    };
    const thresholdMs = THRESHOLDS_MS[Math.floor(index / 4) % THRESHOLDS_MS.length] ?? 50;
    if (index % 5 === 0) return { ...shared, indicator: { kind: 'enforcement-success' } };
    if (index % 5 === 1) return { ...shared, indicator: { kind: 'audit-completeness' } };
    return { ...shared, indicator: { kind: 'decision-latency', thresholdMs } };
  });
}

/** One service for each tenant. */
export function composeServices(tenants: number): readonly ServiceReading[] {
  return Array.from({ length: tenants }, (_, index) => ({
    ...{ tenant: `tenant-${String(index).padStart(2, '0')}`, service: 'shop', observed: true, idle: false },
  }));
}

/**
 * Counts of every objective of every service, which move from minute to minute. `alerting`: how many of a thousand
 * series fail so much that all their tiers fire.
 */
export function composeCounts(
  slos: readonly Slo[],
  services: readonly ServiceReading[],
  minute: number,
  alerting: number,
): readonly SloCounts[] {
  return slos.flatMap(({ name }, at) =>
    services.map(({ tenant, service }, of): SloCounts => {
      // A prime far from a thousand, so that they lie apart.
      const isAlerting = ((at * services.length + of) * 617) % 1000 < alerting;
      const usual = BAD_OF_A_THOUSAND[(at + of) % BAD_OF_A_THOUSAND.length] ?? 0;
      const bad = isAlerting ? ALERTING_OF_A_THOUSAND : usual;
      const windows = WINDOW_NAMES.map((_, index) => {
        const thousands = index + 1;
        const total = 1000 * thousands + (minute % 7);
        return { ...NO_EVENTS, good: total - bad * thousands, bad: bad * thousands, total };
      });
      return { slo: name, tenant, service, windows, budget: windows.at(-1) ?? NO_EVENTS };
    }),
  );
}
