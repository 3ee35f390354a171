import { createHash } from 'node:crypto';
import { LOOK_ALIKES } from './look-alikes.ts';

/** Text as the rules see it, and the way back to the text as it was sent. */
export interface FoldedText {
  readonly text: string;
  /** Original offset at which the folded unit's code point starts. */
  originalStart(unit: number): number;
  /** Original offset just after the code point that the folded unit came from. */
  originalEnd(unit: number): number;
}

const ASCII_ONLY = /^[\0-\x7f]*$/;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{M}]/gu;
const DIGIT = /\p{Nd}/u;
const DASH = /[\p{Pd}\u2212]/gu;
const SPACE = /\p{Zs}/gu;

const CONFUSABLES = new Map<string, string>(
  Object.entries(LOOK_ALIKES).flatMap(([plain, alike]) =>
    Array.from(alike, (char) => [char, plain] as const),
  ),
);

const foldedByCode = new Map<number, string>();

/**
 * Folds what looks alike to what the rules expect: NFKD (compatibility forms as in NFKC, and no accents),
 * invisible and combining characters away, digits of every script to ASCII, dashes, spaces and common homoglyphs
 * too. Each code point is folded for itself, so every folded unit knows the whole code point it came from.
 */
export function foldText(text: string): FoldedText {
  if (ASCII_ONLY.test(text)) return { text, originalStart: (unit) => unit, originalEnd: (unit) => unit + 1 };
  const starts: number[] = [];
  const ends: number[] = [];
  let folded = '';
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at) ?? 0;
    const next = at + (code > 0xffff ? 2 : 1);
    const piece = code < 0x80 ? text.charAt(at) : foldCodePoint(code);
    for (let unit = 0; unit < piece.length; unit++) {
      starts.push(at);
      ends.push(next);
    }
    folded += piece;
    at = next;
  }
  return {
    text: folded,
    originalStart: (unit) => starts[unit] ?? text.length,
    originalEnd: (unit) => ends[unit] ?? text.length,
  };
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

function foldCodePoint(code: number): string {
  // Ideographs and Hangul syllables carry no ASCII look-alikes; they would only fill the cache.
  if ((code >= 0x3400 && code <= 0x9fff) || (code >= 0xac00 && code <= 0xdfff))
    return String.fromCharCode(code);
  if (code > 0xffff) return computeFold(code);
  let folded = foldedByCode.get(code);
  if (folded === undefined) {
    folded = computeFold(code);
    foldedByCode.set(code, folded);
  }
  return folded;
}

function computeFold(code: number): string {
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
