import { type Code, get, set, v128 } from '../wasm/wasm-encoding.ts';

/**
 * Turns four vectors of four 32-bit integers from rows to columns, and the bytes of every integer around: SHA-256 is
 * big-endian, WebAssembly is not.
 * @param columns the 4 locals to write; may be `rows`.
 * @param halves 4 locals to work with.
 */
export function transposeWords(
  rows: readonly number[],
  columns: readonly number[],
  halves: readonly number[],
): Code {
  const [a = [], b = [], c = [], d = []] = rows.map(get);
  const pairs = [
    v128.shuffle(a, b, pickWords(0, 4, 1, 5)),
    v128.shuffle(c, d, pickWords(0, 4, 1, 5)),
    v128.shuffle(a, b, pickWords(2, 6, 3, 7)),
    v128.shuffle(c, d, pickWords(2, 6, 3, 7)),
  ];
  const [abLow = [], cdLow = [], abHigh = [], cdHigh = []] = halves.map(get);
  const joined = [
    v128.shuffle(abLow, cdLow, pickWords(0, 1, 4, 5)),
    v128.shuffle(abLow, cdLow, pickWords(2, 3, 6, 7)),
    v128.shuffle(abHigh, cdHigh, pickWords(0, 1, 4, 5)),
    v128.shuffle(abHigh, cdHigh, pickWords(2, 3, 6, 7)),
  ];
  return [
    ...halves.flatMap((local, i) => set(local, pairs[i] ?? [])),
    ...columns.flatMap((local, i) => set(local, v128.swizzle(joined[i] ?? [], REVERSE_BYTES))),
  ];
}

const REVERSE_BYTES = v128.const([3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12]);

/** Bytes of the chosen 32-bit integers, for `shuffle`: 0 to 3 are the left operand's, 4 to 7 the right one's. */
function pickWords(...words: readonly number[]): Code {
  return words.flatMap((word) => [4 * word, 4 * word + 1, 4 * word + 2, 4 * word + 3]);
}
