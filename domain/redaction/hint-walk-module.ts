import {
  type Code,
  encodeModule,
  get,
  I32,
  i8x16,
  i32,
  repeatWhile,
  set,
  V128,
  v128,
  when,
} from '../wasm/wasm-encoding.ts';
import type { HintTable } from './compile-hints.ts';
import { MIN_UNITS, TOKEN_UNITS } from './gate-runs.ts';

/** What is in a text, told sixteen bytes at a time, as bits; of the last two, that it may be there. */
export const SEEN = {
  /** A byte beyond ASCII. */
  foreign: 1 << 0,
  digit: 1 << 1,
  /** `=`, with which base64 is filled up. */
  filling: 1 << 2,
  /** A run of what keys are written in, as long as those that may hide something (MIN_UNITS). */
  run: 1 << 3,
  /** Spaces that take turns with something else, as in a value that is spelt letter by letter. */
  turns: 1 << 4,
} as const;

/** Quarters of a text are walked at once: a step waits for the one before, but not for those of other quarters. */
export const PARTS = 4;
/** A longer text has places that would not fit beside a state. */
export const MAX_WALK_BYTES = 32 * 1024;

/** Where what lies in the module's memory. An end is an i32: its place in the text << 16 | its state. */
export const WALK_MEMORY = {
  seen: 0,
  /** How many ends each part has, and in which state it is left: an i32 for each part. */
  counts: 16,
  states: 32,
  /** Twice the class of each byte. */
  classes: 256,
  text: 512,
  ends: 512 + MAX_WALK_BYTES + 64,
  next: 512 + MAX_WALK_BYTES + 64 + 4 * MAX_WALK_BYTES,
} as const;

const PAGE_BYTES = 65_536;
const BLOCK_BYTES = 16;
const I32_BYTES = 4;
const [ZERO, EQUALS, SPACE, OTHER] = [0x30, 0x3d, 0x20, 0x21];
const DIGITS = 10;

/** Locals of the module's function, by what they hold; the two parameters come first. */
const [LENGTH, IS_FOLDED, AT, END, SEEN_BITS] = [0, 1, 2, 3, 4] as const;
const [UNITS, LEAD, RUN, LONG_RUN, SPACES, PAIRS, TURNS, QUARTER] = [5, 6, 7, 8, 9, 10, 11, 12] as const;
/** Of each quarter: its state, where its next end is noted, and where it begins in the text. */
const QUARTERS = [0, 1, 2, 3].map((part) => ({ part, state: 13 + part, list: 17 + part, start: 21 + part }));
const [BLOCK, HIGH, DIGIT, FILLING] = [25, 26, 27, 28] as const;
const LOCAL_TYPES = [...Array<number>(23).fill(I32), ...Array<number>(4).fill(V128)];
type Quarter = (typeof QUARTERS)[number];

/**
 * A WebAssembly module for one table of hints, whose function `run(length, isFolded)` looks at the text that lies at
 * WALK_MEMORY.text: notes in `seen` what is in it, and walks the automaton over its four quarters at once, each from the
 * first state; the last bytes, fewer than four, are left. With `isFolded` 0 nothing is walked when a byte is foreign.
 * The table's columns have to be copied into its memory first: `next`, and `classes` doubled.
 */
export function hintWalkModule({ next, classBits, firstEnd }: HintTable): Uint8Array<ArrayBuffer> {
  const isWalked = i32.or(get(IS_FOLDED), i32.isZero(i32.and(get(SEEN_BITS), i32.const(SEEN.foreign))));
  const body = [...lookAtBlocks(), ...when(isWalked, walkQuarters(classBits, firstEnd))];
  const bytes = WALK_MEMORY.next + next.byteLength;
  const run = { parameters: [I32, I32], locals: LOCAL_TYPES, body };
  return encodeModule(run, Math.ceil(bytes / PAGE_BYTES));
}

function lookAtBlocks(): Code {
  const equals = (byte: number) => i8x16.equal(get(BLOCK), splat(byte));
  const digits = i8x16.lessThanUnsigned(i8x16.subtract(get(BLOCK), splat(ZERO)), splat(DIGITS));
  const block = [
    ...set(BLOCK, v128.load(get(AT), 0)),
    ...set(HIGH, v128.or(get(HIGH), get(BLOCK))),
    ...set(DIGIT, v128.or(get(DIGIT), digits)),
    ...set(FILLING, v128.or(get(FILLING), equals(EQUALS))),
    ...noteRun(),
    ...noteTurns(i8x16.topBits(equals(SPACE))),
    ...set(AT, i32.add(get(AT), i32.const(BLOCK_BYTES))),
  ];
  return [
    // What is behind the text is no part of anything.
    ...v128.store(get(LENGTH), WALK_MEMORY.text, splat(OTHER)),
    ...set(AT, i32.const(WALK_MEMORY.text)),
    ...set(END, i32.add(get(LENGTH), i32.const(WALK_MEMORY.text))),
    ...repeatWhile(block, i32.lessThan(get(AT), get(END))),
    ...addSeen(SEEN.foreign, i32.notEqual(i8x16.topBits(get(HIGH)), i32.const(0))),
    ...addSeen(SEEN.digit, v128.anyTrue(get(DIGIT))),
    ...addSeen(SEEN.filling, v128.anyTrue(get(FILLING))),
    ...addSeen(SEEN.run, get(LONG_RUN)),
    ...addSeen(SEEN.turns, i32.notEqual(get(TURNS), i32.const(0))),
    ...i32.store(i32.const(WALK_MEMORY.seen), 0, get(SEEN_BITS)),
  ];
}

