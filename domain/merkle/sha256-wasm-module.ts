import {
  type Code,
  encodeModule,
  get,
  I32,
  i8x16,
  i32,
  i32x4,
  repeatWhile,
  set,
  V128,
  v128,
  when,
} from '../wasm/wasm-encoding.ts';
import { compressBlock, INITIAL_STATE, type WordArithmetic } from './sha256-rounds.ts';
import { transposeWords } from './transpose-words.ts';

/** Messages that the module hashes at once, one in each 32-bit lane of its vectors. */
export const LANES = 4;
/** A job is three i32: the message's address, its length in bytes, and where its digest goes. */
export const JOB_BYTES = 12;
/** Memory below is the module's own; jobs, messages and digests lie above. */
export const FREE_ADDRESS = 512;
/** The module reads, and ignores, up to this many bytes before and behind a message. */
export const READ_MARGIN_BYTES = 128;

const BLOCK_BYTES = 64;
const TAIL_BYTES = 2 * BLOCK_BYTES;
const VECTOR_BYTES = 16;

/** A lane is a message: every step is done for four messages by one instruction. */
const fourMessages: WordArithmetic = {
  ...v128,
  constant: (word) => v128.const(repeatWord(word)),
  add: i32x4.add,
  shiftRight: i32x4.shiftRight,
  rotateRight: (word, bits) => v128.or(i32x4.shiftRight(word, bits), i32x4.shiftLeft(word, 32 - bits)),
};

/** Locals of the module's function, by what they hold; the two parameters come first. */
const JOBS = 0;
const BLOCKS_LEFT = 1;
const [MESSAGES, ADDRESS] = [[2, 3, 4, 5], 6];
const [STATE, BEFORE] = [numbersFrom(7, 8), numbersFrom(15, 8)];
const [WORDS, ROWS, HALVES] = [numbersFrom(23, 16), numbersFrom(39, 4), numbersFrom(43, 4)];
const LENGTH = 47;
const LOCAL_TYPES = [...Array<number>(5).fill(I32), ...Array<number>(41).fill(V128)];

/**
 * A WebAssembly module whose function `run(jobs, blocks)` hashes the four messages of the four jobs that lie at address
 * `jobs`, each of `blocks` blocks when padded (FIPS 180-4, 5.1.1) and shorter than 2 MiB. It is written out here and
 * not compiled from another language, so that a build needs no compiler and the repository holds no binary.
 * @param memoryPages size of its memory, in pages of 64 KiB.
 */
export function sha256WasmModule(memoryPages: number): Uint8Array<ArrayBuffer> {
  const lanes = numbersFrom(0, LANES);
  const start = [
    ...lanes.flatMap((lane) => set(at(MESSAGES, lane), jobField(lane, 0))),
    ...lanes.flatMap(writeTail),
    ...STATE.flatMap((local, i) => set(local, v128.const(repeatWord(at(INITIAL_STATE, i))))),
  ];
  const block = [
    ...when(i32.lessThan(get(BLOCKS_LEFT), i32.const(3)), lanes.flatMap(moveToTail)),
    ...numbersFrom(0, 4).flatMap(readWords),
    ...compressBlock(fourMessages, STATE, WORDS, BEFORE),
    ...MESSAGES.flatMap((local) => set(local, i32.add(get(local), i32.const(BLOCK_BYTES)))),
    ...set(BLOCKS_LEFT, i32.subtract(get(BLOCKS_LEFT), i32.const(1))),
  ];
  const body = [...start, ...repeatWhile(block, get(BLOCKS_LEFT)), ...writeDigests()];
  return encodeModule({ parameters: [I32, I32], locals: LOCAL_TYPES, body }, memoryPages);
}

/**
 * Writes the last two padded blocks of a lane's message to the lane's place at the bottom of memory. A message of one
 * block has its only block second, and whatever lies before it first, where it is never read. In both blocks together
 * lie 56 to 119 bytes of the message: then 80, zeros, and the length in bits.
 */
function writeTail(lane: number): Code {
  const tail = lane * TAIL_BYTES;
  const skipped = i32.shiftLeft(i32.subtract(get(BLOCKS_LEFT), i32.const(2)), i32.const(6));
  const code = [
    ...set(ADDRESS, i32.add(jobField(lane, 0), skipped)),
    ...set(LENGTH, i8x16.splat(i32.subtract(jobField(lane, 1), skipped))),
  ];
  for (let offset = 0; offset < TAIL_BYTES; offset += VECTOR_BYTES) {
    const position = v128.const(numbersFrom(offset, VECTOR_BYTES));
    const kept = v128.and(v128.load(get(ADDRESS), offset), i8x16.lessThan(position, get(LENGTH)));
    const end = v128.and(
      i8x16.equal(position, get(LENGTH)),
      v128.const(Array<number>(VECTOR_BYTES).fill(0x80)),
    );
    code.push(...v128.store(i32.const(tail), offset, v128.or(kept, end)));
  }
  const [low, middle, high] = [
    i32.shiftLeft(jobField(lane, 1), i32.const(3)),
    i32.shiftRight(jobField(lane, 1), i32.const(5)),
    i32.shiftRight(jobField(lane, 1), i32.const(13)),
  ];
  for (const [i, byte] of [low, middle, high].entries())
    code.push(...i32.store8(i32.const(tail), TAIL_BYTES - 1 - i, byte));
  return code;
}

/** The last two blocks are read from the lane's tail. */
function moveToTail(lane: number): Code {
  const end = i32.const((lane + 1) * TAIL_BYTES);
  return set(at(MESSAGES, lane), i32.subtract(end, i32.shiftLeft(get(BLOCKS_LEFT), i32.const(6))));
}

/** Reads four words of each message, so that a word's local has that word of all messages. */
function readWords(quarter: number): Code {
  const rows = MESSAGES.flatMap((message, lane) =>
    set(at(ROWS, lane), v128.load(get(message), quarter * VECTOR_BYTES)),
  );
  return [...rows, ...transposeWords(ROWS, WORDS.slice(4 * quarter, 4 * quarter + 4), HALVES)];
}

function writeDigests(): Code {
  return [0, 1].flatMap((half) => [
    ...transposeWords(STATE.slice(4 * half, 4 * half + 4), ROWS, HALVES),
    ...ROWS.flatMap((row, lane) => v128.store(jobField(lane, 2), half * VECTOR_BYTES, get(row))),
  ]);
}

function jobField(lane: number, field: number): Code {
  return i32.load(get(JOBS), lane * JOB_BYTES + field * 4);
}

function repeatWord(word: number): Code {
  return Array<number[]>(LANES)
    .fill([word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24])
    .flat();
}

function at(numbers: readonly number[], index: number): number {
  return numbers[index] ?? 0;
}

function numbersFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}
