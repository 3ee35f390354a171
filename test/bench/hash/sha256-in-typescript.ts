import { INITIAL_STATE, ROUND_CONSTANTS } from '../../../domain/merkle/sha256-rounds.ts';

const constants = Int32Array.from(ROUND_CONSTANTS, (word) => word | 0);
const words = new Int32Array(64);

/** SHA-256 of one padded message (FIPS 180-4, 6.2.2) in TypeScript alone: a candidate, measured and not chosen. */
export function hashPadded(message: Uint8Array, bytes: number, out: Uint8Array, at: number): void {
  const state = Int32Array.from(INITIAL_STATE, (word) => word | 0);
  for (let block = 0; block < bytes; block += 64) {
    readBlock(message, block);
    compress(state);
  }
  for (let i = 0; i < 32; i++) out[at + i] = (state[i >> 2] ?? 0) >>> (24 - 8 * (i & 3));
}

function readBlock(message: Uint8Array, from: number): void {
  for (let t = 0, i = from; t < 16; t++, i += 4)
    words[t] =
      ((message[i] ?? 0) << 24) |
      ((message[i + 1] ?? 0) << 16) |
      ((message[i + 2] ?? 0) << 8) |
      (message[i + 3] ?? 0);
  for (let t = 16; t < 64; t++) {
    const x = words[t - 15] ?? 0;
    const y = words[t - 2] ?? 0;
    const sigma0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const sigma1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    words[t] = (sigma1 + (words[t - 7] ?? 0) + sigma0 + (words[t - 16] ?? 0)) | 0;
  }
}

function compress(state: Int32Array): void {
  let a = state[0] ?? 0;
  let b = state[1] ?? 0;
  let c = state[2] ?? 0;
  let d = state[3] ?? 0;
  let e = state[4] ?? 0;
  let f = state[5] ?? 0;
  let g = state[6] ?? 0;
  let h = state[7] ?? 0;
  for (let t = 0; t < 64; t++) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const first = (h + sum1 + (g ^ (e & (f ^ g))) + (constants[t] ?? 0) + (words[t] ?? 0)) | 0;
    const second = (sum0 + (b ^ ((a ^ b) & (b ^ c)))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] = (state[0] ?? 0) + a;
  state[1] = (state[1] ?? 0) + b;
  state[2] = (state[2] ?? 0) + c;
  state[3] = (state[3] ?? 0) + d;
  state[4] = (state[4] ?? 0) + e;
  state[5] = (state[5] ?? 0) + f;
  state[6] = (state[6] ?? 0) + g;
  state[7] = (state[7] ?? 0) + h;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
