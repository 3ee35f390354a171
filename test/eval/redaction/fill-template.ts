import type { Dice } from '../../support/fuzz/dice.ts';
import type { Template } from './carriers/carrier.ts';
import { NEUTRAL_FIELDS, TELLING_FIELDS } from './carriers/field-names.ts';
import { spell } from './carriers/spell.ts';
import { NOISE } from './clean/noise.ts';
import type { Fact, Item, Planted } from './document.ts';
import type { Locale } from './locales/locale.ts';

/** Stands for the value while the text round it is made; no template and no value holds it. */
const PLACE = '\u{f0000}';

/** A line of a document with a value in it; `start` counts from the line's first unit. */
export interface PlantedLine {
  readonly text: string;
  readonly place: Pick<Planted, 'text' | 'start'>;
}

/** Puts a value, escaped as the template wants it, into one of its lines. */
export function fillWithItem(dice: Dice, template: Template, item: Item, locale: Locale): PlantedLine {
  const field = drawField(dice, item);
  const around = spell(`${item.before}${PLACE}${item.after}`, template.spelling);
  const [before = '', after = ''] = around.split(spell(PLACE, template.spelling));
  const filled = template.text
    .replaceAll('{message}', () => spell(drawMessage(dice, item, locale), template.spelling))
    .replaceAll(/\{(?:field|FIELD)\}/g, (name) => (name === '{FIELD}' ? field.toUpperCase() : field))
    .replaceAll('{value}', `${before}${PLACE}${after}`);
  // The escaped place inside a message is that of the value as well.
  const marked = drawNoise(dice, filled.replaceAll(spell(PLACE, template.spelling), PLACE));
  const start = marked.indexOf(PLACE);
  const text = spell(item.value, template.spelling);
  return { text: marked.slice(0, start) + text + marked.slice(start + PLACE.length), place: { text, start } };
}

/** A line that identifies nobody. */
export function fillWithFact(dice: Dice, template: Template, fact: Fact, locale: Locale): string {
  const text = spell(fact.text, template.spelling);
  const message = () => spell(dice.pick(locale.facts), template.spelling).replaceAll('{fact}', () => text);
  const field = dice.pick(NEUTRAL_FIELDS);
  return drawNoise(
    dice,
    template.text
      .replaceAll('{message}', message)
      .replaceAll(/\{(?:field|FIELD)\}/g, (name) => (name === '{FIELD}' ? field.toUpperCase() : field))
      .replaceAll('{value}', () => text),
  );
}

/** A name that tells what the value is, where that is needed; none where the value brings its own. */
function drawField(dice: Dice, { entity, needsCue, before }: Item): string {
  const telling = needsCue || (before === '' && dice.chance(0.6));
  return dice.pick(telling ? TELLING_FIELDS[entity] : NEUTRAL_FIELDS);
}

function drawMessage(dice: Dice, { entity, needsCue, before, after }: Item, locale: Locale): string {
  const calls = entity === 'phone' ? locale.calls : locale.cued;
  const sentences = needsCue
    ? dice.pick([locale.cued, calls])
    : dice.pick([locale.cued, calls, locale.neutral]);
  return dice
    .pick(sentences)
    .replace('{label}', dice.pick(locale.labels[entity]))
    .replace('{value}', () => `${before}${PLACE}${after}`);
}

function drawNoise(dice: Dice, text: string): string {
  return text.replace(/\{([a-z]+)\}/g, (whole, name: string) => NOISE[name]?.(dice) ?? whole);
}
