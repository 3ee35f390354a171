import { chiSquaredUpperTail } from './special-functions.ts';
import type { Interval } from './wilson.ts';

/** Halvings of an interval that holds the answer: enough for every digit that a number has. */
const HALVINGS = 100;

/**
 * Exact interval of the mean of a Poisson variable of which `count` was seen (Garwood 1936): lower χ²(α/2; 2k)/2, upper
 * χ²(1 − α/2; 2k + 2)/2.
 *
 * `confidence` is the two-sided coverage, 0.95 by default. Throws RangeError unless `count` is a whole number from 0 on
 * and 0 < confidence < 1.
 */
export function poissonInterval(count: number, confidence = 0.95): Interval {
  if (!(Number.isSafeInteger(count) && count >= 0))
    throw new RangeError(`a count is a whole number from 0 on, got ${count}`);
  if (!(confidence > 0 && confidence < 1))
    throw new RangeError(`confidence must lie between 0 and 1, got ${confidence}`);
  const tail = (1 - confidence) / 2;
  return {
    lower: count === 0 ? 0 : chiSquaredQuantile(1 - tail, 2 * count) / 2,
    upper: chiSquaredQuantile(tail, 2 * count + 2) / 2,
  };
}

/** The x that a χ² variable exceeds with this probability, found by halving. */
function chiSquaredQuantile(upperTail: number, degreesOfFreedom: number): number {
  let lower = 0;
  let upper = degreesOfFreedom + 1;
  while (chiSquaredUpperTail(upper, degreesOfFreedom) > upperTail) upper *= 2;
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (lower + upper) / 2;
    if (chiSquaredUpperTail(middle, degreesOfFreedom) > upperTail) lower = middle;
    else upper = middle;
  }
  return (lower + upper) / 2;
}
