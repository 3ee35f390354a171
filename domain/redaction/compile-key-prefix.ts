const BYTES = 256;
const MAX_UNITS = 64;
const PIECE = /(\\[dw]|\\[^dw]|\[(?:\\.|[^\]\\])+\]|[^\\[\](){}|?*+.^$])(?:\{(\d{1,3})(?:,(\d{0,3}))?\})?/y;

/**
 * What every text that a pattern of a key (compile-key-pattern.ts) fits begins with: for each of its first units, the
 * bytes that it may be. It ends where the pattern can go on in more than one way.
 */
export type KeyPrefix = readonly Uint8Array[];

/** Reads the beginning of a pattern. */
export function compileKeyPrefix(pattern: string): KeyPrefix {
  const prefix: Uint8Array[] = [];
  for (let at = 0; at < pattern.length && prefix.length < MAX_UNITS; ) {
    PIECE.lastIndex = at;
    const match = PIECE.exec(pattern);
    // A group, or a piece that may be left out.
    if (match === null || '?*+'.includes(pattern.charAt(PIECE.lastIndex) || ' ')) break;
    const [whole, unit = '', least, most] = match;
    at += whole.length;
    const fits = new RegExp(`^${unit}$`);
    const bytes = Uint8Array.from({ length: BYTES }, (_, byte) =>
      fits.test(String.fromCharCode(byte)) ? 1 : 0,
    );
    for (let times = 0; times < Number(least ?? 1) && prefix.length < MAX_UNITS; times++) prefix.push(bytes);
    if (most !== undefined && most !== least) break;
  }
  return prefix;
}

/** Whether the bytes from `at` on begin like this. */
export function hasKeyPrefix(bytes: Uint8Array, at: number, end: number, prefix: KeyPrefix): boolean {
  if (at + prefix.length > end) return false;
  for (let unit = 0; unit < prefix.length; unit++) {
    if (prefix[unit]?.[bytes[at + unit] as number] !== 1) return false;
  }
  return true;
}
