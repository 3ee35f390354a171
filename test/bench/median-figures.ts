import type { PhaseFigures } from './measure-phase.ts';

/** Figure by figure, the median of several runs. Throws RangeError when there is none. */
export function medianFigures(runs: readonly PhaseFigures[]): PhaseFigures {
  const of = (figure: keyof PhaseFigures) => median(runs.map((run) => run[figure]));
  return {
    events_per_s: Math.round(of('events_per_s')),
    node_cpu_us: round(of('node_cpu_us')),
    clickhouse_cpu_us: round(of('clickhouse_cpu_us')),
    broker_cpu_us: round(of('broker_cpu_us')),
  };
}

/** The middle value, or the mean of the two in the middle. Throws RangeError when there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new RangeError('there is nothing to take the median of');
  return (low + high) / 2;
}

/** The smallest value that at least this share of the values does not exceed. Throws RangeError when there is none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) throw new RangeError('there is nothing to take a quantile of');
  return found;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
