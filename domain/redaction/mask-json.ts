import { compileMasks, type MaskTree } from './compile-masks.ts';
import type { Ruleset } from './ruleset.ts';

/** Stands for a value that a pointer or a key's name took out, whatever it was. */
const MASK = '"[MASKED]"';
/** Deeper JSON than this is made to be hard to read: it is refused. */
const MAX_DEPTH = 256;
const BLANK = /[ \t\r\n]*/y;
const SCALAR = /(?:true|false|null|-?\d[\d.eE+-]*)/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;

/** JSON that is nested beyond what is read: quarantine it. */
export class JsonTooDeep extends Error {
  override readonly name = 'JsonTooDeep';
}

const masksByRuleset = new WeakMap<Ruleset, (tenantId: string | undefined) => MaskTree>();

/**
 * Takes values out of JSON by their place or their key, as the ruleset says. All else stays as it was written, and so
 * does text that is no JSON: what is erasable is encrypted to be read again, and is not looked through for people.
 *
 * @throws {JsonTooDeep} what cannot be read must not pass
 */
export function maskJson(text: string, ruleset: Ruleset, tenantId?: string): string {
  let masks = masksByRuleset.get(ruleset);
  if (masks === undefined) {
    masks = compileMasks(ruleset);
    masksByRuleset.set(ruleset, masks);
  }
  if (!isJson(text)) return text;
  let masked = '';
  let kept = 0;
  for (const [start, end] of maskedSpans(text, masks(tenantId))) {
    masked += text.slice(kept, start) + MASK;
    kept = end;
  }
  return masked + text.slice(kept);
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

type MutableSpan = [start: number, end: number];

/** Where masked values stand, in text order and apart. The text is JSON, so what stands where is known. */
function maskedSpans(text: string, tree: MaskTree): MutableSpan[] {
  const spans: MutableSpan[] = [];
  const reader = { text, at: 0 };
  readValue(reader, [tree.root], tree, 0, (start, end) => {
    if (text.slice(start, end) !== MASK) spans.push([start, end]);
  });
  return spans;
}

interface Reader {
  readonly text: string;
  at: number;
}

type Places = readonly MaskTree['root'][];

function readValue(
  reader: Reader,
  places: Places,
  tree: MaskTree,
  depth: number,
  mask: ((start: number, end: number) => void) | undefined,
): void {
  if (depth > MAX_DEPTH) throw new JsonTooDeep('The JSON is nested too deep; quarantine the event.');
  skip(reader, BLANK);
  const start = reader.at;
  const isMasked = mask !== undefined && places.some((place) => place.isEnd);
  const inside = isMasked ? undefined : mask;
  const opening = reader.text.charAt(reader.at);
  if (opening === '{' || opening === '[') readContainer(reader, places, tree, depth, opening, inside);
  else skip(reader, opening === '"' ? STRING : SCALAR);
  if (isMasked) mask(start, reader.at);
}

function readContainer(
  reader: Reader,
  places: Places,
  tree: MaskTree,
  depth: number,
  opening: string,
  mask: ((start: number, end: number) => void) | undefined,
): void {
  const closing = opening === '{' ? '}' : ']';
  reader.at++;
  for (let index = 0; ; index++) {
    skip(reader, BLANK);
    const sign = reader.text.charAt(reader.at);
    if (sign === closing || sign === '') break;
    if (sign === ',') {
      reader.at++;
      index--;
      continue;
    }
    let next: Places = [];
    if (opening === '{') {
      const from = reader.at;
      skip(reader, STRING);
      const key = JSON.parse(reader.text.slice(from, reader.at)) as string;
      skip(reader, BLANK);
      reader.at++;
      if (mask !== undefined) next = tree.step(places, key, false);
    } else if (mask !== undefined) next = tree.step(places, String(index), true);
    readValue(reader, next, tree, depth + 1, mask);
  }
  reader.at++;
}

function skip(reader: Reader, pattern: RegExp): void {
  pattern.lastIndex = reader.at;
  if (pattern.test(reader.text)) reader.at = pattern.lastIndex;
  else if (pattern !== BLANK) throw new SyntaxError('The JSON is not what it was parsed as.');
}
