/** Encoded WebAssembly instructions: an expression, which leaves one value, or statements, which leave none. */
export type Code = readonly number[];

/** Value types, as the binary format writes them. */
export const I32 = 0x7f;
export const V128 = 0x7b;

const binary =
  (opcode: Code) =>
  (left: Code, right: Code): Code => [...left, ...right, ...opcode];
const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)];

/** The instructions that Docket's modules use, of those over 32-bit integers. */
export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value | 0)],
  load: (address: Code, offset: number): Code => [...address, 0x28, 2, ...unsigned(offset)],
  /** A byte, from 0 to 255. */
  load8: (address: Code, offset: number): Code => [...address, 0x2d, 0, ...unsigned(offset)],
  /** Two bytes, from 0 to 65,535. */
  load16: (address: Code, offset: number): Code => [...address, 0x2f, 1, ...unsigned(offset)],
  store: (address: Code, offset: number, value: Code): Code => [
    ...address,
    ...value,
    0x36,
    2,
    ...unsigned(offset),
  ],
  store8: (address: Code, offset: number, value: Code): Code => [
    ...address,
    ...value,
    0x3a,
    0,
    ...unsigned(offset),
  ],
  isZero: (value: Code): Code => [...value, 0x45],
  notEqual: binary([0x47]),
  lessThan: binary([0x48]),
  atLeast: binary([0x4e]),
  /** How many bits above the highest one, and below the lowest one. */
  leadingZeros: (value: Code): Code => [...value, 0x67],
  trailingZeros: (value: Code): Code => [...value, 0x68],
  add: binary([0x6a]),
  subtract: binary([0x6b]),
  multiply: binary([0x6c]),
  and: binary([0x71]),
  or: binary([0x72]),
  xor: binary([0x73]),
  shiftLeft: binary([0x74]),
  shiftRight: binary([0x76]),
  rotateRight: binary([0x78]),
};

/** … over 128-bit vectors as four 32-bit integers (`i32x4`) or as they are. */
export const v128 = {
  const: (bytes: Code): Code => [...simd(0x0c), ...bytes],
  load: (address: Code, offset: number): Code => [...address, ...simd(0x00), 0, ...unsigned(offset)],
  store: (address: Code, offset: number, value: Code): Code => [
    ...address,
    ...value,
    ...simd(0x0b),
    0,
    ...unsigned(offset),
  ],
  /** Result byte i is byte `picks[i]` of the 32 bytes left ‖ right. */
  shuffle: (left: Code, right: Code, picks: Code): Code => [...left, ...right, ...simd(0x0d), ...picks],
  /** Result byte i is byte `picks[i]` of the 16 bytes of `bytes`. */
  swizzle: binary(simd(0x0e)),
  and: binary(simd(0x4e)),
  or: binary(simd(0x50)),
  xor: binary(simd(0x51)),
  /** 1 when any bit is set, else 0. */
  anyTrue: (value: Code): Code => [...value, ...simd(0x53)],
};

export const i8x16 = {
  splat: (value: Code): Code => [...value, ...simd(0x0f)],
  equal: binary(simd(0x23)),
  notEqual: binary(simd(0x24)),
  lessThan: binary(simd(0x25)),
  /** The same with bytes from 0 to 255. */
  lessThanUnsigned: binary(simd(0x26)),
  /** The top bit of each byte, that of the first byte lowest. */
  topBits: (value: Code): Code => [...value, ...simd(0x64)],
  shiftRightUnsigned: (value: Code, bits: number): Code => [...value, ...i32.const(bits), ...simd(0x6d)],
  subtract: binary(simd(0x71)),
};

export const i32x4 = {
  shiftLeft: (value: Code, bits: number): Code => [...value, ...i32.const(bits), ...simd(0xab)],
  shiftRight: (value: Code, bits: number): Code => [...value, ...i32.const(bits), ...simd(0xad)],
  add: binary(simd(0xae)),
};

export function get(local: number): Code {
  return [0x20, ...unsigned(local)];
}

export function set(local: number, value: Code): Code {
  return [...value, 0x21, ...unsigned(local)];
}

/** Runs `body`, which has no branches of its own to the outside, when `condition` is not 0. */
export function when(condition: Code, body: Code): Code {
  return [...condition, 0x04, 0x40, ...body, 0x0b];
}

/** Runs `body` once, and again as long as `condition` is not 0. */
export function repeatWhile(body: Code, condition: Code): Code {
  return [0x03, 0x40, ...body, ...condition, 0x0d, 0, 0x0b];
}

/** A function that returns nothing. Its locals are numbered on from its parameters. */
export interface WasmFunction {
  readonly parameters: readonly number[];
  readonly locals: readonly number[];
  readonly body: Code;
}

/**
 * Bytes of a module of one function, exported as `run`, and a memory of its own, exported as `memory`.
 * Binary format: WebAssembly Core Specification, section 5.
 * @param memoryPages size of the memory, in pages of 64 KiB; it never grows.
 */
export function encodeModule(run: WasmFunction, memoryPages: number): Uint8Array<ArrayBuffer> {
  const locals = run.locals.flatMap((type) => [1, type]);
  const code = [...unsigned(run.locals.length), ...locals, ...run.body, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, ...unsigned(run.parameters.length), ...run.parameters, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 1, ...unsigned(memoryPages), ...unsigned(memoryPages)]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name('run'), 0, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): Code {
  return [text.length, ...Buffer.from(text, 'ascii')];
}

/** LEB128: seven bits a byte, the lowest first, the top bit set on all but the last byte. */
function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))];
}

/** Signed LEB128: the last byte's bit 6 is the sign. */
function signed(value: number): Code {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) + 128, ...signed(value >> 7)];
}
