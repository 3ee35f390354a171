import { createRandom } from '../../support/random.ts';
import { pickOf } from '../compose-texts.ts';

const DIGITS = '0123456789';
const HEX_DIGITS = `${DIGITS}abcdef`;

/** What documents are drawn from: one seeded source. */
export interface Draw {
  /** A whole number from 0 up to `limit`, the limit not included. */
  readonly below: (limit: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
  /** So many characters of an alphabet. */
  readonly chars: (count: number, alphabet: string) => string;
  readonly digits: (count: number) => string;
  readonly hex: (count: number) => string;
}

/** The same seed draws the same things. */
export function createDraw(seed: number): Draw {
  const random = createRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const chars = (count: number, alphabet: string) =>
    Array.from({ length: count }, () => alphabet.charAt(below(alphabet.length))).join('');
  return {
    below,
    chars,
    pick: (items) => pickOf(random, items),
    digits: (count) => chars(count, DIGITS),
    hex: (count) => chars(count, HEX_DIGITS),
  };
}
