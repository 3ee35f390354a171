import { createHash } from 'node:crypto';

const LETTER_OR_NUMBER = /[\p{L}\p{N}]/u;

/** True for `0`–`9` (other digits are folded to these before any rule runs). */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** True for `a`–`z` and `A`–`Z`. */
export function isAsciiLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}

/** True for an ASCII letter or digit. False for NaN, which `charCodeAt` gives beyond either end. */
export function isAsciiAlnum(code: number): boolean {
  return isDigit(code) || isAsciiLetter(code);
}

/** True for `0`–`9`, `a`–`f` and `A`–`F`. */
export function isHexDigit(code: number): boolean {
  const lower = code | 32;
  return isDigit(code) || (lower >= 97 && lower <= 102);
}

/** Scripts written without spaces: a letter of theirs beside a Latin address is not part of the address. */
export function isUnspacedScript(code: number): boolean {
  return (code >= 0x0e00 && code <= 0x0eff) || (code >= 0x1100 && code <= 0x11ff) || isEastAsian(code);
}

function isEastAsian(code: number): boolean {
  return (code >= 0x2e80 && code <= 0xd7ff) || (code >= 0xf900 && code <= 0xfaff);
}

/**
 * True for a letter or digit of any script. A lone half of a surrogate pair counts as one, so that letters beyond
 * the Basic Multilingual Plane are never split.
 */
export function isWordUnit(code: number): boolean {
  if (code < 0x80 || Number.isNaN(code)) return isAsciiAlnum(code);
  return (code >= 0xd800 && code <= 0xdfff) || LETTER_OR_NUMBER.test(String.fromCharCode(code));
}

const CLASSES = [/\p{L}/u, /\p{N}/u, /\p{Sc}/u];
const LAST_ASSIGNED_PLANE_END = 0x3ffff;

/** Digest (hex) of the runtime's Unicode classes, as far as rules lean on them: they change with its Unicode version. */
export function unicodeClassDigest(): string {
  const hash = createHash('sha256');
  for (const pattern of CLASSES) {
    let boundaries = '';
    let inside = false;
    for (let code = 0; code <= LAST_ASSIGNED_PLANE_END; code++) {
      if (pattern.test(String.fromCodePoint(code)) === inside) continue;
      inside = !inside;
      boundaries += `${code};`;
    }
    hash.update(`${pattern.source}:${boundaries}`);
  }
  return hash.digest('hex');
}
