import { createDice, type Dice } from '../support/fuzz/dice.ts';
import { CANARY_KINDS, type Canary, type CanaryKind, REFUSED_KINDS } from './canary.ts';
import { makeValue, type Value } from './make-canary.ts';
import { spellValue } from './spell-value.ts';

type Planting = Pick<Canary, 'route' | 'place' | 'placeClass' | 'topic'>;

/** Hands out canaries, each of them once, until there were as many as asked for. */
export interface CanarySupply {
  readonly dice: Dice;
  readonly planted: readonly Canary[];
  /** How many are still to be planted. */
  left(): number;
  /** A canary for a place; a word that harms nobody once there were enough. */
  plant(planting: Planting, only?: readonly CanaryKind[]): string;
}

/** The same seed and the same calls give the same canaries. */
export function supplyCanaries(count: number, seed: number): CanarySupply {
  const dice = createDice(seed);
  const planted: Canary[] = [];
  const known = new Set<string>();
  const isNew = (value: Value) => value.cores.every((core) => !known.has(core.toLowerCase()));
  return {
    dice,
    planted,
    left: () => count - planted.length,
    plant: (planting, only) => {
      if (planted.length >= count) return 'nothing';
      const kinds = only ?? (planting.placeClass === 'safe' ? REFUSED_KINDS : CANARY_KINDS);
      const kind = kinds[planted.length % kinds.length] ?? 'email';
      let value = makeValue(dice, kind);
      while (!isNew(value)) value = makeValue(dice, kind);
      for (const core of value.cores) known.add(core.toLowerCase());
      const { spelling, text } = spell(dice, value, planting);
      planted.push({ ...planting, id: planted.length, kind, spelling, text, cores: value.cores });
      return text;
    },
  };
}

/** A code or an id of a person is the bare value: nobody writes a phrase there. */
function spell(dice: Dice, value: Value, { placeClass }: Planting): { spelling: string; text: string } {
  if (placeClass === 'safe' || placeClass === 'token') {
    return { spelling: 'bare', text: `${value.before}${value.value}${value.after}` };
  }
  return spellValue(dice, value, placeClass === 'text' || placeClass === 'erasable');
}
