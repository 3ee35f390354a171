import { INPUTS } from '../../domain/contract/inputs.ts';
import {
  buildMerkleTree,
  consistencyProof,
  inclusionProof,
  type MerkleTree,
  rootAt,
} from '../../domain/merkle/proofs.ts';
import { verifyConsistency, verifyInclusion } from '../../domain/merkle/verify-proofs.ts';
import type { ClickHouse } from '../../platform/clickhouse/client.ts';

/** The tree of one partition, and the heads of it that the recorder saved. */
interface PartitionTree {
  readonly tree: MerkleTree;
  readonly leaves: readonly Buffer[];
  readonly heads: readonly { readonly size: number; readonly root: Buffer }[];
}

/** By `topic/partition`; partitions without a record are left out. */
export type PartitionTrees = ReadonlyMap<string, PartitionTree>;

interface LeafRow {
  readonly at: string;
  readonly offset: number;
  readonly leaf: string;
}

/** Reads every leaf and every saved head. Throws when an offset below the last one has no leaf or two. */
export async function readTrees(clickhouse: ClickHouse): Promise<PartitionTrees> {
  const tables = [...INPUTS.map(({ table }) => table), 'duplicates', 'quarantine'];
  const leaves = new Map<string, Buffer[]>();
  const select = tables.map(
    (table) =>
      `SELECT concat(topic, '/', toString(partition)) AS at, offset, hex(leaf_hash) AS leaf FROM ${table}`,
  );
  const rows = await clickhouse.query<LeafRow>(
    `SELECT * FROM (${select.join(' UNION ALL ')}) ORDER BY at, offset`,
  );
  for (const { at, offset, leaf } of rows) {
    const known = leaves.get(at) ?? [];
    if (offset !== known.length) throw new Error(`${at}: offset ${known.length} has no leaf, or two`);
    known.push(Buffer.from(leaf, 'hex'));
    leaves.set(at, known);
  }
  const saved = await clickhouse.query<{ at: string; size: number; root: string }>(
    `SELECT concat(topic, '/', toString(partition)) AS at, next_offset AS size, hex(root) AS root FROM progress FINAL
     WHERE next_offset > 0 ORDER BY at, size`,
  );
  return new Map(
    [...leaves].map(([at, of]) => {
      const heads = saved
        .filter((row) => row.at === at)
        .map(({ size, root }) => ({ size, root: Buffer.from(root, 'hex') }));
      return [at, { tree: buildMerkleTree(of), leaves: of, heads }];
    }),
  );
}

export interface ProofFigures {
  /** Saved heads that do not follow from the leaves. */
  wrongHeads: number;
  heads: number;
  inclusions: number;
  consistencies: number;
  /** Proofs that did not verify. */
  failed: number;
}

/** Every saved head against the leaves, every leaf's proof in the first and last head, and from each head to the next. */
export function proveAll(trees: PartitionTrees): ProofFigures {
  const figures: ProofFigures = { wrongHeads: 0, heads: 0, inclusions: 0, consistencies: 0, failed: 0 };
  for (const { tree, leaves, heads } of trees.values()) {
    const sound = heads.filter(({ size, root }) => size <= tree.size && rootAt(tree, size).equals(root));
    figures.heads += heads.length;
    figures.wrongHeads += heads.length - sound.length;
    for (const head of new Set([sound.at(0), sound.at(-1)])) {
      for (let index = 0; head !== undefined && index < head.size; index++) {
        const leaf = leaves[index] ?? Buffer.alloc(0);
        const proof = inclusionProof(tree, index, head.size);
        figures.inclusions++;
        if (!verifyInclusion({ leaf, index, ...head, proof })) figures.failed++;
      }
    }
    for (const [at, newer] of sound.entries()) {
      const older = sound[at - 1];
      if (older === undefined) continue;
      const proof = consistencyProof(tree, older.size, newer.size);
      const claim = { oldSize: older.size, oldRoot: older.root, newSize: newer.size, newRoot: newer.root };
      figures.consistencies++;
      if (!verifyConsistency({ ...claim, proof })) figures.failed++;
    }
  }
  return figures;
}

export interface TreeComparison {
  /** Leaves of the first that the second has otherwise or not at all. */
  readonly otherLeaves: number;
  /** Heads of the first that are not heads of the second's leaves. */
  readonly otherRoots: number;
  /** Proofs made from the first that do not verify against the second, and the other way round. */
  readonly failedProofs: number;
  readonly leaves: number;
  readonly proofs: number;
}

/** Whether a later or other store tells the same: what one proves, the other's roots must bear out. */
export function compareTrees(before: PartitionTrees, after: PartitionTrees): TreeComparison {
  const result = { otherLeaves: 0, otherRoots: 0, failedProofs: 0, leaves: 0, proofs: 0 };
  for (const [at, old] of before) {
    const now = after.get(at);
    result.leaves += old.leaves.length;
    if (now === undefined || now.tree.size < old.tree.size) {
      result.otherLeaves += old.leaves.length;
      continue;
    }
    result.otherLeaves += old.leaves.filter((leaf, index) => now.leaves[index]?.equals(leaf) !== true).length;
    for (const { size, root } of old.heads) if (!rootAt(now.tree, size).equals(root)) result.otherRoots++;
    const size = old.tree.size;
    const [oldRoot, newRoot] = [rootAt(old.tree, size), rootAt(now.tree, now.tree.size)];
    for (const [index, leaf] of old.leaves.entries()) {
      const made = {
        leaf,
        index,
        size,
        root: rootAt(now.tree, size),
        proof: inclusionProof(old.tree, index, size),
      };
      const grown = inclusionProof(now.tree, index, now.tree.size);
      result.proofs += 2;
      if (!verifyInclusion(made)) result.failedProofs++;
      if (!verifyInclusion({ leaf, index, size: now.tree.size, root: newRoot, proof: grown }))
        result.failedProofs++;
    }
    const proof = consistencyProof(now.tree, size, now.tree.size);
    result.proofs++;
    if (!verifyConsistency({ oldSize: size, oldRoot, newSize: now.tree.size, newRoot, proof }))
      result.failedProofs++;
  }
  return result;
}
