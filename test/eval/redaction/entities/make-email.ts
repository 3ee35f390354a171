import type { Dice } from '../../../support/fuzz/dice.ts';
import type { Item } from '../document.ts';
import { drawFrom, HEX } from '../draw-text.ts';

/** Words, not names: nobody is called like this. */
const WORDS = [
  'heron',
  'maple',
  'copper',
  'lantern',
  'river',
  'quartz',
  'meadow',
  'falcon',
  'harbour',
  'cinder',
  'willow',
  'granite',
  'comet',
  'saffron',
  'thistle',
  'walnut',
  'ember',
  'juniper',
  'pebble',
  'orchid',
];
const FOREIGN = [
  'reiher',
  'érable',
  'señal',
  'fußweg',
  'jabłoń',
  'ponte',
  'água',
  'さくら',
  'ключ',
  'βράχος',
];
/** RFC 2606, RFC 6761: no mail ever arrives at these. */
const DOMAINS = ['example.com', 'example.org', 'example.net', 'mail.example', 'shop.example', 'post.test'];
const DEEP = ['mx1.eu-west.example.com', 'a.b.c.example.net', 'support.de.shop.example', 'x-y-z.example.org'];
const FOREIGN_DOMAINS = ['bücher.example', 'παράδειγμα.example', 'xn--bcher-kva.example', '例え.テスト'];

type Form = (dice: Dice, word: () => string, domain: () => string) => Partial<Item> & { value: string };

const FORMS: Readonly<Record<string, Form>> = {
  plain: (_, word, domain) => ({ value: `${word()}@${domain()}` }),
  dotted: (_, word, domain) => ({ value: `${word()}.${word()}@${domain()}` }),
  initial: (_, word, domain) => ({ value: `${word().charAt(0)}.${word()}@${domain()}` }),
  numbered: (dice, word, domain) => ({ value: `${word()}${dice.below(2_000)}@${domain()}` }),
  plus: (dice, word, domain) => ({ value: `${word()}+${word()}${dice.below(100)}@${domain()}` }),
  signs: (dice, word, domain) => ({
    value: `${word()}${dice.pick(['_', '-', '__', '.-'])}${word()}@${domain()}`,
  }),
  apostrophe: (_, word, domain) => ({ value: `o'${word()}@${domain()}` }),
  capitals: (_, word, domain) => ({ value: `${word()}.${word()}@${domain()}`.toUpperCase() }),
  mixed: (_, word, domain) => ({ value: `${capital(word())}.${capital(word())}@${capital(domain())}` }),
  short: (dice, _, domain) => ({ value: `${drawFrom(dice, HEX.slice(10), 2)}@${domain()}` }),
  generated: (dice, _, domain) => ({ value: `${drawFrom(dice, HEX, 24)}@${domain()}` }),
  deep: (dice, word) => ({ value: `${word()}@${dice.pick(DEEP)}` }),
  'foreign local part': (dice, _, domain) => ({
    value: `${dice.pick(FOREIGN)}.${dice.below(90)}@${domain()}`,
  }),
  'foreign domain': (dice, word) => ({ value: `${word()}@${dice.pick(FOREIGN_DOMAINS)}` }),
  quoted: (_, word, domain) => ({ value: `"${word()} ${word()}"@${domain()}` }),
  bracketed: (_, word, domain) => ({
    before: `${capital(word())} <`,
    value: `${word()}@${domain()}`,
    after: '>',
  }),
  mailto: (_, word, domain) => ({ before: 'mailto:', value: `${word()}.${word()}@${domain()}` }),
  'mail subject': (_, word, domain) => ({
    before: 'mailto:',
    value: `${word()}@${domain()}`,
    after: `?subject=${word()}`,
  }),
};
/** The everyday spellings come up more often. */
const OFTEN = ['plain', 'dotted', 'numbered', 'plus', 'initial', 'signs'];

/** An e-mail address in reserved domains. */
export function makeEmail(dice: Dice): Item {
  const form = dice.pick(dice.chance(0.5) ? OFTEN : Object.keys(FORMS));
  const made = FORMS[form]?.(
    dice,
    () => dice.pick(WORDS),
    () => dice.pick(DOMAINS),
  );
  if (made === undefined) throw new Error(`no form ${form}`);
  return { entity: 'email', form, before: '', after: '', needsCue: false, ...made };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
