/** Where rare categories are counted together. */
export const OTHER = '__other__';

/** The χ² approximation wants at least this many expected events in each bin of each sample. */
const MIN_EXPECTED = 5;

export interface Bins {
  readonly names: readonly string[];
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

interface Bin {
  readonly name: string;
  readonly reference: number;
  readonly current: number;
}

/**
 * Lays two samples over common bins, in the order of their names, and pools bins of which either sample expects
 * fewer than 5 events (under equal mixes) into `__other__`. A pool that is still too small takes in the next
 * smallest bin. Null when a sample is empty, or when it cannot be done without ending in a single bin of several.
 */
export function poolBins(
  reference: ReadonlyMap<string, number>,
  current: ReadonlyMap<string, number>,
): Bins | null {
  const names = [...new Set([...reference.keys(), ...current.keys()])].sort();
  const all = names
    .map((name) => ({ name, reference: reference.get(name) ?? 0, current: current.get(name) ?? 0 }))
    .filter((bin) => bin.reference + bin.current > 0);
  const nReference = all.reduce((sum, bin) => sum + bin.reference, 0);
  const nCurrent = all.reduce((sum, bin) => sum + bin.current, 0);
  if (nReference === 0 || nCurrent === 0) return null;
  const smallerShare = Math.min(nReference, nCurrent) / (nReference + nCurrent);
  const suffices = (bin: Bin): boolean => (bin.reference + bin.current) * smallerShare >= MIN_EXPECTED;

  const kept = all.filter(suffices);
  const pooled = all.filter((bin) => !suffices(bin));
  if (pooled.length === 0) return toBins(kept);
  // Names break ties, so that equal counts always pool alike.
  kept.sort((a, b) => b.reference + b.current - (a.reference + a.current) || (a.name < b.name ? -1 : 1));
  let other = poolOf(pooled);
  while (!suffices(other)) {
    const smallest = kept.pop();
    if (smallest === undefined) return null;
    other = poolOf([other, smallest]);
  }
  if (kept.length === 0) return null;
  return toBins([...kept.sort((a, b) => (a.name < b.name ? -1 : 1)), other]);
}

function poolOf(bins: readonly Bin[]): Bin {
  return bins.reduce(
    (sum, bin) => ({
      name: OTHER,
      reference: sum.reference + bin.reference,
      current: sum.current + bin.current,
    }),
    { name: OTHER, reference: 0, current: 0 },
  );
}

function toBins(bins: readonly Bin[]): Bins {
  return {
    names: bins.map(({ name }) => name),
    reference: bins.map(({ reference }) => reference),
    current: bins.map(({ current }) => current),
  };
}
