/** What is looked for: bytes, whatever the case of their letters. */
export interface Pattern {
  /** Whose trace it is. */
  readonly id: number;
  /** At least 8 bytes. */
  readonly bytes: Uint8Array;
  /** Digits, which must not be the middle of a longer number. */
  readonly isNumber: boolean;
  /** A second look at what stands there, for a form that leaves a part of the value open. */
  readonly confirm?: (bytes: Uint8Array, at: number) => boolean;
}

export interface ByteSearch {
  readonly longest: number;
  /** Calls `found` for every place in `bytes` where a pattern stands, with the place. */
  scan(bytes: Uint8Array, found: (id: number, at: number) => void): void;
}

const WINDOW = 8;
const FILTER_BITS = 24;
/** Letters lose their case, and the two alphabets of base64 become one. */
const FOLD = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x41 && byte <= 0x5a) return byte + 32;
  if (byte === 0x2d) return 0x2b;
  return byte === 0x5f ? 0x2f : byte;
});

type Folded = Pattern & { readonly bytes: Uint8Array };

/**
 * A search for many patterns in one pass: the last 8 bytes before each place, as two words, are looked up in a bit
 * filter, and what passes it is compared in full. The cost per byte does not depend on how many patterns there are.
 */
export function createByteSearch(patterns: readonly Pattern[]): ByteSearch {
  const filter = new Uint8Array(2 ** (FILTER_BITS - 3));
  const byHash = new Map<number, Folded[]>();
  let longest = 0;
  for (const pattern of patterns) {
    const { bytes } = pattern;
    if (bytes.length < WINDOW) throw new Error(`search: a pattern of ${bytes.length} bytes is too short`);
    const folded = bytes.map((byte) => FOLD[byte] ?? 0);
    const hash = hashOf(wordAt(folded, folded.length - 8), wordAt(folded, folded.length - 4));
    const bit = hash >>> (32 - FILTER_BITS);
    filter[bit >>> 3] = (filter[bit >>> 3] ?? 0) | (1 << (bit & 7));
    const same = byHash.get(hash);
    const entry = { ...pattern, bytes: folded };
    if (same === undefined) byHash.set(hash, [entry]);
    else same.push(entry);
    longest = Math.max(longest, bytes.length);
  }
  return {
    longest,
    scan: (bytes, found) => {
      let first = 0;
      let second = 0;
      for (let at = 0; at < bytes.length; at++) {
        first = (first << 8) | (second >>> 24);
        second = (second << 8) | (FOLD[bytes[at] as number] as number);
        const hash = hashOf(first, second);
        const bit = hash >>> (32 - FILTER_BITS);
        if (((filter[bit >>> 3] as number) & (1 << (bit & 7))) === 0) continue;
        for (const pattern of byHash.get(hash) ?? []) {
          const start = at + 1 - pattern.bytes.length;
          if (standsAt(bytes, start, pattern)) found(pattern.id, start);
        }
      }
    },
  };
}

function hashOf(first: number, second: number): number {
  const mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 0;
}

function wordAt(bytes: Uint8Array, at: number): number {
  let word = 0;
  for (let i = 0; i < 4; i++) word = (word << 8) | (bytes[at + i] ?? 0);
  return word;
}

function standsAt(bytes: Uint8Array, start: number, { bytes: wanted, isNumber, confirm }: Folded): boolean {
  if (start < 0) return false;
  for (let i = 0; i < wanted.length; i++) {
    if (FOLD[bytes[start + i] as number] !== wanted[i]) return false;
  }
  if (confirm?.(bytes, start) === false) return false;
  return !isNumber || !(isDigit(bytes[start - 1]) || isDigit(bytes[start + wanted.length]));
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
