import type { Sample } from '../../../services/evaluator/metrics.ts';
import { type GaugeValues, seriesName } from './recompute-gauges.ts';

const COMPARED = /^docket_slo_(good|bad|total|unknown|late|empty_slices|error_budget_remaining_ratio)$/;

/** The counts and budgets of objectives among the samples of an evaluation. */
export function gaugeValuesOf(samples: readonly Sample[]): GaugeValues {
  const counts = samples.filter(({ gauge }) => COMPARED.test(gauge));
  return new Map(counts.map(({ gauge, labels, value }) => [seriesName(gauge, labels), value]));
}

export interface GaugeComparison {
  /** Series that were compared, and how many of them were not 0. */
  readonly series: number;
  readonly nonZero: number;
  readonly mismatches: readonly string[];
}

/** The same of the text of /metrics. */
export function gaugeValuesIn(text: string): GaugeValues {
  const values = new Map<string, number>();
  for (const [, gauge = '', labels = '', value = ''] of text.matchAll(
    /^(docket_slo_\w+)\{([^}]*)\} (\S+)$/gm,
  )) {
    if (COMPARED.test(gauge))
      values.set(`${gauge}{${labels.split(',').toSorted().join(',')}}`, Number(value));
  }
  return values;
}

/**
 * Every exported count against what the raw rows say: a series of which they say nothing must be 0, and what they say
 * must be exported. Whole numbers must be equal; shares may differ in the last digits.
 */
export function compareGauges(exported: GaugeValues, recomputed: GaugeValues): GaugeComparison {
  const mismatches: string[] = [];
  let nonZero = 0;
  const names = new Set([...exported.keys(), ...recomputed.keys()]);
  for (const name of names) {
    const shown = exported.get(name);
    const isShare = name.startsWith('docket_slo_error_budget');
    const raw = recomputed.get(name) ?? (isShare ? undefined : 0);
    if (raw !== undefined && raw !== 0) nonZero++;
    const equal = shown !== undefined && raw !== undefined && Math.abs(shown - raw) <= (isShare ? 1e-9 : 0);
    if (!equal) mismatches.push(`${name}: exported ${shown ?? 'nothing'}, raw rows say ${raw ?? 'nothing'}`);
  }
  return { series: names.size, nonZero, mismatches };
}
