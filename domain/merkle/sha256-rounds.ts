import { type Code, get, set } from '../wasm/wasm-encoding.ts';

/** How a module computes with SHA-256's words: one word at a time, or one word of several messages at once. */
export interface WordArithmetic {
  constant(word: number): Code;
  add(left: Code, right: Code): Code;
  and(left: Code, right: Code): Code;
  xor(left: Code, right: Code): Code;
  shiftRight(word: Code, bits: number): Code;
  rotateRight(word: Code, bits: number): Code;
}

const ROUNDS = 64;

/** The hash of nothing yet: fractions of the square roots of the first 8 primes (FIPS 180-4, 5.3.3). */
export const INITIAL_STATE: readonly number[] = firstPrimes(8).map((prime) => fraction(Math.sqrt(prime)));
/** One for each round: fractions of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2). */
export const ROUND_CONSTANTS: readonly number[] = firstPrimes(ROUNDS).map((prime) =>
  fraction(Math.cbrt(prime)),
);

/**
 * SHA-256's compression of one block (FIPS 180-4, 6.2.2), unrolled.
 * @param state the 8 locals a to h; the block is added to the hash that they hold.
 * @param block the 16 locals that hold the block's words; overwritten.
 * @param before 8 locals to work with.
 */
export function compressBlock(
  words: WordArithmetic,
  state: readonly number[],
  block: readonly number[],
  before: readonly number[],
): Code {
  const code: number[] = [];
  for (const [i, local] of state.entries()) code.push(...set(at(before, i), get(local)));
  for (let round = 0; round < ROUNDS; round++) {
    if (round >= block.length) code.push(...expandWord(words, block, round));
    code.push(...mixWord(words, state, round, get(at(block, round))));
  }
  for (const [i, local] of state.entries())
    code.push(...set(local, words.add(get(local), get(at(before, i)))));
  return code;
}

/** W[t] = σ1(W[t-2]) + W[t-7] + σ0(W[t-15]) + W[t-16], in the place of W[t-16]. */
function expandWord(words: WordArithmetic, block: readonly number[], round: number): Code {
  const { add, xor, shiftRight, rotateRight } = words;
  const word = (back: number) => get(at(block, round - back));
  const sigma = (x: Code, a: number, b: number, shift: number) =>
    xor(xor(rotateRight(x, a), rotateRight(x, b)), shiftRight(x, shift));
  const sum = add(add(word(16), sigma(word(15), 7, 18, 3)), add(word(7), sigma(word(2), 17, 19, 10)));
  return set(at(block, round), sum);
}

/** One round. The locals are not shifted from a to h: the names move on by one instead, and are back after 8. */
function mixWord(words: WordArithmetic, state: readonly number[], round: number, word: Code): Code {
  const { add, and, xor, rotateRight } = words;
  const local = (letter: number) => at(state, letter - round);
  const [a = [], b = [], c = [], d = [], e = [], f = [], g = [], h = []] = state.map((_, letter) =>
    get(local(letter)),
  );
  const sum = (x: Code, i: number, j: number, k: number) =>
    xor(xor(rotateRight(x, i), rotateRight(x, j)), rotateRight(x, k));
  const choice = xor(g, and(e, xor(f, g)));
  // (a ∧ b) ⊕ (a ∧ c) ⊕ (b ∧ c) in a form of which a compiler has b ⊕ c from the round before.
  const majority = xor(b, and(xor(a, b), xor(b, c)));
  const keyed = add(words.constant(ROUND_CONSTANTS[round] ?? 0), word);
  return [
    ...set(local(7), add(add(add(h, sum(e, 6, 11, 25)), choice), keyed)),
    ...set(local(3), add(d, h)),
    ...set(local(7), add(h, add(sum(a, 2, 13, 22), majority))),
  ];
}

/** `locals[index]`, counted around the ring in both directions. */
function at(locals: readonly number[], index: number): number {
  return locals.at(index % locals.length) ?? 0;
}

/** The first 32 bits of a number's fraction. */
function fraction(value: number): number {
  return Math.floor((value % 1) * 2 ** 32);
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++)
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  return primes;
}
