import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { hashManyWith, sha256Many } from './hash-many.ts';
import { loadLanes, MAX_LANE_BYTES } from './sha256-lanes.ts';

const lanes = loadLanes();
const WAYS = {
  'in lanes': hashManyWith(lanes, MAX_LANE_BYTES),
  natively: hashManyWith(null, 0),
  'short ones in lanes, others natively': hashManyWith(lanes, 100),
  'as this machine does best': sha256Many,
};

interface Input {
  readonly start: number;
  readonly end: number;
}

function digestsOf(way: typeof sha256Many, arena: Uint8Array, inputs: readonly Input[]): string[] {
  const starts = Uint32Array.from(inputs, (input) => input.start);
  const ends = Int32Array.from(inputs, (input) => input.end);
  // A digest's worth on either side of what may be written shows a write that goes astray.
  const out = Buffer.alloc((inputs.length + 2) * 32, 0xaa);
  way(arena, starts, ends, inputs.length, out.subarray(32, -32));
  for (const side of [out.subarray(0, 32), out.subarray(-32)]) assert.deepEqual(side, Buffer.alloc(32, 0xaa));
  return inputs.map((_, i) => out.toString('hex', (i + 1) * 32, (i + 2) * 32));
}

function digestsByNode(arena: Uint8Array, inputs: readonly Input[]): string[] {
  return inputs.map(({ start, end }) =>
    createHash('sha256').update(arena.subarray(start, end)).digest('hex'),
  );
}

function noise(bytes: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(bytes / 32) }, (_, i) =>
    createHash('sha256').update(String(i)).digest(),
  );
  return Buffer.concat(blocks).subarray(0, bytes);
}

test('this machine hashes in lanes', () => {
  assert.notEqual(lanes, null);
});

test('a machine that cannot run the module has no lanes', () => {
  const notOneOfThem = Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 99]);
  assert.equal(loadLanes(notOneOfThem), null);
});

for (const [name, way] of Object.entries(WAYS)) {
  test(`${name}: every length from 0 to 300 gives the digest that Node gives`, () => {
    const arena = noise((300 * 301) / 2);
    const inputs: Input[] = [];
    for (let length = 0, start = 0; length <= 300; start += length++)
      inputs.push({ start, end: start + length });
    assert.equal(inputs.at(-1)?.end, arena.length);
    assert.deepEqual(digestsOf(way, arena, inputs), digestsByNode(arena, inputs));
  });

  test(`${name}: any inputs, in any order, one over another, up to the arena's ends`, () => {
    const arena = noise(9000);
    const place = fc.oneof(fc.nat(arena.length), fc.constantFrom(0, arena.length), fc.nat(200));
    const input = fc.tuple(place, place).map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));
    fc.assert(
      fc.property(fc.array(input, { maxLength: 30 }), (inputs) => {
        assert.deepEqual(digestsOf(way, arena, inputs), digestsByNode(arena, inputs));
      }),
      { numRuns: 300 },
    );
  });

  test(`${name}: more inputs than one window takes, by count and by bytes`, () => {
    const arena = noise(3_000_000);
    const short = Array.from({ length: 9001 }, (_, i) => ({ start: i * 70, end: i * 70 + (i % 70) }));
    const far = [0, 1, 2, 3].map((i) => ({ start: i * 990_000, end: i * 990_000 + 4000 - i }));
    const backwards = Array.from({ length: 700 }, (_, i) => ({
      start: arena.length - 4096 * (i + 1),
      end: arena.length - 4096 * i,
    }));
    for (const inputs of [short, far, [...far, ...short], backwards])
      assert.deepEqual(digestsOf(way, arena, inputs), digestsByNode(arena, inputs));
  });

  test(`${name}: no inputs, nothing done`, () => {
    assert.deepEqual(digestsOf(way, new Uint8Array(0), []), []);
  });

  test(`${name}: an input outside the arena or a digest without room is refused before anything is written`, () => {
    const arena = new Uint8Array(100);
    const none = Uint32Array.of();
    for (const [starts, ends] of [
      [Uint32Array.of(0, 90), Uint32Array.of(5, 101)],
      [Uint32Array.of(0, 6), Uint32Array.of(5, 5)],
      [Int32Array.of(0, -1), Int32Array.of(5, 5)],
      [none, none],
    ] as const) {
      const out = new Uint8Array(64);
      assert.throws(() => way(arena, starts, ends, 2, out), RangeError);
      assert.deepEqual(out, new Uint8Array(64));
    }
    assert.throws(() => way(arena, Uint32Array.of(0), Uint32Array.of(1), 1, new Uint8Array(31)), RangeError);
  });
}
