import { nodeHash } from './compact-range.ts';

/**
 * The nodes of every perfect subtree over a list of leaf hashes: level 0 are the leaves, one level up are their
 * parents, and so on. What stands at the right edge without a partner has no parent here.
 */
export interface MerkleTree {
  readonly size: number;
  readonly levels: readonly (readonly Buffer[])[];
}

/** Builds the tree once, so that any proof from it costs log(n) steps and at most log(n)² hashes. Leaves: 32 bytes each. */
export function buildMerkleTree(leaves: readonly Buffer[]): MerkleTree {
  const levels: Buffer[][] = [[...leaves]];
  for (let row = levels[0] ?? []; row.length > 1; row = levels.at(-1) ?? []) {
    const parents: Buffer[] = [];
    for (let at = 0; at + 1 < row.length; at += 2)
      parents.push(nodeHash(nodeAt(row, at), nodeAt(row, at + 1)));
    levels.push(parents);
  }
  return { size: leaves.length, levels };
}

/** The root over the first `size` leaves. Throws RangeError unless 0 < size ≤ the tree's. */
export function rootAt(tree: MerkleTree, size: number): Buffer {
  requireWithin(size, 1, tree.size, 'size');
  return rangeHash(tree, 0, size);
}

/**
 * The audit path of a leaf in the tree over the first `size` leaves, lowest node first (RFC 9162, section 2.1.3.1).
 * Throws RangeError when there is no such leaf.
 */
export function inclusionProof(tree: MerkleTree, index: number, size: number): Buffer[] {
  requireWithin(size, 1, tree.size, 'size');
  requireWithin(index, 0, size - 1, 'index');
  const path: Buffer[] = [];
  let first = 0;
  let end = size;
  while (end - first > 1) {
    const middle = first + splitOf(end - first);
    if (index < middle) {
      path.push(rangeHash(tree, middle, end));
      end = middle;
    } else {
      path.push(rangeHash(tree, first, middle));
      first = middle;
    }
  }
  return path.reverse();
}

/**
 * What shows that the tree over the first `oldSize` leaves is a beginning of the one over the first `newSize`
 * (RFC 9162, section 2.1.4.1). Empty for equal sizes. Throws RangeError unless 0 < oldSize ≤ newSize ≤ the tree's.
 */
export function consistencyProof(tree: MerkleTree, oldSize: number, newSize: number): Buffer[] {
  requireWithin(newSize, 1, tree.size, 'newSize');
  requireWithin(oldSize, 1, newSize, 'oldSize');
  const path: Buffer[] = [];
  let first = 0;
  let end = newSize;
  while (end > oldSize) {
    const middle = first + splitOf(end - first);
    if (oldSize <= middle) {
      path.push(rangeHash(tree, middle, end));
      end = middle;
    } else {
      path.push(rangeHash(tree, first, middle));
      first = middle;
    }
  }
  // Where the old tree is whole on the left, its root is what the verifier holds already.
  if (first > 0) path.push(rangeHash(tree, first, end));
  return path.reverse();
}

/** The hash over leaves `first` to `end` − 1 of a range that a split by powers of two gives. */
function rangeHash(tree: MerkleTree, first: number, end: number): Buffer {
  const length = end - first;
  const level = Math.log2(length);
  if (Number.isInteger(level)) return nodeAt(tree.levels[level] ?? [], first / length);
  const middle = first + splitOf(length);
  return nodeHash(rangeHash(tree, first, middle), rangeHash(tree, middle, end));
}

/** The largest power of two below `length`, which is at least 2. */
function splitOf(length: number): number {
  let split = 1;
  while (split * 2 < length) split *= 2;
  return split;
}

function nodeAt(row: readonly Buffer[], index: number): Buffer {
  const node = row[index];
  if (node === undefined) throw new RangeError('merkle: the tree has no such node');
  return node;
}

function requireWithin(value: number, least: number, most: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new RangeError(`merkle: ${name} must be a whole number from ${least} to ${most}`);
}
