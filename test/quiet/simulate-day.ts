import { createHash } from 'node:crypto';
import { createRandom } from '../support/random.ts';
import { drawBetaBinomial, drawFactor, drawPoisson } from './draw-counts.ts';

export const DAY_MINUTES = 1440;

export type SimulatedService = { readonly name: string; readonly requestsPerMinute: number };

/** The tenant's services, by their traffic on a working day: much, some, and just about what rules start to judge. */
export const SERVICES: readonly SimulatedService[] = [
  { name: 'busy', requestsPerMinute: 300 },
  { name: 'usual', requestsPerMinute: 20 },
  { name: 'small', requestsPerMinute: 3 },
];

/** How much more than chance failures vary: alike within a minute, and worse in some hours and days than in others. */
export const SPREAD = {
  /** Correlation of any two events of a minute. */
  minuteCorrelation: 0.01,
  /** Coefficients of variation of the rate from hour to hour, and from day to day; its mean stays what it is. */
  hourVariation: 0.2,
  dayVariation: 0.1,
} as const;

/** Traffic at noon is so many times that of the daily mean, at midnight as much under it; at weekends so much of it. */
const DAILY_SWING = 0.8;
const WEEKEND_SHARE = 0.4;

/** Over days and weeks. */
export function meanRequestsPerMinute({ requestsPerMinute }: SimulatedService): number {
  return (requestsPerMinute * (5 + 2 * WEEKEND_SHARE)) / 7;
}

/** Requests of a service in each minute of a day (0 is a Monday): the same for the same seed. */
export function simulateTraffic(seed: number, service: SimulatedService, day: number): Uint32Array {
  const random = randomOf(seed, service.name, 'requests', day);
  const ofDay = service.requestsPerMinute * (day % 7 >= 5 ? WEEKEND_SHARE : 1);
  return Uint32Array.from({ length: DAY_MINUTES }, (_, minute) => {
    const swing = 1 - DAILY_SWING * Math.cos((2 * Math.PI * minute) / DAY_MINUTES);
    return drawPoisson(random, ofDay * swing);
  });
}

/** How many of each minute's requests are bad for an objective, when in the long run `share` of them are. */
export function simulateBad(
  seed: number,
  of: { readonly service: string; readonly slo: string; readonly share: number },
  day: number,
  requests: Uint32Array,
): Uint32Array {
  const random = randomOf(seed, of.service, of.slo, day);
  const shareOfDay = of.share * drawFactor(random, SPREAD.dayVariation);
  let share = 0;
  return requests.map((count, minute) => {
    if (minute % 60 === 0) share = Math.min(1, shareOfDay * drawFactor(random, SPREAD.hourVariation));
    return drawBetaBinomial(random, count, share, SPREAD.minuteCorrelation);
  });
}

// Each day has dice of its own, so that any week can be simulated without those before it.
function randomOf(...key: readonly (string | number)[]): () => number {
  const digest = createHash('sha256').update(JSON.stringify(key)).digest();
  return createRandom(digest.readUInt32LE(0));
}
