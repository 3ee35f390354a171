import type { Dice } from '../../../support/fuzz/dice.ts';
import type { Item } from '../document.ts';
import { drawBetween } from '../draw-text.ts';

/** US social security numbers by the rules of issue: area not 000, 666 or 9xx, group not 00, serial not 0000. */
export function makeSsn(dice: Dice): Item {
  const drawn = drawBetween(dice, 1, 899);
  const area = String(drawn === 666 ? 667 : drawn).padStart(3, '0');
  const group = String(drawBetween(dice, 1, 99)).padStart(2, '0');
  const serial = String(drawBetween(dice, 1, 9_999)).padStart(4, '0');
  const [form, separator] = dice.pick([
    ['dashes', '-'],
    ['dashes', '-'],
    ['dashes', '-'],
    ['spaces', ' '],
    ['compact', ''],
    ['dots', '.'],
    ['en dashes', '\u2013'],
    ['no-break dashes', '\u2011'],
  ] as const);
  return {
    entity: 'ssn',
    form,
    before: '',
    value: [area, group, serial].join(separator),
    after: '',
    // With dashes the shape alone says it.
    needsCue: form !== 'dashes',
  };
}
