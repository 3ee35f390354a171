import { isAsciiAlnum } from './char-class.ts';
import { type Layer, LayerWriter } from './rewrite-layer.ts';

/** One sign, one space, and so on: `j o h n @ …`. */
const LETTER_SPACED = /(?:(?<![A-Za-z0-9])|(?<=IBAN))[^\s](?: [^\s]){6,400}(?![A-Za-z0-9])/g;
/** A sign of addresses with a space on each side. */
const SIGN_SPACED = /(?<=\S) (@|\.|::?) (?=\S)/g;
/** `(at)`, `[dot]` and their kin; and the bare words, which only count together. */
const AT_WORD =
  /\s?[([{<]\s?(?:at|arroba|chez|@)\s?[)\]}>]\s?| at (?=(?:[\w-]{1,63} dot ){1,4}(?:com|org|net|edu|gov|mil|int|info|biz|name|io|ai|dev|app|co|uk|de|fr|es|nl|eu|ch|ca|au|jp|br|pl|example|test)(?![\w-])|[\w-]{1,63}\s?[([{<]\s?(?:dot|\.))/gi;
const DOT_WORD = /\s?[([{<]\s?(?:dot|punkt|punto|ponto|point|\.)\s?[)\]}>]\s?| dot /gi;
const TOKEN_UNITS = 64;
const CONTEXT_UNITS = 48;

/** Signs of which one must be there for a text to be read so; for gates. */
const SPACED_SIGN =
  /[^\s](?: [^\s]){6}| (?:@|\.|::?) |[([{<]\s?(?:at|arroba|chez|@)\s?[)\]}>]| at [\w-]{1,63}(?: dot |\s?[([{<]\s?(?:dot|\.))/i;

/** Everything that decides what is read so, for the digest. */
export const SPACED_SOURCES: readonly string[] = [
  LETTER_SPACED.source,
  SIGN_SPACED.source,
  AT_WORD.source,
  DOT_WORD.source,
  SPACED_SIGN.source,
];

/** A part of a text read without what pulls it apart; only what touches `start` to `end` is news. */
export interface Reading {
  readonly layer: Layer;
  readonly start: number;
  readonly end: number;
}

/** Values spelt letter by letter, with the words around them that tell what they are. */
export function readLetterSpaced(layer: Layer, visit: (reading: Reading) => void): void {
  for (const match of layer.text.matchAll(LETTER_SPACED)) {
    const [from, to] = [match.index, match.index + match[0].length];
    const writer = new LayerWriter(layer);
    writer.copy(Math.max(0, from - CONTEXT_UNITS), from);
    const start = writer.length;
    for (let unit = from; unit < to; unit += 2) writer.copy(unit, unit + 1);
    const end = writer.length;
    writer.copy(to, Math.min(layer.text.length, to + CONTEXT_UNITS));
    visit({ layer: writer.finish(), start, end });
  }
}

/** Addresses with spaces round their signs, or with words in place of them. */
export function readSignSpaced(layer: Layer, visit: (reading: Reading) => void): void {
  const { text } = layer;
  const signs = [
    ...Array.from(text.matchAll(SIGN_SPACED), (match) => ({ match, sign: match[1] ?? '' })),
    ...Array.from(text.matchAll(AT_WORD), (match) => ({ match, sign: '@' })),
    ...Array.from(text.matchAll(DOT_WORD), (match) => ({ match, sign: '.' })),
  ]
    .map(({ match, sign }) => ({ sign, start: match.index, end: match.index + match[0].length }))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  for (let first = 0; first < signs.length; ) {
    let last = first;
    while (isTokenBetween(text, signs[last]?.end ?? 0, signs[last + 1]?.start ?? -1)) last++;
    visit(readTogether(layer, signs.slice(first, last + 1)));
    first = last + 1;
  }
}

function isTokenBetween(text: string, start: number, end: number): boolean {
  return start <= end && end - start <= TOKEN_UNITS && !/\s/.test(text.slice(start, end));
}

function readTogether(
  layer: Layer,
  signs: readonly { readonly sign: string; readonly start: number; readonly end: number }[],
): Reading {
  const { text } = layer;
  const writer = new LayerWriter(layer);
  let at = signs[0]?.start ?? 0;
  let from = at;
  while (from > 0 && at - from < TOKEN_UNITS && isTokenUnit(text, from - 1)) from--;
  at = from;
  for (const { sign, start, end } of signs) {
    if (start < at) continue;
    writer.copy(at, start);
    writer.put(sign, start, end);
    at = end;
  }
  let to = at;
  while (to < text.length && to - at < TOKEN_UNITS && isTokenUnit(text, to)) to++;
  writer.copy(at, to);
  return { layer: writer.finish(), start: 0, end: writer.length };
}

function isTokenUnit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return isAsciiAlnum(code) || code > 0x7f || '._+%:-\'"'.includes(text.charAt(at));
}
