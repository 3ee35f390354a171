import { RESULT_GAUGES } from '../../../domain/slo/metric-names.ts';
import { falseNegativeRate } from '../../../domain/statistics/stratified-rate.ts';
import type { Sample } from '../metrics.ts';
import type { Levels } from '../ports.ts';

type StratumRow = Levels['strata'][number];

/** Strata of decisions that stopped something are named so (mark-sample.ts); all others let it pass. */
const STOPPED = /^block\./;

/**
 * Samples of the share of violations that were missed, policy by policy; where the labels do not suffice, that is said.
 * @param maxPolicies those with the most decisions are shown
 */
export function missedSamples(rows: readonly StratumRow[], maxPolicies: number): Sample[] {
  const policies = Map.groupBy(rows, ({ tenant, policy }) => JSON.stringify([tenant, policy]));
  return [...policies.values()]
    .sort((one, other) => decisionsOf(other) - decisionsOf(one))
    .slice(0, maxPolicies)
    .flatMap(samplesOfPolicy);
}

function samplesOfPolicy(strata: readonly StratumRow[]): Sample[] {
  const [{ tenant, policy }] = strata as [StratumRow];
  const labels = { tenant, policy };
  const missed = falseNegativeRate(strata.map((row) => ({ ...row, stopped: STOPPED.test(row.stratum) })));
  const insufficient = { gauge: RESULT_GAUGES.missedInsufficient, labels, value: missed === null ? 1 : 0 };
  if (missed === null) return [insufficient];
  return [
    insufficient,
    { gauge: RESULT_GAUGES.missedRate, labels, value: missed.rate },
    { gauge: RESULT_GAUGES.missedLower, labels, value: missed.lower },
    { gauge: RESULT_GAUGES.missedUpper, labels, value: missed.upper },
  ];
}

function decisionsOf(strata: readonly StratumRow[]): number {
  return strata.reduce((sum, { population }) => sum + population, 0);
}
