import { type CountGauge, SCOPE_LABELS } from './count.ts';
import {
  COST_COUNTS,
  DUPLICATE_COUNTS,
  POINT_COUNTS,
  REGION_COUNTS,
  RULE_COUNTS,
  SERVICE_COUNTS,
  STRATUM_COUNTS,
  VERSION_COUNTS,
} from './decision-counts.ts';
import { ENFORCEMENT_METRICS } from './enforcement-metrics.ts';
import { type ExportedMetric, gauge } from './gauge.ts';
import type { Metric } from './metric.ts';
import { OVERSIGHT_METRICS } from './oversight-metrics.ts';
import { POLICY_METRICS } from './policy-metrics.ts';
import {
  ACCESS_COUNTS,
  CHANGE_COUNTS,
  CHANGE_PAIR_COUNTS,
  QUARANTINE_COUNTS,
  REJECTION_COUNTS,
  TALLY_COUNTS,
} from './record-counts.ts';
import { FINDING_GAUGES, LEAK_METRICS, LEVEL_GAUGES, OWN_METRICS, SLO_GAUGES } from './result-gauges.ts';

/** Every count that is a sum of closed minutes. */
export const COUNTS: readonly CountGauge[] = [
  SERVICE_COUNTS,
  COST_COUNTS,
  POINT_COUNTS,
  VERSION_COUNTS,
  RULE_COUNTS,
  STRATUM_COUNTS,
  REGION_COUNTS,
  TALLY_COUNTS,
  CHANGE_COUNTS,
  CHANGE_PAIR_COUNTS,
  ACCESS_COUNTS,
  REJECTION_COUNTS,
  QUARANTINE_COUNTS,
  DUPLICATE_COUNTS,
].flatMap((counts) => Object.values<CountGauge>(counts));

const COUNT_GAUGES: readonly ExportedMetric[] = COUNTS.map(({ name, unit, help, scope }) =>
  gauge(name, unit, help, ...SCOPE_LABELS[scope], 'window'),
);

/** Gauges that are shown anew for each closed minute. */
export const RESULT_EXPORTS: readonly ExportedMetric[] = [
  ...SLO_GAUGES,
  ...FINDING_GAUGES,
  ...LEVEL_GAUGES,
  ...COUNT_GAUGES,
];

/** Everything that an evaluator exports, but for its process's own figures. */
export const EXPORTS: readonly ExportedMetric[] = [...RESULT_EXPORTS, ...OWN_METRICS, ...LEAK_METRICS];

/** All metrics: M1…M15, the layers', and the rest. */
export const METRICS: readonly Metric[] = [...ENFORCEMENT_METRICS, ...POLICY_METRICS, ...OVERSIGHT_METRICS];

/** What is exported under a name. Throws RangeError for a name that is not in the catalogue. */
export function exportNamed(name: string): ExportedMetric {
  const found = EXPORTS.find((metric) => metric.name === name);
  if (found === undefined) throw new RangeError(`${name} is not in the catalogue of metrics`);
  return found;
}
