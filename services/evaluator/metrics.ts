import { GAUGES, RESULT_GAUGES } from '../../domain/slo/metric-names.ts';
import { showCounts } from '../../domain/slo/shown-counts.ts';
import { WINDOW_NAMES } from '../../domain/slo/windows.ts';
import type { DriftResult } from './drift/judge-drift.ts';
import { QUARANTINE_WINDOWS, type Readings } from './ports.ts';
import type { ReviewResult } from './review/judge-review.ts';
import type { SloSeries } from './slo/list-series.ts';

/** One sample of a gauge. */
export interface Sample {
  readonly gauge: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Samples of SLO series: zeros are said unless it is `lean` (see showCounts), a budget without data is not. */
export function sloSamples(series: readonly SloSeries[], lean: boolean): Sample[] {
  const samples: Sample[] = [];
  for (const one of series) {
    const how = { objective: one.objective, ofSlices: one.ofSlices, lean };
    const { slo, tenant, service, windows, expected, selfReported, budgetRemaining, budgetStartMs } = one;
    const labels = { slo, tenant, service };
    for (const [index, window] of WINDOW_NAMES.entries()) {
      const counts = windows[index];
      if (counts === undefined) continue;
      const ofWindow = { ...labels, window };
      for (const [gauge, value] of showCounts(window, counts, how)) {
        samples.push({ gauge, labels: ofWindow, value });
      }
    }
    samples.push({ gauge: GAUGES.expected, labels, value: expected ? 1 : 0 });
    if (selfReported !== null) {
      samples.push({ gauge: GAUGES.selfReported, labels, value: selfReported ? 1 : 0 });
    }
    if (budgetRemaining !== null) {
      samples.push({ gauge: GAUGES.budgetRemaining, labels, value: budgetRemaining });
    }
    if (budgetStartMs !== null) {
      samples.push({ gauge: GAUGES.budgetStart, labels, value: budgetStartMs / 1000 });
    }
  }
  return samples;
}

const VERDICTS = ['ok', 'drift', 'insufficient_data'] as const;

/** Samples of drift: every verdict as 0 or 1; numbers only where there are any. */
export function driftSamples(results: readonly DriftResult[]): Sample[] {
  return results.flatMap(({ tenant, policy, numbers, verdict }) => {
    const labels = { tenant, policy };
    const verdicts = VERDICTS.map((name) => ({
      gauge: RESULT_GAUGES.driftVerdict,
      labels: { ...labels, verdict: name },
      value: name === verdict ? 1 : 0,
    }));
    if (numbers === null) return verdicts;
    return [
      ...verdicts,
      { gauge: RESULT_GAUGES.driftPsi, labels, value: numbers.psi },
      { gauge: RESULT_GAUGES.driftPValue, labels, value: numbers.pValue },
    ];
  });
}

/** Samples of false-positive rates: without enough labels, no rate. */
export function reviewSamples(results: readonly ReviewResult[]): Sample[] {
  return results.flatMap(({ tenant, policy, blocks, estimate }) => {
    const labels = { tenant, policy };
    const counts = [
      { gauge: RESULT_GAUGES.labelledBlocks, labels, value: blocks },
      { gauge: RESULT_GAUGES.labelsInsufficient, labels, value: estimate === null ? 1 : 0 },
    ];
    if (estimate === null) return counts;
    return [
      ...counts,
      { gauge: RESULT_GAUGES.falsePositiveRate, labels, value: estimate.rate },
      { gauge: RESULT_GAUGES.falsePositiveLower, labels, value: estimate.lower },
      { gauge: RESULT_GAUGES.falsePositiveUpper, labels, value: estimate.upper },
    ];
  });
}

/** Samples of gaps in sequences and of quarantined records. What cannot be judged is no 0: it has no sample. */
export function integritySamples({ missing, quarantined }: Readings): Sample[] {
  const gaps = missing.flatMap(({ tenant, missing: count, unnumbered }) => [
    ...(count === null ? [] : [{ gauge: RESULT_GAUGES.missingSequences, labels: { tenant }, value: count }]),
    { gauge: RESULT_GAUGES.unnumberedEnforcers, labels: { tenant }, value: unnumbered },
  ]);
  const counts = quarantined.flatMap(({ reason, counts: byWindow }) =>
    QUARANTINE_WINDOWS.map((window, index) => ({
      gauge: RESULT_GAUGES.quarantined,
      labels: { reason, window },
      value: byWindow[index] ?? 0,
    })),
  );
  return [...gaps, ...counts];
}

/** Samples of what tenants may spend. */
export function budgetSamples(budgets: ReadonlyMap<string, number>): Sample[] {
  return [...budgets].map(([tenant, value]) => ({
    gauge: RESULT_GAUGES.costBudget,
    labels: { tenant },
    value,
  }));
}
