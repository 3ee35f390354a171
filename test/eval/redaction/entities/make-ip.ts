import type { Dice } from '../../../support/fuzz/dice.ts';
import type { Item } from '../document.ts';
import { drawBetween, drawFrom, HEX } from '../draw-text.ts';

type Form = (dice: Dice) => { readonly before?: string; readonly value: string; readonly after?: string };

/** RFC 5737 and RFC 3849, RFC 9637 for documentation; RFC 1918, RFC 4193 and RFC 4291 for private networks. */
const FORMS: Readonly<Record<string, Form>> = {
  v4: (dice) => ({ value: v4(dice) }),
  'v4 port': (dice) => ({ value: v4(dice), after: `:${drawBetween(dice, 1024, 65535)}` }),
  'v4 network': (dice) => ({ value: v4(dice), after: `/${drawBetween(dice, 8, 32)}` }),
  'v4 bracketed': (dice) => ({ before: '[', value: v4(dice), after: ']' }),
  'v4 slash': (dice) => ({ before: '/', value: v4(dice), after: `:${drawBetween(dice, 1024, 65535)}` }),
  'v4 URL host': (dice) => ({ before: 'http://', value: v4(dice), after: '/health' }),
  'v4 list': (dice) => ({ value: v4(dice), after: ', proxy' }),
  'v6 compressed': (dice) => ({ value: compressed(dice) }),
  'v6 full': (dice) => ({ value: full(dice) }),
  'v6 short groups': (dice) => ({ value: full(dice).replace(/\b0+(?=[0-9a-f])/g, '') }),
  'v6 capitals': (dice) => ({ value: (dice.chance(0.5) ? full(dice) : compressed(dice)).toUpperCase() }),
  'v6 port': (dice) => ({
    before: '[',
    value: compressed(dice),
    after: `]:${drawBetween(dice, 1024, 65535)}`,
  }),
  'v6 network': (dice) => ({ value: `2001:db8:${hex(dice)}::`, after: '/48' }),
  'v6 mapped': (dice) => ({ value: `::ffff:${v4(dice)}` }),
  'v6 mapped hex': (dice) => ({ value: `::ffff:c000:2${drawFrom(dice, HEX, 2)}` }),
  'v6 link-local': (dice) => ({
    value: `fe80::${hex(dice)}:${hex(dice)}`,
    after: dice.pick(['', '%eth0', '%3']),
  }),
  'v6 private': (dice) => ({ value: `fd${drawFrom(dice, HEX, 2)}:${hex(dice)}:${hex(dice)}::${hex(dice)}` }),
  'v6 NAT64': (dice) => ({ value: `64:ff9b::${v4(dice)}` }),
};
const OFTEN = ['v4', 'v4', 'v4 port', 'v6 compressed', 'v6 full'];

/** An IP address of a range that belongs to nobody. */
export function makeIp(dice: Dice): Item {
  const form = dice.pick(dice.chance(0.5) ? OFTEN : Object.keys(FORMS));
  const made = FORMS[form]?.(dice);
  if (made === undefined) throw new Error(`no form ${form}`);
  return { entity: 'ip', form, before: '', after: '', needsCue: false, ...made };
}

function v4(dice: Dice): string {
  const octet = () => dice.below(256);
  const host = drawBetween(dice, 1, 254);
  return dice.pick([
    () => `192.0.2.${host}`,
    () => `198.51.100.${host}`,
    () => `203.0.113.${host}`,
    () => `10.${octet()}.${octet()}.${host}`,
    () => `192.168.${octet()}.${host}`,
    () => `172.${drawBetween(dice, 16, 31)}.${octet()}.${host}`,
  ])();
}

function hex(dice: Dice): string {
  return drawFrom(dice, HEX.slice(1), 1) + drawFrom(dice, HEX, dice.below(4));
}

function prefix(dice: Dice): string {
  return dice.pick(['2001:db8', '2001:0db8', '3fff:ab']);
}

function compressed(dice: Dice): string {
  const groups = () => Array.from({ length: 1 + dice.below(2) }, () => hex(dice)).join(':');
  return `${prefix(dice)}:${groups()}::${groups()}`;
}

function full(dice: Dice): string {
  return `2001:0db8:${Array.from({ length: 6 }, () => drawFrom(dice, HEX, 4)).join(':')}`;
}
