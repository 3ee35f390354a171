import { createDice, type Dice } from '../../support/fuzz/dice.ts';
import type { Carrier, Template } from './carriers/carrier.ts';
import { CARRIER_LINES } from './carriers/carriers.ts';
import { spell } from './carriers/spell.ts';
import { makeFact } from './clean/make-fact.ts';
import {
  CARRIERS,
  type CarrierId,
  ENTITIES,
  type EvalDocument,
  type Fact,
  type Item,
  LOCALES,
  type LocaleId,
  type Planted,
} from './document.ts';
import { makeItem } from './entities/make-item.ts';
import { EVASIONS } from './evasions/evasions.ts';
import { fillWithFact, fillWithItem } from './fill-template.ts';
import { LOCALE_WORDS } from './locales/locale-words.ts';

const PLAIN_SHARE = 0.5;
const EVASION_SHARE = 0.2;
/** Far more than any corpus has documents. */
const SEED_STRIDE = 1_000_003;

/** What is met in URLs; there it is not escaped once more, which would hide it deeper than anybody looks. */
const IN_URLS = new Set(['percent', 'base64']);

interface Line {
  readonly text: string;
  readonly planted?: Planted;
  readonly fact?: Fact;
}

/**
 * One document of the corpus, by its number: half of them hold values in the open, a fifth disguised ones, and the
 * others nothing at all. The same seed and number make the same document.
 */
export function composeDocument(seed: number, index: number): EvalDocument {
  const dice = createDice(seed * SEED_STRIDE + index);
  const locale = dice.pick(LOCALES);
  const roll = dice.below(1_000) / 1_000;
  const kind = roll < PLAIN_SHARE ? 'plain' : roll < PLAIN_SHARE + EVASION_SHARE ? 'evasion' : 'clean';
  const [evasion, disguise] = dice.pick(Object.entries(EVASIONS));
  const carrier = dice.pick(
    kind === 'evasion' && !IN_URLS.has(evasion) ? CARRIERS.filter((id) => id !== 'url') : CARRIERS,
  );
  const lines = CARRIER_LINES[carrier];
  const clean = () => cleanLine(dice, lines, locale, carrier);
  if (kind === 'clean') return joinLines(dice, kind, locale, carrier, repeat(2 + dice.below(4), clean));
  const planted = (): Line => {
    if (kind === 'plain') {
      const item = drawItem(dice, locale, carrier);
      return plantedLine(dice, lines, locale, { item, value: item.value, evasion: undefined });
    }
    for (;;) {
      const open = drawItem(dice, locale, carrier);
      const item = disguise(dice, open);
      if (item !== undefined) return plantedLine(dice, lines, locale, { item, value: open.value, evasion });
    }
  };
  const dirty = repeat(kind === 'plain' ? 1 + dice.below(3) : 1, planted);
  return joinLines(dice, kind, locale, carrier, [
    ...repeat(dice.below(2), clean),
    ...dirty,
    ...repeat(dice.below(2), clean),
  ]);
}

function drawItem(dice: Dice, locale: LocaleId, carrier: CarrierId): Item {
  for (;;) {
    const item = makeItem(dice, dice.pick(ENTITIES), locale);
    if (carrier !== 'url' || !item.value.includes('\n')) return item;
  }
}

interface Drawn {
  readonly item: Item;
  /** The value before it was disguised. */
  readonly value: string;
  readonly evasion: string | undefined;
}

function plantedLine(dice: Dice, { templates }: Carrier, locale: LocaleId, drawn: Drawn): Line {
  const { item, value, evasion } = drawn;
  const template = dice.pick(
    templates.filter(
      (each) =>
        (!item.needsCue || namesValue(each)) &&
        (evasion === undefined || !each.spelling.startsWith('uri') || each.spelling === 'uri-raw'),
    ),
  );
  const { text, place } = fillWithItem(dice, template, item, LOCALE_WORDS[locale]);
  const { entity, form } = item;
  return { text, planted: { entity, form, value, ...place, template: template.name, evasion } };
}

function namesValue({ text }: Template): boolean {
  return /\{(?:field|FIELD|message)\}/.test(text);
}

function cleanLine(dice: Dice, { templates }: Carrier, locale: LocaleId, carrier: CarrierId): Line {
  const words = LOCALE_WORDS[locale];
  if (carrier === 'prose' && dice.chance(0.3)) return { text: dice.pick(words.filler) };
  const fact = makeFact(dice, words);
  const template = dice.pick(templates);
  return {
    text: fillWithFact(dice, template, fact, words),
    fact: { ...fact, text: spell(fact.text, template.spelling) },
  };
}

function joinLines(
  dice: Dice,
  kind: EvalDocument['kind'],
  locale: LocaleId,
  carrier: CarrierId,
  lines: readonly Line[],
): EvalDocument {
  const join = dice.pick(CARRIER_LINES[carrier].joins);
  const planted: Planted[] = [];
  let text = '';
  for (const line of lines) {
    if (text !== '') text += join;
    if (line.planted !== undefined)
      planted.push({ ...line.planted, start: text.length + line.planted.start });
    text += line.text;
  }
  const facts = kind === 'clean' ? lines.flatMap(({ fact }) => fact ?? []) : [];
  return { kind, locale, carrier, text, planted, facts };
}

function repeat<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}
