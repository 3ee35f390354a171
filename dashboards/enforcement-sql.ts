import { SERVICE_COUNTS } from '../domain/metrics/decision-counts.ts';
import { SQL } from './queries.ts';

/** Below this share of events that can be judged, what is left says nothing (as in the evaluator). */
const MIN_KNOWN_SHARE = 0.9;

/** What of a set of minutes is known to be good; null where too little is known, or nothing happened. */
export const GOOD_SHARE =
  `if(sum(good) + sum(bad) >= ${MIN_KNOWN_SHARE} * (sum(good) + sum(bad) + sum(unknown)) AND sum(good) + sum(bad) > 0, ` +
  'sum(good) / (sum(good) + sum(bad)), NULL)';

/** Minutes of M2; figure: `final` is what became of decisions in the end, `first` how the first attempt went. */
export function enforcementMinutes(figure: 'final' | 'first'): string {
  return `enforcement_minutes FINAL
    WHERE $__timeFilter(append_minute) AND ${SQL.service} AND figure = '${figure}' AND NOT late`;
}

/** Minutes of the objective `coverage` (M3); the sum of different forms of it, each for its own time. */
export const COVERAGE_MINUTES = `slo_minutes FINAL
  WHERE $__timeFilter(append_minute) AND ${SQL.service} AND slo = 'coverage' AND NOT late`;

/** Minutes of the counts of M7. */
export const RECORD_MINUTES = `metric_minutes FINAL
  WHERE $__timeFilter(append_minute) AND ${SQL.service}
  AND metric IN ('${SERVICE_COUNTS.records.name}', '${SERVICE_COUNTS.recordsComplete.name}')`;

const recorded = `sumIf(amount, metric = '${SERVICE_COUNTS.records.name}')`;

/** Share of records with full context; null where there is none. */
export const COMPLETE_SHARE = `if(${recorded} > 0, sumIf(amount, metric = '${SERVICE_COUNTS.recordsComplete.name}') / ${recorded}, NULL)`;
