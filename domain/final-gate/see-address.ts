import { isAlnumByte, isLetterByte } from './byte-classes.ts';

const DOT = 0x2e;
const DASH = 0x2d;
const AT = 0x40;
const COLON = 0x3a;
const SLASH = 0x2f;
const LONGEST_DOMAIN = 255;
const SHORTEST_TOP_LEVEL = 2;
/** What ends the part of an address before its host. */
const USER_STOPS = new Set(Array.from('/ \t\n\r\f\v?#"\'<>`\\', (char) => char.charCodeAt(0)));

/** Whether the `@` at `at` stands in an e-mail address: a letter or digit before it, behind it a domain with a dot. */
export function seesEmail(bytes: Uint8Array, at: number, start: number, end: number): boolean {
  if (at === start || !isAlnumByte(bytes[at - 1])) return false;
  const limit = Math.min(end, at + 1 + LONGEST_DOMAIN);
  let labels = 0;
  let labelStart = at + 1;
  let isWord = true;
  for (let next = labelStart; next <= limit; next++) {
    const byte = next < limit ? bytes[next] : undefined;
    if (isAlnumByte(byte) || byte === DASH) {
      isWord &&= isLetterByte(byte);
      continue;
    }
    if (next === labelStart) return false;
    labels++;
    // What another script goes on with may be the rest of the label.
    const isWhole = byte === undefined || byte < 0x80;
    if (labels > 1 && isWhole && isWord && next - labelStart >= SHORTEST_TOP_LEVEL) return true;
    if (byte !== DOT) return false;
    labelStart = next + 1;
    isWord = true;
  }
  return false;
}

/** Whether a URL with user and password begins at the `:` at `at`: `://user:password@`. */
export function seesPasswordUrl(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at + 1] !== SLASH || bytes[at + 2] !== SLASH) return false;
  const from = at + 3;
  let colon = -1;
  let userEnd = -1;
  for (let next = from; next < end; next++) {
    const byte = bytes[next] as number;
    if (byte >= 0x80 || USER_STOPS.has(byte)) break;
    if (byte === COLON && colon < 0) colon = next;
    if (byte === AT) userEnd = next;
  }
  return colon > from && userEnd > colon + 1 && bytes[userEnd - 1] !== COLON;
}
