import { burnRate } from './burn-rate.ts';
import { GAUGES } from './metric-names.ts';
import type { WindowName } from './windows.ts';

/**
 * From so many objectives on, zeros are not shown and rules are lean. Below it zeros and recorded series are worth what
 * they cost; 1,000 objectives of 20 tenants would make a million series, and record half as many again each minute
 * (docs/results/bench-slo-2026-11-22.md).
 */
export const LEAN_FROM_SLOS = 100;

/** Windows in which lean rules look for contradictions: windows hold each other, so these two stand for all. */
export const LEAN_WINDOWS: readonly WindowName[] = ['1h', '30d'];

/** Counts of one series in one window. `empty`: slices without traffic, which are among the good ones. */
interface ShownCounts {
  readonly good: number;
  readonly bad: number;
  readonly total: number;
  readonly unknown: number;
  readonly late: number;
  readonly empty: number;
}

/** `objective`: null where the budget is a count. `lean`: there are LEAN_FROM_SLOS objectives or more. */
interface ShownHow {
  readonly objective: number | null;
  readonly ofSlices: boolean;
  readonly lean: boolean;
}

/**
 * The gauges of one series and window with their values. Where there are many objectives only total stands for itself,
 * and says that the series is alive: what is missing beside it is 0, and good is total less bad. A burn rate is shown
 * only where something failed, however many there are: rules that read it find nothing where nothing is wrong.
 */
export function showCounts(
  window: WindowName,
  { good, bad, total, unknown, late, empty }: ShownCounts,
  { objective, ofSlices, lean }: ShownHow,
): readonly (readonly [gauge: string, value: number])[] {
  const isShort = lean && !LEAN_WINDOWS.includes(window);
  const burning = objective === null || bad <= 0 ? null : burnRate(bad, total, objective);
  const shown: (readonly [string, number])[] = [[GAUGES.total, total]];
  if (!lean || bad !== 0) shown.push([GAUGES.bad, bad]);
  if (burning !== null) shown.push([GAUGES.burnRate, burning]);
  if (ofSlices) shown.push([GAUGES.emptySlices, empty]);
  if (isShort) return shown;
  if (!lean || good !== total - bad) shown.push([GAUGES.good, good]);
  if (!lean || unknown !== 0) shown.push([GAUGES.unknown, unknown]);
  if (!lean || late !== 0) shown.push([GAUGES.late, late]);
  return shown;
}

/** The most series of one objective of one service that showCounts makes. */
export function mostShown(windows: readonly WindowName[], ofSlices: boolean, lean: boolean): number {
  const always = ofSlices ? 4 : 3;
  const besides = lean ? windows.filter((window) => LEAN_WINDOWS.includes(window)).length : windows.length;
  return windows.length * always + besides * 3;
}
