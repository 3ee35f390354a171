import { TILE_LEAVES } from './append-leaves.ts';
import { inclusionProof, type MerkleTree } from './proofs.ts';

/**
 * The audit path of a leaf of a large tree, without its other leaves: as `inclusionProof` over all of them gives it. A
 * tree over tiles is the tree over their leaves, for both split at powers of two.
 * @param tiles the tree over the hashes of all tiles; the last may be one that is not full yet
 * @param tile the tree over the leaves (up to 256) of the tile that the leaf stands in
 * @param index of the leaf in the whole tree
 */
export function tiledProof(tiles: MerkleTree, tile: MerkleTree, index: number): Buffer[] {
  const number = Math.floor(index / TILE_LEAVES);
  return [
    ...inclusionProof(tile, index - number * TILE_LEAVES, tile.size),
    ...inclusionProof(tiles, number, tiles.size),
  ];
}
