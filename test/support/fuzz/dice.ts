import { createRandom } from '../random.ts';

/** Seeded choices: the same seed gives the same run. */
export interface Dice {
  /** True with this probability. */
  chance(probability: number): boolean;
  /** A whole number from 0 to `count` − 1. */
  below(count: number): number;
  pick<T>(list: readonly T[]): T;
  bytes(count: number): Buffer;
}

/** Dice for a seed: any whole number. */
export function createDice(seed: number): Dice {
  const random = createRandom(seed);
  const below = (count: number) => Math.floor(random() * count);
  return {
    chance: (probability) => random() < probability,
    below,
    pick: <T>(list: readonly T[]) => list[below(list.length)] as T,
    bytes: (count) => {
      const bytes = Buffer.alloc(count);
      for (let at = 0; at < count; at++) bytes[at] = below(256);
      return bytes;
    },
  };
}