/** Notes a bit of SEEN when `isSeen`, 0 or 1, is 1. */
function addSeen(bit: number, isSeen: Code): Code {
  const shifted = i32.shiftLeft(isSeen, i32.const(Math.log2(bit)));
  return set(SEEN_BITS, i32.or(get(SEEN_BITS), shifted));
}

/**
 * Goes on counting a run of units over a block: those at its beginning end the run of the blocks before, those at its end
 * begin the next. A run that is neither is shorter than the block by two, too short to be noted.
 */
function noteRun(): Code {
  const isLong = () => i32.atLeast(get(RUN), i32.const(MIN_UNITS));
  return [
    ...set(UNITS, i8x16.topBits(i8x16.notEqual(unitsOf(get(BLOCK)), splat(0)))),
    ...set(LEAD, i32.trailingZeros(not(get(UNITS)))),
    ...set(RUN, i32.add(get(RUN), get(LEAD))),
    ...set(LONG_RUN, i32.or(get(LONG_RUN), isLong())),
    // A block of nothing else carries the whole run on.
    ...when(
      i32.lessThan(get(LEAD), i32.const(BLOCK_BYTES)),
      set(RUN, i32.leadingZeros(not(i32.shiftLeft(get(UNITS), i32.const(BLOCK_BYTES))))),
    ),
    ...set(LONG_RUN, i32.or(get(LONG_RUN), isLong())),
  ];
}

/** Six spaces, each two places behind the one before, in this block and the one before it. */
function noteTurns(spaces: Code): Code {
  const older = i32.shiftRight(get(SPACES), i32.const(BLOCK_BYTES));
  const shifted = (local: number, bits: number) => i32.shiftRight(get(local), i32.const(bits));
  const fours = i32.and(get(PAIRS), shifted(PAIRS, 4));
  return [
    ...set(SPACES, i32.or(older, i32.shiftLeft(spaces, i32.const(BLOCK_BYTES)))),
    ...set(PAIRS, i32.and(get(SPACES), shifted(SPACES, 2))),
    ...set(TURNS, i32.or(get(TURNS), i32.and(fours, shifted(PAIRS, 8)))),
  ];
}

/**
 * Bytes that are not 0 where a unit stands: the high half of a byte picks a bit, the low half the bits of all high halves
 * with which it makes a unit. There are eight below 0x80, and none of the others makes one.
 */
function unitsOf(block: Code): Code {
  const high = Array.from({ length: 16 }, (_, half) => (half < 8 ? 1 << half : 0));
  const low = Array.from({ length: 16 }, (_, half) =>
    high.reduce((bits, bit, top) => (TOKEN_UNITS[top * 16 + half] === 1 ? bits | bit : bits), 0),
  );
  const picked = (table: Code, halves: Code) => v128.swizzle(v128.const(table), halves);
  return v128.and(
    picked(low, v128.and(block, splat(0x0f))),
    picked(high, i8x16.shiftRightUnsigned(block, 4)),
  );
}

function walkQuarters(classBits: number, firstEnd: number): Code {
  const listStart = ({ start }: Quarter) =>
    i32.add(i32.multiply(get(start), i32.const(I32_BYTES)), i32.const(WALK_MEMORY.ends));
  const steps = [
    ...QUARTERS.flatMap((quarter) => stepOf(quarter, classBits, firstEnd)),
    ...set(AT, i32.add(get(AT), i32.const(1))),
  ];
  return [
    ...set(QUARTER, i32.shiftRight(get(LENGTH), i32.const(2))),
    ...QUARTERS.flatMap((quarter) => [
      ...set(quarter.start, i32.multiply(get(QUARTER), i32.const(quarter.part))),
      ...set(quarter.list, listStart(quarter)),
    ]),
    ...set(AT, i32.const(0)),
    ...when(get(QUARTER), repeatWhile(steps, i32.lessThan(get(AT), get(QUARTER)))),
    ...QUARTERS.flatMap((quarter) => {
      const count = i32.shiftRight(i32.subtract(get(quarter.list), listStart(quarter)), i32.const(2));
      return [
        ...i32.store(i32.const(WALK_MEMORY.counts), I32_BYTES * quarter.part, count),
        ...i32.store(i32.const(WALK_MEMORY.states), I32_BYTES * quarter.part, get(quarter.state)),
      ];
    }),
  ];
}

/** One byte of one quarter: the next state, and a note where that ends a hint. */
function stepOf({ state, list, start }: Quarter, classBits: number, firstEnd: number): Code {
  const place = i32.add(get(AT), get(start));
  const twiceClass = i32.load8(i32.load8(place, WALK_MEMORY.text), WALK_MEMORY.classes);
  const row = i32.shiftLeft(get(state), i32.const(classBits + 1));
  return [
    ...set(state, i32.load16(i32.or(row, twiceClass), WALK_MEMORY.next)),
    ...when(i32.atLeast(get(state), i32.const(firstEnd)), [
      ...i32.store(get(list), 0, i32.or(i32.shiftLeft(place, i32.const(16)), get(state))),
      ...set(list, i32.add(get(list), i32.const(I32_BYTES))),
    ]),
  ];
}

function not(value: Code): Code {
  return i32.xor(value, i32.const(-1));
}

function splat(byte: number): Code {
  return v128.const(Array<number>(BLOCK_BYTES).fill(byte));
}
