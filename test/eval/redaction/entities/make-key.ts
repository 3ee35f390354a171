import type { Dice } from '../../../support/fuzz/dice.ts';
import type { Item } from '../document.ts';
import { ANNOUNCED, type KeyForm, MARKED, STRUCTURED } from './key-forms.ts';

const OFTEN = ['AWS access key', 'GitHub token', 'Google API key', 'Slack token', 'Stripe key'];

/** A secret of some provider, or one that only its name tells. */
export function makeKey(dice: Dice): Item {
  const forms: Readonly<Record<string, (dice: Dice) => KeyForm>> = dice.pick([
    MARKED,
    MARKED,
    ANNOUNCED,
    STRUCTURED,
  ]);
  const form = dice.pick(forms === MARKED && dice.chance(0.5) ? OFTEN : Object.keys(forms));
  const made = forms[form]?.(dice);
  if (made === undefined) throw new Error(`no form ${form}`);
  return { entity: 'key', form, before: '', after: '', needsCue: false, ...made };
}
