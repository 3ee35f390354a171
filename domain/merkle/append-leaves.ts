import type { CompactRange } from './compact-range.ts';
import { sha256Many } from './hash-many.ts';

const HASH_BYTES = 32;
/** 01 ‖ left ‖ right (RFC 6962, section 2.1). */
const NODE_BYTES = 1 + 2 * HASH_BYTES;
const NODE_PREFIX = 0x01;

const TILE_LEVEL = 8;
/** A full tile is this many leaves, the first at a multiple of it. */
export const TILE_LEAVES = 2 ** TILE_LEVEL;

/** A full tile: leaves `index` × 256 to `index` × 256 + 255, and the root (32 bytes) of the perfect tree over them. */
export interface Tile {
  readonly index: number;
  readonly hash: Buffer;
}

/**
 * The range after appending many leaf hashes, and the tiles that these leaves completed, in order: what `appendLeaf`
 * gives leaf by leaf, hashed a level of the tree at a time. A tile begun by earlier leaves needs none of them: the
 * range's lowest peaks are its nodes.
 * @param leaves 32 bytes each, in order.
 */
export function appendLeaves(
  range: CompactRange,
  leaves: Uint8Array,
): { readonly range: CompactRange; readonly tiles: readonly Tile[] } {
  if (leaves.length % HASH_BYTES !== 0) throw new Error('merkle: leaves are not of 32 bytes each');
  const size = range.size + leaves.length / HASH_BYTES;
  const earlier = [...range.peaks];
  const peaks: Buffer[] = [];
  let tiles: Tile[] = [];
  let nodes = leaves;
  // `first` is the index, on its level, of the first node that the new leaves completed.
  for (let level = 0, first = range.size; first > 0 || nodes.length > 0; level++) {
    if (level === TILE_LEVEL) tiles = listTiles(first, nodes);
    const peak = first % 2 === 1 ? earlier.pop() : undefined;
    if (first % 2 === 1 && peak === undefined)
      throw new Error('merkle: a range has too few peaks for its size');
    const row = peak === undefined ? nodes : Buffer.concat([peak, nodes]);
    const pairs = Math.floor(row.length / (2 * HASH_BYTES));
    // A last node without a partner is the new peak of its level. It is copied, so as not to keep the row alive.
    if (row.length > pairs * 2 * HASH_BYTES) peaks.push(Buffer.from(row.subarray(pairs * 2 * HASH_BYTES)));
    nodes = hashPairs(row, pairs);
    first = Math.floor(first / 2);
  }
  return { range: { size, peaks: peaks.reverse() }, tiles };
}

/** Parents of the nodes 0 and 1, 2 and 3, … of a level. */
function hashPairs(row: Uint8Array, pairs: number): Uint8Array {
  const inputs = new Uint8Array(pairs * NODE_BYTES);
  const starts = new Uint32Array(pairs);
  const ends = new Uint32Array(pairs);
  let from = 0;
  let to = 0;
  for (let pair = 0; pair < pairs; pair++) {
    starts[pair] = to;
    inputs[to++] = NODE_PREFIX;
    for (let i = 0; i < 2 * HASH_BYTES; i++) inputs[to++] = row[from++] ?? 0;
    ends[pair] = to;
  }
  const parents = new Uint8Array(pairs * HASH_BYTES);
  sha256Many(inputs, starts, ends, pairs, parents);
  return parents;
}

function listTiles(first: number, nodes: Uint8Array): Tile[] {
  return Array.from({ length: nodes.length / HASH_BYTES }, (_, i) => ({
    index: first + i,
    hash: Buffer.from(nodes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)),
  }));
}
