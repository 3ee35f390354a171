import { createHash } from 'node:crypto';
import { isWordUnit } from './char-class.ts';
import { LOOK_ALIKES } from './look-alikes.ts';

const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{M}]/gu;
const DIGIT = /\p{Nd}/u;
const DASH = /[\p{Pd}\u2212]/gu;
const SPACE = /\p{Zs}/gu;

const CONFUSABLES = new Map<string, string>(
  Object.entries(LOOK_ALIKES).flatMap(([plain, alike]) =>
    Array.from(alike, (char) => [char, plain] as const),
  ),
);

const PAGE_BITS = 6;
const PAGE_CODES = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_CODES - 1;
const CODE_POINTS = 0x110000;
const FIRST_NON_ASCII = 0x80;

/** In a fold page: the code point folds to nothing. No code point beyond ASCII folds to NUL. */
export const NOTHING = 0;
/** In a fold page: the code point folds to several units, or to this one; foldCodePoint says to which. */
export const SEVERAL = 0xffff;
/** In a shape page: as SEVERAL. */
export const SEVERAL_SHAPES = 0xff;
/** Stands in folded bytes for a unit beyond ASCII that is part of no word, and for one that is. */
export const FOREIGN_SIGN = 0x80;
const FOREIGN_LETTER = 0x81;
/** The same for letters of another script than ours: words for telephones and such may be written in it. */
export const FOREIGN_SCRIPT = 0x82;
const LATIN = /\p{Script=Latin}/u;

/**
 * What 64 code points fold to: the one unit, and what stands for it in folded bytes (see fold-bytes.ts).
 * Made when first met: there are no more of them than Unicode has code points.
 */
interface FoldPage {
  readonly units: Uint16Array;
  readonly shapes: Uint8Array;
}

const pages: (FoldPage | undefined)[] = new Array(CODE_POINTS >> PAGE_BITS).fill(undefined);

/** The page of a code point; its place in the page is `code & 63`. */
export function foldPageOf(code: number): FoldPage {
  const index = code >> PAGE_BITS;
  const page = pages[index];
  if (page !== undefined) return page;
  const units = new Uint16Array(PAGE_CODES);
  const shapes = new Uint8Array(PAGE_CODES);
  for (let at = 0; at < PAGE_CODES; at++) {
    const folded = foldCodePoint(index * PAGE_CODES + at);
    const isOne = folded.length === 1 && folded.charCodeAt(0) !== SEVERAL;
    units[at] = folded.length === 0 ? NOTHING : isOne ? folded.charCodeAt(0) : SEVERAL;
    shapes[at] = folded.length === 0 ? NOTHING : isOne ? shapeOf(folded.charCodeAt(0)) : SEVERAL_SHAPES;
  }
  const made = { units, shapes };
  pages[index] = made;
  return made;
}

/** What stands in folded bytes for a folded unit. */
export function shapeOf(unit: number): number {
  if (unit < FIRST_NON_ASCII) return unit;
  if (!isWordUnit(unit)) return FOREIGN_SIGN;
  return LATIN.test(String.fromCharCode(unit)) ? FOREIGN_LETTER : FOREIGN_SCRIPT;
}

/** The place of a code point in its page. */
export function placeInPage(code: number): number {
  return code & PAGE_MASK;
}

let digest: string | undefined;

/**
 * SHA-256 (hex) over what every code point outside the unassigned and private planes folds to: the Unicode version,
 * as this runtime really behaves. Costs some tens of milliseconds once.
 */
export function foldingDigest(): string {
  if (digest !== undefined) return digest;
  const hash = createHash('sha256');
  for (const [first, last] of [
    [0x80, 0xffff],
    [0x10000, 0x3ffff],
    [0xe0000, 0xe0fff],
  ] as const) {
    let changed = '';
    for (let code = first; code <= last; code++) {
      const folded = foldCodePoint(code);
      if (folded !== String.fromCodePoint(code)) changed += `${code}:${folded};`;
    }
    hash.update(changed);
  }
  digest = hash.digest('hex');
  return digest;
}

/** What one code point folds to, computed anew. A lone half of a surrogate pair stays as it is. */
export function foldCodePoint(code: number): string {
  // Ideographs and Hangul syllables carry no ASCII look-alikes.
  if ((code >= 0x3400 && code <= 0x9fff) || (code >= 0xac00 && code <= 0xdfff))
    return String.fromCharCode(code);
  const char = String.fromCodePoint(code);
  if (DIGIT.test(char)) return decimalDigit(code);
  const alike = CONFUSABLES.get(char);
  if (alike !== undefined) return alike;
  const plain = char.normalize('NFKD').replace(INVISIBLE, '').replace(DASH, '-').replace(SPACE, ' ');
  if (plain.length === 0 || plain === '-' || plain === ' ') return plain;
  return Array.from(plain, (part) => CONFUSABLES.get(part) ?? part).join('');
}

/** Decimal digits come in runs of ten from 0 to 9 (Unicode, section 4.6), so the place in the run is the value. */
function decimalDigit(code: number): string {
  let before = 0;
  while (before < 60 && DIGIT.test(String.fromCodePoint(code - before - 1))) before++;
  return String(before % 10);
}
