import { compressBlock, INITIAL_STATE } from '../../../domain/merkle/sha256-rounds.ts';
import {
  type Code,
  encodeModule,
  get,
  I32,
  i32,
  repeatWhile,
  set,
} from '../../../domain/wasm/wasm-encoding.ts';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

const localsFrom = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);
const [MESSAGE, BLOCKS] = [0, 1];
const [STATE, BEFORE, WORDS] = [localsFrom(2, 8), localsFrom(10, 8), localsFrom(18, 16)];

const oneMessage = {
  ...i32,
  constant: i32.const,
  shiftRight: (word: Code, bits: number) => i32.shiftRight(word, i32.const(bits)),
  rotateRight: (word: Code, bits: number) => i32.rotateRight(word, i32.const(bits)),
};

/** The same rounds as in lanes, one message at a time: `run(message, blocks)`, the digest goes to address 0. */
function scalarModule(): Uint8Array<ArrayBuffer> {
  const block = [
    ...WORDS.flatMap((local, i) => set(local, loadBigEndian(get(MESSAGE), 4 * i))),
    ...compressBlock(oneMessage, STATE, WORDS, BEFORE),
    ...set(MESSAGE, i32.add(get(MESSAGE), i32.const(BLOCK_BYTES))),
    ...set(BLOCKS, i32.subtract(get(BLOCKS), i32.const(1))),
  ];
  const body = [
    ...STATE.flatMap((local, i) => set(local, i32.const(INITIAL_STATE[i] ?? 0))),
    ...repeatWhile(block, get(BLOCKS)),
    ...localsFrom(0, DIGEST_BYTES).flatMap((i) => {
      const byte = i32.shiftRight(get(STATE[i >> 2] ?? 0), i32.const(24 - 8 * (i & 3)));
      return i32.store8(i32.const(0), i, byte);
    }),
  ];
  return encodeModule({ parameters: [I32, I32], locals: Array<number>(32).fill(I32), body }, 1);
}

/** Both middle bytes and both outer ones change places: by one mask and one rotation each. */
function loadBigEndian(address: Code, offset: number): Code {
  const word = i32.load(address, offset);
  const outer = i32.and(i32.rotateRight(word, i32.const(24)), i32.const(0x00ff00ff));
  const inner = i32.and(i32.rotateRight(word, i32.const(8)), i32.const(0xff00ff00));
  return i32.xor(outer, inner);
}

const { memory, run } = new WebAssembly.Instance(new WebAssembly.Module(scalarModule())).exports;
if (!(memory instanceof WebAssembly.Memory) || typeof run !== 'function')
  throw new Error('bench: the scalar module exports no memory and run');
const memoryBytes = new Uint8Array(memory.buffer);

/** SHA-256 of one padded message in WebAssembly without vectors: a candidate, measured and not chosen. */
export const hashPadded = (message: Uint8Array, bytes: number, out: Uint8Array, at: number): void => {
  memoryBytes.set(message.subarray(0, bytes), BLOCK_BYTES);
  run(BLOCK_BYTES, bytes / BLOCK_BYTES);
  out.set(memoryBytes.subarray(0, DIGEST_BYTES), at);
};
