import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { RFC_6962_LEAVES, RFC_6962_ROOTS, rfcLeaf } from '../../test/support/rfc-6962-answers.ts';
import { appendLeaves, TILE_LEAVES, type Tile } from './append-leaves.ts';
import { appendLeaf, type CompactRange, EMPTY_RANGE, nodeHash, rangeRoot } from './compact-range.ts';

/** Leaves are made once: `count` of them from the same start are the same ones. */
const LEAVES = Array.from({ length: 1500 }, (_, i) => createHash('sha256').update(String(i)).digest());

/** Appends the leaves in bulk, in parts that end at `cuts` (any order), and once more at the end. */
function appendInParts(leaves: readonly Buffer[], cuts: readonly number[]) {
  const ends = [...cuts.map((cut) => cut % (leaves.length + 1)), leaves.length].sort((a, b) => a - b);
  let range: CompactRange = EMPTY_RANGE;
  const tiles: Tile[] = [];
  let from = 0;
  for (const to of ends) {
    const appended = appendLeaves(range, Buffer.concat(leaves.slice(from, to)));
    range = appended.range;
    tiles.push(...appended.tiles);
    from = to;
  }
  return { range, tiles };
}

const someLeaves = fc.nat(LEAVES.length).map((count) => LEAVES.slice(0, count));
const someCuts = fc.array(fc.nat(LEAVES.length), { maxLength: 6 });

test('roots equal the known answers of RFC 6962 at every size, whatever was there before', () => {
  const leaves = RFC_6962_LEAVES.map(rfcLeaf);
  for (let size = 0; size <= leaves.length; size++) {
    for (let before = 0; before <= size; before++) {
      const { range } = appendInParts(leaves.slice(0, size), [before]);
      assert.equal(rangeRoot(range).toString('hex'), RFC_6962_ROOTS[size]);
    }
  }
});

test('appending in bulk gives the range that appending one by one gives', () => {
  fc.assert(
    fc.property(someLeaves, someCuts, (leaves, cuts) => {
      assert.deepEqual(appendInParts(leaves, cuts).range, leaves.reduce(appendLeaf, EMPTY_RANGE));
    }),
  );
});

test('a tile is the root of its 256 leaves', () => {
  const { tiles } = appendInParts(LEAVES, []);
  assert.equal(tiles.length, Math.floor(LEAVES.length / TILE_LEAVES));
  for (const [i, tile] of tiles.entries()) {
    const own = LEAVES.slice(i * TILE_LEAVES, (i + 1) * TILE_LEAVES);
    assert.deepEqual(tile, { index: i, hash: rangeRoot(own.reduce(appendLeaf, EMPTY_RANGE)) });
  }
});

test('appending in parts completes the same tiles, each once and in order', () => {
  fc.assert(
    fc.property(someLeaves, someCuts, (leaves, cuts) => {
      assert.deepEqual(appendInParts(leaves, cuts).tiles, appendInParts(leaves, []).tiles);
    }),
  );
});

test('tiles as leaves, and the leaves behind the last tile, give the root of the leaves', () => {
  fc.assert(
    fc.property(someLeaves, someCuts, (leaves, cuts) => {
      const { range, tiles } = appendInParts(leaves, cuts);
      const full = tiles.reduce((tree, tile) => appendLeaf(tree, tile.hash), EMPTY_RANGE);
      const rest = leaves.slice(tiles.length * TILE_LEAVES).reduce(appendLeaf, EMPTY_RANGE);
      const peaks = [...full.peaks, ...rest.peaks];
      assert.deepEqual(range.peaks, peaks);
      if (peaks.length > 0)
        assert.deepEqual(
          rangeRoot(range),
          peaks.reduceRight((right, left) => nodeHash(left, right)),
        );
    }),
  );
});

test('a range of more leaves than 32 bits count goes on as it would one by one', () => {
  const peak = Buffer.alloc(32, 7);
  const size = 2 ** 40 + 2 ** 33 + TILE_LEAVES - 3;
  const peaks = size
    .toString(2)
    .replaceAll('0', '')
    .split('')
    .map(() => peak);
  const { range, tiles } = appendLeaves({ size, peaks }, Buffer.concat(LEAVES.slice(0, 5)));
  assert.deepEqual(range, LEAVES.slice(0, 5).reduce(appendLeaf, { size, peaks }));
  assert.deepEqual(
    tiles.map((tile) => tile.index),
    [(2 ** 40 + 2 ** 33) / TILE_LEAVES],
  );
});

test('bytes that are no whole leaves, and a range without its peaks, are refused', () => {
  assert.throws(() => appendLeaves(EMPTY_RANGE, Buffer.alloc(33)), /32 bytes/);
  assert.throws(() => appendLeaves({ size: 1, peaks: [] }, Buffer.alloc(32)), /too few peaks/);
});
