import type { Dice } from './dice.ts';

/** Varints that say: far more follows than there is. As lengths and as counts of items, negative ones included. */
const BLOWN_UP = [
  'feffffff0f',
  'fe07',
  '80808002',
  '828008',
  'ffffff07',
  'feffffffffffff1f',
  '7f',
  'fcffff3f',
].map((hex) => Buffer.from(hex, 'hex'));

type Mutation = (bytes: Buffer, dice: Dice, other: Buffer) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  flip,
  flip,
  flip,
  flip,
  flip,
  (bytes, dice) => bytes.subarray(0, dice.below(bytes.length)),
  (bytes, dice) => Buffer.concat([bytes, dice.bytes(1 + dice.below(4))]),
  (bytes, dice) => insertAt(bytes, dice.below(bytes.length + 1), dice.bytes(1 + dice.below(4))),
  (bytes, dice) => {
    const at = dice.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + dice.below(8))]);
  },
  (bytes, dice, other) =>
    Buffer.concat([bytes.subarray(0, dice.below(bytes.length)), other.subarray(dice.below(other.length))]),
  (bytes, dice, other) => {
    const at = dice.below(Math.min(bytes.length, other.length));
    return Buffer.concat([bytes.subarray(0, at), other.subarray(at)]);
  },
  (bytes, dice) => {
    const at = dice.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), dice.pick(BLOWN_UP), bytes.subarray(at + 1)]);
  },
  (bytes, dice) => {
    const from = dice.below(bytes.length);
    return insertAt(bytes, dice.below(bytes.length), bytes.subarray(from, from + dice.below(40)));
  },
];

/** A record with one to three things done to it that no sender would. Mostly behind its frame. */
export function mutateBytes(bytes: Buffer, other: Buffer, dice: Dice): Buffer {
  const frameBytes = bytes[0] === 0 ? 5 : 10;
  const keepsFrame = dice.chance(0.95);
  let body = keepsFrame ? bytes.subarray(frameBytes) : bytes;
  const otherBody = keepsFrame ? other.subarray(other[0] === 0 ? 5 : 10) : other;
  for (let times = dice.pick([1, 1, 1, 2, 3]); times > 0 && body.length > 0 && otherBody.length > 0; times--)
    body = dice.pick(MUTATIONS)(body, dice, otherBody);
  return keepsFrame ? Buffer.concat([bytes.subarray(0, frameBytes), body]) : Buffer.from(body);
}

function flip(bytes: Buffer, dice: Dice): Buffer {
  const flipped = Buffer.from(bytes);
  const at = dice.below(bytes.length);
  flipped[at] = dice.chance(0.5) ? (flipped[at] ?? 0) ^ (1 << dice.below(8)) : dice.below(256);
  return flipped;
}

function insertAt(bytes: Buffer, at: number, inserted: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]);
}
