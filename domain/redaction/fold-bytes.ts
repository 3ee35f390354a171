import { Buffer } from 'node:buffer';
import {
  foldCodePoint,
  foldPageOf,
  NOTHING,
  placeInPage,
  SEVERAL_SHAPES,
  shapeOf,
} from './fold-code-point.ts';

const FIRST_NON_ASCII = 0x80;
/** No code point folds to more units (U+FDFA). */
const LONGEST_FOLD = 18;
/** What code points of the Basic Multilingual Plane fold to, noted when first met. */
const BASIC_CODES = 0x10000;
const UNKNOWN = 0xfe;
const SHAPES = new Uint8Array(BASIC_CODES).fill(UNKNOWN);
/** What foldBytes answers when the bytes are no UTF-8. */
export const MALFORMED = -1;

/** Reused; grows with the texts. A Buffer, as what callers send mostly is: then the loops see one kind of array. */
let folded: Uint8Array = Buffer.alloc(4096);

/** The bytes that the last call of foldBytes made, from 0 on. The next call writes over them. */
export function foldedBytes(): Uint8Array {
  return folded;
}

/**
 * Folds UTF-8 as foldText folds its text, into one byte for each folded unit: ASCII as it is, one of three
 * values for the rest (fold-code-point.ts), which no rule knows one by one. So an offset here is an offset in the folded text.
 * @returns how many there are, MALFORMED when the bytes are no UTF-8
 */
export function foldBytes(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  let out = makeRoom(0, end - start + LONGEST_FOLD);
  for (let at = start; at < end; ) {
    // The rest of the bytes, each one unit at most, and one long fold always fit.
    const lead = bytes[at] as number;
    if (lead < FIRST_NON_ASCII) {
      out[count++] = lead;
      at++;
      continue;
    }
    const code = decodeSequence(bytes, at, end);
    if (code === MALFORMED) return MALFORMED;
    at += code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    const known = code < BASIC_CODES ? (SHAPES[code] as number) : UNKNOWN;
    const shape = known === UNKNOWN ? shapeOfCode(code) : known;
    if (shape === SEVERAL_SHAPES) {
      for (const unit of foldCodePoint(code).split('')) out[count++] = shapeOf(unit.charCodeAt(0));
      if (out.length - count < end - at + LONGEST_FOLD) out = makeRoom(count, end - at + LONGEST_FOLD);
    } else if (shape !== NOTHING) {
      out[count++] = shape;
    }
  }
  return count;
}

function shapeOfCode(code: number): number {
  const shape = foldPageOf(code).shapes[placeInPage(code)] as number;
  if (code < BASIC_CODES) SHAPES[code] = shape;
  return shape;
}

function makeRoom(kept: number, more: number): Uint8Array {
  if (folded.length < kept + more) {
    const grown = Buffer.alloc(2 * (kept + more));
    grown.set(folded.subarray(0, kept));
    folded = grown;
  }
  return folded;
}

/** The code point that a sequence encodes (RFC 3629: shortest form, no surrogates); MALFORMED when it is none. */
function decodeSequence(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] as number;
  if (lead >= 0xc2 && lead < 0xe0 && at + 1 < end) {
    const last = bytes[at + 1] as number;
    return (last & 0xc0) === 0x80 ? ((lead & 0x1f) << 6) | (last & 0x3f) : MALFORMED;
  }
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > end) return MALFORMED;
  let code = lead & (0x7f >> length);
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index] as number;
    if ((byte & 0xc0) !== 0x80) return MALFORMED;
    code = (code << 6) | (byte & 0x3f);
  }
  if (length === 3 && (code < 0x800 || (code >= 0xd800 && code <= 0xdfff))) return MALFORMED;
  return length === 4 && (code < 0x10000 || code > 0x10ffff) ? MALFORMED : code;
}
