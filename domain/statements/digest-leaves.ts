import { createHash } from 'node:crypto';

/** A leaf of a record that is gone. */
export interface PrunedLeaf {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** 32 bytes. */
  readonly leaf: Uint8Array;
}

/** Name, among the details of a PRUNE statement, of the digest over the leaves of what it dropped. */
export const LEAVES_DETAIL = 'leaves';

/**
 * The digest that a statement carries, so that nothing can be added to its list later: SHA-256 over, for each leaf,
 * topic (UTF-8) ‖ 00 ‖ partition (4 bytes) ‖ offset (8 bytes) ‖ leaf hash (32 bytes), big-endian.
 * Leaves are added in the order of topic (by its bytes), partition and offset.
 */
export function createLeavesDigest(): { add(leaf: PrunedLeaf): void; hex(): string } {
  const hash = createHash('sha256');
  const numbers = Buffer.alloc(12);
  return {
    add: ({ topic, partition, offset, leaf }) => {
      numbers.writeInt32BE(partition, 0);
      numbers.writeBigInt64BE(BigInt(offset), 4);
      hash.update(`${topic}\0`).update(numbers).update(leaf);
    },
    hex: () => hash.digest('hex'),
  };
}
