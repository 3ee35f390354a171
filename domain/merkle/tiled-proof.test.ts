import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { TILE_LEAVES } from './append-leaves.ts';
import { buildMerkleTree, inclusionProof, rootAt } from './proofs.ts';
import { tiledProof } from './tiled-proof.ts';

const leafOf = (index: number) => createHash('sha256').update(String(index)).digest();

test('a proof by way of tiles is the proof over all leaves, at every size and place', () => {
  for (const size of [1, 2, 255, 256, 257, 511, 512, 513, 1_023, 1_024, 1_025, 1_500]) {
    const leaves = Array.from({ length: size }, (_, index) => leafOf(index));
    const whole = buildMerkleTree(leaves);
    const parts = Array.from({ length: Math.ceil(size / TILE_LEAVES) }, (_, number) =>
      buildMerkleTree(leaves.slice(number * TILE_LEAVES, (number + 1) * TILE_LEAVES)),
    );
    const tiles = buildMerkleTree(parts.map((part) => rootAt(part, part.size)));
    assert.deepEqual(rootAt(tiles, tiles.size), rootAt(whole, size));
    for (let index = 0; index < size; index += 37) {
      const part = parts[Math.floor(index / TILE_LEAVES)];
      assert.ok(part);
      assert.deepEqual(tiledProof(tiles, part, index), inclusionProof(whole, index, size));
    }
  }
});
