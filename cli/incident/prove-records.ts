import type { ReleasedSchema } from '../../domain/contract/registry.ts';
import { TILE_LEAVES } from '../../domain/merkle/append-leaves.ts';
import { buildMerkleTree, type MerkleTree, rootAt } from '../../domain/merkle/proofs.ts';
import { tiledProof } from '../../domain/merkle/tiled-proof.ts';
import { verifyInclusion } from '../../domain/merkle/verify-proofs.ts';
import { lostLeaf } from '../../services/recorder/seal-offsets.ts';
import type { RecordedPartition, StatementStore } from '../statements/statement-store.ts';
import type { EvidenceStore } from './evidence-store.ts';

/** That a leaf stands at an offset of a partition, under the root that the recorder saved. */
interface RecordProof {
  readonly index: number;
  readonly size: number;
  readonly root: Buffer;
  readonly path: readonly Buffer[];
}

/**
 * `unproven`: the store does not hold what a proof needs (the record is newer than the saved root, or leaves beside it
 * are gone). `broken`: leaf, tiles and root contradict each other, which is a finding.
 */
export type Proven = { readonly proof: RecordProof } | { readonly reason: 'unproven' | 'broken' };

export interface RecordProver {
  prove(topic: string, partition: number, offset: number, leaf: Buffer): Promise<Proven>;
}

interface ProverDependencies {
  readonly statements: Pick<StatementStore, 'readLeaves' | 'readLost'>;
  readonly evidence: Pick<EvidenceStore, 'readTiles'>;
  readonly partitions: readonly RecordedPartition[];
  readonly lostSchema: ReleasedSchema;
}

/**
 * Proves records one by one, from the hashes of tiles and the leaves of one tile at a time. Cheapest in the order of
 * offsets: the last tile is kept. Every proof is verified before it is handed over.
 */
export function createRecordProver(deps: ProverDependencies): RecordProver {
  const upper = new Map<string, Promise<MerkleTree | null>>();
  let kept: { readonly name: string; readonly tree: Promise<MerkleTree | null> } | null = null;
  const lowerOf = (at: RecordedPartition, tile: number) => {
    const name = `${at.topic}/${at.partition}/${tile}`;
    if (kept?.name !== name) kept = { name, tree: readTile(deps, at, tile) };
    return kept.tree;
  };
  const upperOf = (at: RecordedPartition) => {
    const name = `${at.topic}/${at.partition}`;
    const tree = upper.get(name) ?? readTiles(deps, at, lowerOf);
    upper.set(name, tree);
    return tree;
  };
  return {
    prove: async (topic, partition, offset, leaf) => {
      const at = deps.partitions.find((each) => each.topic === topic && each.partition === partition);
      if (at === undefined || offset >= at.nextOffset) return { reason: 'unproven' };
      const tiles = await upperOf(at);
      const tile = await lowerOf(at, Math.floor(offset / TILE_LEAVES));
      if (tiles === null || tile === null) return { reason: 'unproven' };
      const proof = {
        index: offset,
        size: at.nextOffset,
        root: at.root,
        path: tiledProof(tiles, tile, offset),
      };
      return verifyInclusion({ ...proof, leaf, proof: proof.path }) ? { proof } : { reason: 'broken' };
    },
  };
}

/** The tree over all tiles of a partition; null where some are not there. */
async function readTiles(
  deps: ProverDependencies,
  at: RecordedPartition,
  lowerOf: (at: RecordedPartition, tile: number) => Promise<MerkleTree | null>,
): Promise<MerkleTree | null> {
  const full = Math.floor(at.nextOffset / TILE_LEAVES);
  const hashes = await deps.evidence.readTiles(at.topic, at.partition, full);
  if (hashes.length < full) return null;
  if (at.nextOffset % TILE_LEAVES === 0) return buildMerkleTree(hashes);
  const last = await lowerOf(at, full);
  return last === null ? null : buildMerkleTree([...hashes, rootAt(last, last.size)]);
}

/** The tree over the leaves of one tile; null where one is not there. */
async function readTile(
  { statements, lostSchema }: ProverDependencies,
  at: RecordedPartition,
  tile: number,
): Promise<MerkleTree | null> {
  const { topic, partition } = at;
  const from = tile * TILE_LEAVES;
  const to = Math.min(at.nextOffset, from + TILE_LEAVES);
  const stored = await statements.readLeaves(topic, partition, from, to);
  const byOffset = new Map(stored.map(({ offset, leaf }) => [offset, leaf]));
  const lost = byOffset.size < to - from ? await statements.readLost(topic, partition) : [];
  const leaves: Buffer[] = [];
  for (let offset = from; offset < to; offset++) {
    const cause = lost.find(({ first, last }) => first <= offset && offset <= last)?.cause;
    const leaf =
      byOffset.get(offset) ?? (cause === undefined ? null : lostLeaf(lostSchema, at, offset, cause));
    if (leaf === null) return null;
    leaves.push(leaf);
  }
  return buildMerkleTree(leaves);
}
