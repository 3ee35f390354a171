/** Shown where there is nothing to show: never a zero, never a hundred percent. */
export const NO_DATA = 'no data';

/** `12,345`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/**
 * A share as a percentage that never rounds up to 100 % nor down to 0 %: 0.99996 → `99.99 %`. Null: no data.
 */
export function formatShare(share: number | null, digits = 2): string {
  if (share === null) return NO_DATA;
  if (share === 0 || share === 1) return `${share * 100} %`;
  const step = 10 ** -digits;
  const rounded = Number((share * 100).toFixed(digits));
  const percent = rounded >= 100 && share < 1 ? 100 - step : rounded <= 0 && share > 0 ? step : rounded;
  return `${percent.toFixed(digits)} %`;
}

/** A burn rate or an index, three significant digits: `14.4×` is `formatNumber(14.4) + '×'`. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) >= 1000) return formatCount(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** A p-value: below 0.0001 it is only said to be so. */
export function formatProbability(p: number): string {
  return p < 0.0001 ? '< 0.0001' : String(Number(p.toPrecision(2)));
}

/** How long ago, coarsely: `now`, `12 s`, `5 min`, `3 h`, `2 d`. */
export function formatAge(ageMs: number): string {
  const seconds = Math.round(ageMs / 1000);
  if (seconds < 1) return 'now';
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** `14:03:07` in UTC. */
export function formatClock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

/** `21 Nov 14:03` in UTC. */
export function formatDay(ms: number): string {
  const [, day = '', month = ''] = new Date(ms).toUTCString().split(' ');
  return `${Number(day)} ${month} ${formatClock(ms).slice(0, 5)}`;
}
