import type { Dice } from '../../../support/fuzz/dice.ts';
import type { Entity, Item, LocaleId } from '../document.ts';
import { makeCard } from './make-card.ts';
import { makeEmail } from './make-email.ts';
import { makeIban } from './make-iban.ts';
import { makeIp } from './make-ip.ts';
import { makeKey } from './make-key.ts';
import { makePhone } from './make-phone.ts';
import { makeSsn } from './make-ssn.ts';
import { makeUrlCredential } from './make-url-credential.ts';

const MAKERS: Readonly<Record<Entity, (dice: Dice, locale: LocaleId) => Item>> = {
  email: makeEmail,
  card: makeCard,
  iban: makeIban,
  ssn: makeSsn,
  ip: makeIp,
  key: makeKey,
  phone: makePhone,
  'url-credential': makeUrlCredential,
};

/** An invented value of this kind as somebody of this locale writes it. */
export function makeItem(dice: Dice, entity: Entity, locale: LocaleId): Item {
  return MAKERS[entity](dice, locale);
}
