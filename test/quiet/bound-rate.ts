import { chiSquaredUpperTail } from '../../domain/statistics/special-functions.ts';

/**
 * Upper 95 % bound of how often something happens in a week, after `count` times in `weeks` weeks: the exact one of a
 * Poisson mean (Garwood 1936), at which so few have a chance of 5 %. For none it is −ln 0.05 / weeks.
 */
export function upperWeeklyRate(count: number, weeks: number): number {
  if (weeks <= 0) return Number.POSITIVE_INFINITY;
  let low = 0;
  let high = 10 + 3 * count;
  while (high - low > 1e-9) {
    const mean = (low + high) / 2;
    if (chiSquaredUpperTail(2 * mean, 2 * (count + 1)) > 0.05) low = mean;
    else high = mean;
  }
  return high / weeks;
}
