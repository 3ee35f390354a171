import { compileKeyPrefix, hasKeyPrefix, type KeyPrefix } from './compile-key-prefix.ts';
import { GATE } from './gate-text.ts';
import { DEFAULT_KEYS } from './key-patterns.ts';
import { CUE, cuesNear } from './note-cues.ts';

/** The fewest of them that are read so when they are filled up with `=`. */
const MIN_FILLED_UNITS = 10;
/** The fewest units that are read as base64 or as hexadecimal text. */
export const MIN_UNITS = 15;
/** The fewest units of a key that only the words around it tell, of an alphabet with dots. */
const MIN_TOKEN_UNITS = 20;
/** Changes that the end of a token may add to what is seen of it. */
const SLACK = 2;
/** So far into a run it may begin behind a name or a path. */
const MAX_NAME_UNITS = 80;
/** What the first units say is enough: what is not text shows it there. */
const SAMPLE_BYTES = 8;
const SAMPLE_QUADS = 3;
const NO_UNIT = 0xff;
const BYTES = 256;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** Values of the units of both alphabets (RFC 4648, sections 4 and 5), and of hexadecimal digits. */
const BASE64_VALUES = new Uint8Array(BYTES).fill(NO_UNIT);
const HEX_VALUES = new Uint8Array(BYTES).fill(NO_UNIT);
for (const [value, unit] of Array.from(ALPHABET).entries()) BASE64_VALUES[unit.charCodeAt(0)] = value;
for (const unit of '+-') BASE64_VALUES[unit.charCodeAt(0)] = 62;
for (const unit of '/_') BASE64_VALUES[unit.charCodeAt(0)] = 63;
for (const [value, unit] of Array.from('0123456789abcdef').entries()) {
  HEX_VALUES[unit.charCodeAt(0)] = value;
  HEX_VALUES[unit.toUpperCase().charCodeAt(0)] = value;
}
const [EQUALS, PLUS, DOT, SLASH, DASH, UNDERSCORE, ZERO, LOWER_X, UPPER_X, TAB, NEWLINE, RETURN] = [
  61, 43, 46, 47, 45, 95, 48, 120, 88, 9, 10, 13,
];
const [FIRST_PRINTABLE, DELETE] = [0x20, 0x7f];

/** Small letters, capitals, digits, signs. */
const KINDS = Uint8Array.from({ length: BYTES }, (_, byte) =>
  byte >= 97 ? 1 : byte >= 65 ? 2 : byte >= 48 && byte <= 57 ? 3 : 4,
);
/** 1 for what keys are written in. */
export const TOKEN_UNITS = BASE64_VALUES.map((value) => (value === NO_UNIT ? 0 : 1));
for (const unit of '.~') TOKEN_UNITS[unit.charCodeAt(0)] = 1;

/** How the keys begin that no literal tells. */
const KEY_PREFIXES: readonly KeyPrefix[] = DEFAULT_KEYS.filter(({ hints }) => hints.length === 0).map(
  ({ pattern }) => compileKeyPrefix(pattern),
);

/**
 * What runs of letters and digits may be: GATE.base64 for text in base64 or in hexadecimal digits (decode-base64.ts),
 * read from the beginning or from behind one of the first signs; GATE.keyRun for a key that no hint tells; GATE.context
 * for a random one near a word for secrets, which must have been noted. Hashes, ids and long names are none of these.
 * @param bytes folded text (fold-bytes.ts), `start` to `end`, the end not included
 */
export function gateRuns(bytes: Uint8Array, start: number, end: number): number {
  let bits = 0;
  // A run that is long enough holds one of the places that are looked at.
  for (let probe = start + MIN_FILLED_UNITS - 1; probe < end; probe += MIN_FILLED_UNITS) {
    if (TOKEN_UNITS[bytes[probe] as number] === 0) continue;
    let from = probe;
    while (from > start && TOKEN_UNITS[bytes[from - 1] as number] === 1) from--;
    let to = probe + 1;
    while (to < end && TOKEN_UNITS[bytes[to] as number] === 1) to++;
    if (to - from >= MIN_FILLED_UNITS) {
      bits |= gateToken(bytes, from, to, end);
      if (
        to - from >= MIN_TOKEN_UNITS &&
        (cuesNear(from, to) & CUE.secret) !== 0 &&
        looksRandom(bytes, from, to)
      )
        bits |= GATE.context;
    }
    // Behind the run is no unit, so that nothing before its next probe is missed.
    probe = to;
  }
  return bits;
}

/** Judges the parts of a token that are of one of the alphabets. */
function gateToken(bytes: Uint8Array, from: number, to: number, end: number): number {
  let bits = 0;
  for (let at = from; at < to; ) {
    let last = at;
    while (last < to && BASE64_VALUES[bytes[last] as number] !== NO_UNIT) last++;
    if (last - at >= MIN_UNITS || (last - at >= MIN_FILLED_UNITS && last < end && bytes[last] === EQUALS)) {
      if (mayBeText(bytes, at, last)) bits |= GATE.base64;
      if (isPrefixed(bytes, at, end)) bits |= GATE.keyRun;
    }
    at = last + 1;
  }
  return bits;
}

