import { LOCALES } from '../eval/redaction/document.ts';
import { ALNUM, drawBetween, drawFrom, drawKey, HEX, LOWER } from '../eval/redaction/draw-text.ts';
import { ANNOUNCED, MARKED, STRUCTURED } from '../eval/redaction/entities/key-forms.ts';
import { makeItem } from '../eval/redaction/entities/make-item.ts';
import type { Dice } from '../support/fuzz/dice.ts';
import type { CanaryKind } from './canary.ts';

/** A value before it is planted: what stands around it tells it to a redactor; the value itself must go. */
export interface Value {
  readonly before: string;
  readonly value: string;
  readonly after: string;
  readonly cores: readonly string[];
}

const CORE_LENGTH = 14;
const SHORTEST_DIGITS = 11;

const MAKERS: Readonly<Record<CanaryKind, (dice: Dice) => Value>> = {
  email: (dice) => {
    const local = drawFrom(dice, LOWER, CORE_LENGTH);
    const domain = dice.pick(['example.com', 'mail.example', 'shop.example.org']);
    return { before: '', value: `${local}@${domain}`, after: '', cores: [local] };
  },
  card: (dice) => fromItem(dice, 'card', SHORTEST_DIGITS),
  iban: (dice) => fromItem(dice, 'iban', SHORTEST_DIGITS),
  ssn: (dice) => {
    for (;;) {
      const { value, needsCue, before, after } = makeItem(dice, 'ssn', 'en-US');
      if (!needsCue && /^\d{3}-\d{2}-\d{4}$/.test(value)) return { before, value, after, cores: [value] };
    }
  },
  ipv4: (dice) => {
    const octet = () => drawBetween(dice, 100, 254);
    const value = `10.${octet()}.${octet()}.${octet()}`;
    return { before: '', value, after: dice.pick(['', ':8443']), cores: [value] };
  },
  ipv6: (dice) => {
    const group = () => drawFrom(dice, HEX.slice(1), 1) + drawFrom(dice, HEX, 3);
    const host = `${group()}:${group()}:${group()}:${group()}`;
    return { before: '', value: `2001:db8:${group()}:${group()}:${host}`, after: '', cores: [host] };
  },
  phone: (dice) => fromItem(dice, 'phone', SHORTEST_DIGITS),
  key: (dice) => fromForms(dice, MARKED),
  announced: (dice) => fromForms(dice, ANNOUNCED),
  jwt: (dice) => fromForms(dice, { jwt: STRUCTURED.jwt, 'bearer jwt': STRUCTURED['bearer jwt'] }),
  'url-credential': (dice) => {
    const password = drawKey(dice, ALNUM, CORE_LENGTH);
    const scheme = dice.pick(['postgres', 'https', 'redis', 'amqp', 'mongodb+srv']);
    return {
      before: `${scheme}://`,
      value: `svc:${password}`,
      after: '@db.example/orders',
      cores: [password],
    };
  },
};

/** An invented value of a kind. Whether it is new, its caller must see to. */
export function makeValue(dice: Dice, kind: CanaryKind): Value {
  return MAKERS[kind](dice);
}

/** One that nothing but its own form must tell, and long enough to stand nowhere by chance. */
function fromItem(dice: Dice, entity: 'card' | 'iban' | 'phone', leastDigits: number): Value {
  for (;;) {
    const { before, value, after, needsCue } = makeItem(dice, entity, dice.pick(LOCALES));
    const bare = value.replace(/[^A-Za-z0-9]/g, '');
    const international = entity !== 'phone' || value.startsWith('+');
    if (needsCue || !international || bare.length < leastDigits) continue;
    return { before, value, after, cores: bare === value ? [value] : [value, bare] };
  }
}

type Forms = Readonly<
  Record<
    string,
    ((dice: Dice) => { before?: string; value: string; after?: string; needsCue?: boolean }) | undefined
  >
>;

/** Of a long value neither the middle nor the end may stay: its beginning may be what all keys of its kind share. */
function fromForms(dice: Dice, forms: Forms): Value {
  for (;;) {
    const made = forms[dice.pick(Object.keys(forms))]?.(dice);
    if (made === undefined || made.needsCue === true || made.value.length < CORE_LENGTH) continue;
    const { before = '', value, after = '' } = made;
    const middle = Math.floor((value.length - CORE_LENGTH) / 2);
    const cores = new Set([value.slice(-CORE_LENGTH), value.slice(middle, middle + CORE_LENGTH)]);
    return { before, value, after, cores: [...cores] };
  }
}
