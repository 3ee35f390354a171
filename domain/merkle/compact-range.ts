import { createHash } from 'node:crypto';

const NODE_PREFIX = Buffer.from([0x01]);
const EMPTY_ROOT = createHash('sha256').digest();

/** Parent of two subtrees: SHA-256(01 ‖ left ‖ right) (RFC 6962, section 2.1). 32 bytes. */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(NODE_PREFIX).update(left).update(right).digest();
}

/**
 * An append-only Merkle tree (RFC 6962) reduced to what appending needs: the roots of its perfect subtrees, largest
 * first, one for each 1 bit of the size. Immutable; 32 bytes × log2(size).
 */
export interface CompactRange {
  readonly size: number;
  readonly peaks: readonly Buffer[];
}

export const EMPTY_RANGE: CompactRange = { size: 0, peaks: [] };

/** The range after appending one leaf hash (32 bytes). */
export function appendLeaf(range: CompactRange, leaf: Buffer): CompactRange {
  const peaks = [...range.peaks];
  let carried = leaf;
  for (let rest = range.size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    const left = peaks.pop();
    if (left === undefined) throw new Error('merkle: a range has too few peaks for its size');
    carried = nodeHash(left, carried);
  }
  peaks.push(carried);
  return { size: range.size + 1, peaks };
}

/** The tree head: peaks folded from the right; SHA-256 of nothing for the empty tree. 32 bytes. */
export function rangeRoot(range: CompactRange): Buffer {
  const last = range.peaks.at(-1);
  if (last === undefined) return EMPTY_ROOT;
  return range.peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}
