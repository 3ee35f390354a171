import { createHash, hash } from 'node:crypto';
import { hashManyWith, sha256Many } from '../../../domain/merkle/hash-many.ts';
import { loadLanes, MAX_LANE_BYTES } from '../../../domain/merkle/sha256-lanes.ts';
import { hashPadded as hashInScalarWasm } from './sha256-in-scalar-wasm.ts';
import { hashPadded as hashInTypeScript } from './sha256-in-typescript.ts';

export type HashMany = typeof sha256Many;

/** Every way to hash many inputs that was weighed, each with its copies of input and digest. */
export const CANDIDATES: Readonly<Record<string, HashMany>> = {
  createHash: oneByOne((input, out, at) => out.set(createHash('sha256').update(input).digest(), at)),
  'hash → Buffer': oneByOne((input, out, at) => out.set(hash('sha256', input, 'buffer'), at)),
  'hash → text': hashManyWith(null, 0),
  TypeScript: oneByOne(padded(hashInTypeScript)),
  'WASM, one': oneByOne(padded(hashInScalarWasm)),
  'WASM, 4 lanes': hashManyWith(loadLanes(), MAX_LANE_BYTES),
  sha256Many,
};

type HashOne = (input: Uint8Array, out: Uint8Array, at: number) => void;

function oneByOne(hashOne: HashOne): HashMany {
  return (arena, starts, ends, count, out) => {
    for (let i = 0; i < count; i++) hashOne(arena.subarray(starts[i], ends[i]), out, 32 * i);
  };
}

function padded(
  hashPadded: (message: Uint8Array, bytes: number, out: Uint8Array, at: number) => void,
): HashOne {
  const message = Buffer.alloc(8192);
  return (input, out, at) => {
    const bytes = Math.ceil((input.length + 9) / 64) * 64;
    message.set(input);
    message.fill(0, input.length, bytes);
    message[input.length] = 0x80;
    message.writeUInt32BE(input.length * 8, bytes - 4);
    hashPadded(message, bytes, out, at);
  };
}
