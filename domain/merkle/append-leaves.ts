import type { CompactRange } from './compact-range.ts';
import { sha256Many } from './hash-many.ts';

const HASH_BYTES = 32;
/** 01 ‖ left ‖ right (RFC 6962, section 2.1). */
const NODE_BYTES = 1 + 2 * HASH_BYTES;
const NODE_PREFIX = 0x01;

/** What is hashed at a time, in memory that is used again and stays in the cache. */
const PAIRS_AT_ONCE = 256;
const nodeInputs = new Uint8Array(PAIRS_AT_ONCE * NODE_BYTES);
const nodeStarts = Uint32Array.from({ length: PAIRS_AT_ONCE }, (_, pair) => pair * NODE_BYTES);
const nodeEnds = nodeStarts.map((start) => start + NODE_BYTES);
for (const start of nodeStarts) nodeInputs[start] = NODE_PREFIX;

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
  const parents = new Uint8Array(pairs * HASH_BYTES);
  for (let done = 0; done < pairs; done += PAIRS_AT_ONCE) {
    const count = Math.min(PAIRS_AT_ONCE, pairs - done);
    putPairs(row, done, count);
    sha256Many(nodeInputs, nodeStarts, nodeEnds, count, parents.subarray(done * HASH_BYTES));
  }
  return parents;
}

function putPairs(row: Uint8Array, first: number, count: number): void {
  for (let pair = 0; pair < count; pair++) putPair(row, (first + pair) * 2 * HASH_BYTES, pair);
}

/** Lays the two children that begin at `from` into the inputs of a pair. */
function putPair(row: Uint8Array, from: number, pair: number): void {
  const shift = pair * NODE_BYTES + 1 - from;
  for (let at = from; at < from + 2 * HASH_BYTES; at++) nodeInputs[at + shift] = row[at] as number;
}

function listTiles(first: number, nodes: Uint8Array): Tile[] {
  return Array.from({ length: nodes.length / HASH_BYTES }, (_, i) => ({
    index: first + i,
    hash: Buffer.from(nodes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)),
  }));
}