/** The units with which any of them begins. */
const KEY_STARTS = Uint8Array.from({ length: BYTES }, (_, byte) =>
  KEY_PREFIXES.some((prefix) => prefix[0]?.[byte] !== 0) ? 1 : 0,
);

function isPrefixed(bytes: Uint8Array, at: number, end: number): boolean {
  if (KEY_STARTS[bytes[at] as number] === 0) return false;
  for (const prefix of KEY_PREFIXES) if (hasKeyPrefix(bytes, at, end, prefix)) return true;
  return false;
}

/** Digits, small letters and capitals in often changing order (looksRandom in find-context-secrets.ts). */
export function looksRandom(bytes: Uint8Array, from: number, to: number): boolean {
  let digits = 0;
  let small = 0;
  let capitals = 0;
  let changes = SLACK;
  let dots = 0;
  let previous = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    const kind = KINDS[byte] as number;
    if (kind === 1) small++;
    else if (kind === 2) capitals++;
    else if (kind === 3) digits++;
    else if (byte === DOT) dots++;
    if (kind !== previous) changes++;
    previous = kind;
  }
  return digits > 0 && capitals > 1 && small > 1 && changes * 4 >= to - from - dots;
}

/** Whether a run of 15 units or more may be text. */
function mayBeText(bytes: Uint8Array, from: number, to: number): boolean {
  if (startsBase64Text(bytes, from, to) || startsHexText(bytes, from, to)) return true;
  const limit = Math.min(to - MIN_UNITS, from + MAX_NAME_UNITS);
  for (let at = from; at < limit; at++) {
    if (isSign(bytes[at] as number) && startsBase64Text(bytes, at + 1, to)) return true;
  }
  return false;
}

function isSign(byte: number): boolean {
  return byte === SLASH || byte === DASH || byte === UNDERSCORE || byte === PLUS;
}

const sample = new Uint8Array(SAMPLE_BYTES + 1);

/** The first 12 units make 9 bytes; fewer units make fewer. */
function startsBase64Text(bytes: Uint8Array, from: number, to: number): boolean {
  const quads = Math.min(SAMPLE_QUADS, (to - from) >> 2);
  for (let quad = 0; quad < quads; quad++) {
    const at = from + 4 * quad;
    const made = 3 * quad;
    const one = BASE64_VALUES[bytes[at] as number] as number;
    const two = BASE64_VALUES[bytes[at + 1] as number] as number;
    const three = BASE64_VALUES[bytes[at + 2] as number] as number;
    const four = BASE64_VALUES[bytes[at + 3] as number] as number;
    sample[made] = (one << 2) | (two >> 4);
    // Most of what is no text is no text from its first byte on.
    if (made === 0 && isNoStart(sample[0] as number)) return false;
    sample[made + 1] = (two << 4) | (three >> 2);
    sample[made + 2] = (three << 6) | four;
  }
  return isTextual(sample, 3 * quads);
}

function startsHexText(bytes: Uint8Array, from: number, to: number): boolean {
  const second = bytes[from + 1] as number;
  const isPrefixed = bytes[from] === ZERO && (second === LOWER_X || second === UPPER_X);
  const start = isPrefixed ? from + 2 : from;
  const count = Math.min(SAMPLE_BYTES, (to - start) >> 1);
  for (let at = 0; at < count; at++) {
    const high = HEX_VALUES[bytes[start + 2 * at] as number] as number;
    const low = HEX_VALUES[bytes[start + 2 * at + 1] as number] as number;
    if (high === NO_UNIT || low === NO_UNIT) return false;
    sample[at] = (high << 4) | low;
    if (at === 0 && isNoStart(sample[0] as number)) return false;
  }
  return isTextual(sample, count);
}

/** A byte with which no UTF-8 text starts. */
function isNoStart(byte: number): boolean {
  return (byte >= 0x80 && byte < 0xc2) || byte > 0xf4;
}

/** Whether bytes may begin a text: UTF-8 as far as they go, with one odd control character at most. */
function isTextual(bytes: Uint8Array, count: number): boolean {
  let odd = 0;
  for (let at = 0; at < count; ) {
    const lead = bytes[at++] as number;
    if (lead < 0x80) {
      const isBlank = lead === TAB || lead === NEWLINE || lead === RETURN;
      if (((lead < FIRST_PRINTABLE && !isBlank) || lead === DELETE) && ++odd > 1) return false;
      continue;
    }
    if (isNoStart(lead)) return false;
    const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    for (let index = 1; index < length && at < count; index++) {
      if (((bytes[at++] as number) & 0xc0) !== 0x80) return false;
    }
  }
  return true;
}
