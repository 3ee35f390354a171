import { Buffer } from 'node:buffer';
import { isAlnumByte, isDigitByte, isEdge, isTokenByte, isUpperByte } from './byte-classes.ts';

const DOT = 0x2e;
const ACCESS_KEY_UNITS = 16;
const SOURCE_KEY_UNITS = 20;
const JWT_HEAD_UNITS = 8;
const JWT_BODY_UNITS = 8;
const LONGEST_KEY_KIND = 40;

const KEY_BEGIN = Buffer.from('-----BEGIN ');
const KEY_ENDS = ['PRIVATE KEY-----', 'PRIVATE KEY BLOCK-----'].map((text) => Buffer.from(text));

/** Whether the `K` at `at` is that of an access key id of AWS: `AKIA…`. */
export function seesAccessKey(bytes: Uint8Array, at: number, start: number, end: number): boolean {
  const from = at - 1;
  if (from < start || bytes[from] !== 0x41 || bytes[at + 1] !== 0x49 || bytes[at + 2] !== 0x41) return false;
  if (from > start && !isEdge(bytes[from - 1])) return false;
  const behind = from + 4 + ACCESS_KEY_UNITS;
  if (behind > end) return false;
  for (let next = from + 4; next < behind; next++)
    if (!isDigitByte(bytes[next]) && !isUpperByte(bytes[next])) return false;
  return true;
}

/** Whether the `_` at `at` is that of a token of GitHub: `ghp_` and the like. */
export function seesSourceKey(bytes: Uint8Array, at: number, start: number, end: number): boolean {
  const from = at - 3;
  if (from < start || bytes[from] !== 0x67 || bytes[from + 1] !== 0x68) return false;
  if (!'opsur'.includes(String.fromCharCode(bytes[from + 2] as number))) return false;
  if (from > start && !isEdge(bytes[from - 1])) return false;
  let next = at + 1;
  let hasDigit = false;
  for (; next < end && isAlnumByte(bytes[next]); next++) hasDigit ||= isDigitByte(bytes[next]);
  return hasDigit && next - at > SOURCE_KEY_UNITS;
}

/** Whether the `J` at `at` is the third unit of a JSON web token: `eyJ…`, a dot, and more. */
export function seesJwt(bytes: Uint8Array, at: number, start: number, end: number): boolean {
  const from = at - 2;
  if (from < start || bytes[from] !== 0x65 || bytes[at - 1] !== 0x79) return false;
  // Only at the beginning of a run: one head after the other would make it read again for each.
  if (from > start && isTokenByte(bytes[from - 1])) return false;
  let next = at + 1;
  while (next < end && isTokenByte(bytes[next])) next++;
  if (next - from < JWT_HEAD_UNITS || bytes[next] !== DOT || next >= end) return false;
  const body = next + 1;
  next = body;
  while (next < end && isTokenByte(bytes[next])) next++;
  return next - body >= JWT_BODY_UNITS;
}

/** Whether the `V` at `at` is that of a private key's first line: `-----BEGIN … PRIVATE KEY-----`. */
export function seesKeyBlock(bytes: Uint8Array, at: number, start: number, end: number): boolean {
  const kind = at - 'PRI'.length;
  if (!KEY_ENDS.some((text) => holdsAt(bytes, kind, end, text))) return false;
  for (let from = kind - KEY_BEGIN.length; from >= start && from >= kind - LONGEST_KEY_KIND; from--) {
    if (holdsAt(bytes, from, end, KEY_BEGIN)) return true;
    const last = bytes[from + KEY_BEGIN.length - 1];
    if (!isUpperByte(last) && !isDigitByte(last) && last !== 0x20) return false;
  }
  return false;
}

function holdsAt(bytes: Uint8Array, at: number, end: number, text: Uint8Array): boolean {
  if (at < 0 || at + text.length > end) return false;
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return false;
  return true;
}
