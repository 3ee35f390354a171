import { benjaminiHochberg } from '../../../domain/statistics/benjamini-hochberg.ts';
import { chiSquaredTwoSample } from '../../../domain/statistics/chi-squared.ts';
import { populationStabilityIndex } from '../../../domain/statistics/psi.ts';
import { poolBins } from './pool-bins.ts';

/** A reference is frozen when the last day of minutes holds this many decisions of the policy. */
export const REFERENCE_MIN_DECISIONS = 500;
export const REFERENCE_MINUTES = 1440;
/** The current window, and the fewest decisions in it that are worth comparing. */
export const CURRENT_MINUTES = 5;
const CURRENT_MIN_DECISIONS = 200;
/** Drift must be significant (false discovery rate over all policies of the minute) and large enough to matter. */
const MAX_Q = 0.01;
const MIN_PSI = 0.1;

/** Decisions of one outcome in one append minute: mode ENFORCE, no probes, not late. */
export interface OutcomeCount {
  readonly minuteMs: number;
  readonly tenant: string;
  readonly policy: string;
  readonly outcome: string;
  readonly decisions: number;
}

/** The frozen mix of one policy. It judges minutes after `toMinuteMs` only. */
export interface DriftReference {
  readonly tenant: string;
  readonly policy: string;
  readonly outcomes: readonly string[];
  readonly counts: readonly number[];
  readonly fromMinuteMs: number;
  readonly toMinuteMs: number;
}

export type DriftVerdict = 'ok' | 'drift' | 'insufficient_data';

export interface DriftResult {
  readonly minuteMs: number;
  readonly tenant: string;
  readonly policy: string;
  /** Null where there is too little data. */
  readonly numbers: DriftNumbers | null;
  readonly nReference: number;
  readonly nCurrent: number;
  readonly verdict: DriftVerdict;
}

interface DriftNumbers {
  readonly psi: number;
  readonly chiSquared: number;
  readonly degreesOfFreedom: number;
  readonly pValue: number;
}

export interface PolicyMix {
  readonly tenant: string;
  readonly policy: string;
  readonly reference: ReadonlyMap<string, number>;
  readonly current: ReadonlyMap<string, number>;
}

/** Compares the mixes of all policies in one minute; they are judged together, as many tests make false alarms. */
export function judgeDrift(minuteMs: number, mixes: readonly PolicyMix[]): DriftResult[] {
  const compared = mixes.map((mix) => ({ mix, numbers: compare(mix) }));
  const tested = compared.flatMap(({ numbers }) => (numbers === null ? [] : [numbers]));
  const adjusted = benjaminiHochberg(tested.map(({ pValue }) => pValue));
  const qOf = new Map(tested.map((numbers, index) => [numbers, adjusted[index] ?? 1]));
  return compared.map(({ mix, numbers }) => ({
    minuteMs,
    tenant: mix.tenant,
    policy: mix.policy,
    numbers,
    nReference: sizeOf(mix.reference),
    nCurrent: sizeOf(mix.current),
    verdict: numbers === null ? 'insufficient_data' : verdictOf(numbers, qOf.get(numbers) ?? 1),
  }));
}

function verdictOf(numbers: DriftNumbers, q: number): DriftVerdict {
  return q <= MAX_Q && numbers.psi >= MIN_PSI ? 'drift' : 'ok';
}

function compare(mix: PolicyMix): DriftNumbers | null {
  if (sizeOf(mix.current) < CURRENT_MIN_DECISIONS) return null;
  const bins = poolBins(mix.reference, mix.current);
  if (bins === null) return null;
  const { statistic, degreesOfFreedom, pValue } = chiSquaredTwoSample(bins.reference, bins.current);
  const psi = populationStabilityIndex(bins.reference, bins.current);
  // With one bin on both sides smoothing changes nothing: the mixes are equal, whatever their sizes.
  return { psi, chiSquared: statistic, degreesOfFreedom, pValue };
}

function sizeOf(mix: ReadonlyMap<string, number>): number {
  let size = 0;
  for (const count of mix.values()) size += count;
  return size;
}
