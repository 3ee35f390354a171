import { Buffer } from 'node:buffer';
import { foldCodePoint, foldPageOf, NOTHING, placeInPage, SEVERAL } from './fold-code-point.ts';

/** Text as the rules see it, and the way back to the text as it was sent. */
export interface FoldedText {
  readonly text: string;
  /** Original offset at which the folded unit's code point starts. */
  originalStart(unit: number): number;
  /** Original offset just after the code point that the folded unit came from. */
  originalEnd(unit: number): number;
}

const ASCII_ONLY = /^[\0-\x7f]*$/;
const FIRST_NON_ASCII = 0x80;
/** No code point folds to more units (U+FDFA). */
const LONGEST_FOLD = 18;

/**
 * Folds what looks alike to what the rules expect: NFKD (compatibility forms as in NFKC, and no accents),
 * invisible and combining characters away, digits of every script to ASCII, dashes, spaces and common homoglyphs
 * too. Each code point is folded for itself, so every folded unit knows the whole code point it came from.
 */
export function foldText(text: string): FoldedText {
  if (ASCII_ONLY.test(text)) return { text, originalStart: (unit) => unit, originalEnd: (unit) => unit + 1 };
  let places: Places | undefined;
  const placesOf = (): Places => {
    places ??= findPlaces(text);
    return places;
  };
  return {
    text: foldUnits(text),
    originalStart: (unit) => placesOf().starts[unit] ?? text.length,
    originalEnd: (unit) => placesOf().ends[unit] ?? text.length,
  };
}

/** Folded units as bytes: one each while they fit, and two each, the lower first. Reused; they grow with the texts. */
let narrow = Buffer.alloc(0);
let wide = Buffer.alloc(0);

function foldUnits(text: string): string {
  let room = 0;
  let isWide = false;
  let count = 0;
  for (let at = 0; at < text.length; ) {
    if (count + LONGEST_FOLD > room) room = makeRoom(text.length + count + LONGEST_FOLD);
    let code = text.charCodeAt(at++);
    if (code >= FIRST_NON_ASCII) {
      if (isPairAt(text, at - 1, code)) code = text.codePointAt(at++ - 1) ?? 0;
      const unit = foldPageOf(code).units[placeInPage(code)] as number;
      if (unit === NOTHING) continue;
      if (unit === SEVERAL) {
        const folded = foldCodePoint(code);
        for (let index = 0; index < folded.length; index++) {
          const each = folded.charCodeAt(index);
          if (each > 0xff) isWide = true;
          count = putUnit(count, each);
        }
        continue;
      }
      code = unit;
      if (code > 0xff) isWide = true;
    }
    count = putUnit(count, code);
  }
  return isWide ? wide.toString('utf16le', 0, 2 * count) : narrow.toString('latin1', 0, count);
}

function putUnit(count: number, unit: number): number {
  narrow[count] = unit;
  wide[2 * count] = unit;
  wide[2 * count + 1] = unit >> 8;
  return count + 1;
}

/** Room for so many units at least, what was written kept. */
function makeRoom(units: number): number {
  if (narrow.length < units) {
    const [oldNarrow, oldWide] = [narrow, wide];
    narrow = Buffer.alloc(2 * units);
    wide = Buffer.alloc(4 * units);
    oldNarrow.copy(narrow);
    oldWide.copy(wide);
  }
  return narrow.length;
}

interface Places {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Where each folded unit came from. Only asked for where something is cut. */
function findPlaces(text: string): Places {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at) ?? 0;
    const next = at + (code > 0xffff ? 2 : 1);
    const units = code < FIRST_NON_ASCII ? 1 : foldedUnits(code);
    for (let unit = 0; unit < units; unit++) {
      starts.push(at);
      ends.push(next);
    }
    at = next;
  }
  return { starts, ends };
}

function foldedUnits(code: number): number {
  const unit = foldPageOf(code).units[placeInPage(code)] as number;
  if (unit === NOTHING) return 0;
  return unit === SEVERAL ? foldCodePoint(code).length : 1;
}

function isPairAt(text: string, at: number, code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
}
