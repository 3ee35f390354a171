import type { Dice } from '../../../support/fuzz/dice.ts';
import { type Item, LOCALES, type LocaleId } from '../document.ts';
import { fillMask } from '../draw-text.ts';
import type { PhonePlan } from './phone-plan.ts';
import { PHONE_PLANS } from './phone-plans.ts';

type Spelling = Pick<Item, 'form' | 'value'> & Partial<Item>;

const ABROAD = 0.15;
/** With a trunk zero or brackets, or in the shapes of North America and Brazil, a number is a phone number by itself. */
const TELLS_ITSELF = /^[0(1]|^###[ ./-]###[ .-]####$|####-####$/;

/** A number of the locale's region, national or international; sometimes an international one from elsewhere. */
export function makePhone(dice: Dice, locale: LocaleId): Item {
  const isForeign = dice.chance(ABROAD);
  const region = isForeign ? dice.pick(LOCALES) : locale;
  const plan = dice.pick(PHONE_PLANS[region]);
  const number = fillMask(dice, dice.pick(plan.numbers));
  const spelling =
    isForeign || dice.chance(0.5) ? spellAbroad(dice, plan, number) : spellAtHome(dice, plan, number);
  return {
    entity: 'phone',
    before: '',
    after: '',
    needsCue: false,
    ...spelling,
    form: `${region} ${spelling.form}`,
  };
}

function spellAtHome(dice: Dice, { national, compact }: PhonePlan, number: string): Spelling {
  if (dice.chance(0.2)) return { form: 'compact', value: fillDigits(compact, number), needsCue: true };
  const format = dice.pick(national);
  const extension = dice.chance(0.06) ? dice.pick([' ext. 12', ' x204', ' ext 7']) : '';
  return {
    form: `national ${format}`,
    value: fillDigits(format, number),
    after: extension,
    needsCue: !TELLS_ITSELF.test(format),
  };
}

function spellAbroad(dice: Dice, { callingCode, international }: PhonePlan, number: string): Spelling {
  const format = dice.pick(international);
  const rest = fillDigits(format, number);
  return dice.pick<() => Spelling>([
    () => ({ form: `+${callingCode}${format}`, value: `+${callingCode}${rest}` }),
    () => ({ form: `+${callingCode}${format}`, value: `+${callingCode}${rest}` }),
    () => ({ form: `(+${callingCode})${format}`, value: `(+${callingCode})${rest}` }),
    () => ({
      form: `00${callingCode}${format}`,
      value: `00${callingCode}${rest}`,
      needsCue: !/\D/.test(rest),
    }),
    () => ({ form: 'E.164', value: `+${callingCode}${number}` }),
    () => ({ form: 'tel URI', before: 'tel:', value: `+${callingCode}${number}` }),
  ])();
}

function fillDigits(format: string, number: string): string {
  let at = 0;
  return format.replaceAll('#', () => number.charAt(at++));
}
