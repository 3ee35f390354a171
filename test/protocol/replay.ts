import { happenings } from './happenings.ts';
import { simplify } from './simplify.ts';
import { firstWorld, Violation, type World, type WorldRules } from './world.ts';

/**
 * Lets things happen in the given order, by their labels.
 * @returns the worlds that they can lead to, or the violation that the last of them is.
 */
export function walk(steps: readonly string[], rules: WorldRules): readonly World[] | Violation {
  let worlds: readonly World[] = [firstWorld(rules)];
  for (const step of steps) {
    const next: World[] = [];
    for (const world of worlds) {
      // Two statements can have the same said of them.
      for (const happening of happenings(world, rules).filter(({ label }) => label === step)) {
        try {
          next.push(simplify(happening.next(), rules));
        } catch (error) {
          if (error instanceof Violation) return error;
          throw error;
        }
      }
    }
    worlds = next;
  }
  return worlds;
}
