import { createDice, type Dice } from '../support/fuzz/dice.ts';
import { CANARY_KINDS, type Canary, type CanaryKind, REFUSED_KINDS } from './canary.ts';
import { makeValue, type Value } from './make-canary.ts';
import { spellValue } from './spell-value.ts';

/** Places of erasable data that hold a person's id; what is too long for one is quarantined. */
const PERSON_ID = /subjects|principal|requested_by/;
const PERSON_KINDS: readonly CanaryKind[] = ['email', 'card', 'iban', 'ssn', 'ipv4', 'phone'];

type Planting = Pick<Canary, 'route' | 'place' | 'placeClass' | 'topic'>;

/** Hands out canaries, each of them once, until there were as many as asked for. */
export interface CanarySupply {
  readonly dice: Dice;
  readonly planted: readonly Canary[];
  /** How many are still to be planted. */
  left(): number;
  /** A canary for a place. An event that is begun gets all of its own, so that a few more may be planted. */
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
      const kinds = only ?? kindsFor(planting);
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

function kindsFor({ placeClass, place }: Planting): readonly CanaryKind[] {
  if (placeClass === 'safe') return REFUSED_KINDS;
  return PERSON_ID.test(place) ? PERSON_KINDS : CANARY_KINDS;
}

/** A code or an id of a person is the bare value: nobody writes a phrase there. */
function spell(
  dice: Dice,
  value: Value,
  { placeClass, place }: Planting,
): { spelling: string; text: string } {
  if (placeClass === 'safe' || placeClass === 'token' || PERSON_ID.test(place)) {
    return { spelling: 'bare', text: `${value.before}${value.value}${value.after}` };
  }
  return spellValue(dice, value, placeClass === 'text' || placeClass === 'erasable');
}
