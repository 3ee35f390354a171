import type { ReleasedSchema } from '../../domain/contract/registry.ts';
import { appendLeaves } from '../../domain/merkle/append-leaves.ts';
import { EMPTY_RANGE, rangeRoot } from '../../domain/merkle/compact-range.ts';
import { lostLeaf } from '../../services/recorder/seal-offsets.ts';
import type { LostRange, RecordedPartition, StatementStore, StoredLeaf } from './statement-store.ts';

/** Something that no statement explains. */
export type CoverageFinding =
  | {
      readonly kind: 'missing';
      readonly topic: string;
      readonly partition: number;
      readonly firstOffset: number;
      readonly lastOffset: number;
    }
  /** The leaves do not give the root that was saved. */
  | { readonly kind: 'root_differs'; readonly topic: string; readonly partition: number };

export interface Coverage {
  readonly offsets: number;
  readonly recorded: number;
  /** Gone under a statement. */
  readonly pruned: number;
  readonly lost: number;
  readonly missing: number;
  readonly findings: readonly CoverageFinding[];
}

const OFFSETS_PER_READ = 100_000;
const LEAF_BYTES = 32;
const MOST_FINDINGS = 1_000;

/**
 * Walks every partition from offset 0 to its saved progress: each offset is a row, a lost one, or gone under one of the
 * statements given; and their leaves give the saved root.
 */
export async function checkCoverage(
  store: StatementStore,
  stated: ReadonlySet<string>,
  lostSchema: ReleasedSchema,
): Promise<Coverage> {
  const total = {
    offsets: 0,
    recorded: 0,
    pruned: 0,
    lost: 0,
    missing: 0,
    findings: [] as CoverageFinding[],
  };
  for (const at of await store.readPartitions()) {
    const part = await checkPartition(at, store, stated, lostSchema);
    for (const name of ['offsets', 'recorded', 'pruned', 'lost', 'missing'] as const)
      total[name] += part[name];
    total.findings.push(...part.findings.slice(0, MOST_FINDINGS - total.findings.length));
  }
  return total;
}

async function checkPartition(
  at: RecordedPartition,
  store: StatementStore,
  stated: ReadonlySet<string>,
  lostSchema: ReleasedSchema,
): Promise<Coverage> {
  const { topic, partition, nextOffset } = at;
  const lost = await store.readLost(topic, partition);
  const part = { offsets: nextOffset, recorded: 0, pruned: 0, lost: 0, missing: 0 };
  const gaps: { firstOffset: number; lastOffset: number }[] = [];
  let range = EMPTY_RANGE;
  for (let from = 0; from < nextOffset; from += OFFSETS_PER_READ) {
    const to = Math.min(nextOffset, from + OFFSETS_PER_READ);
    const stored = groupByOffset(await store.readLeaves(topic, partition, from, to), stated);
    const leaves = Buffer.alloc((to - from) * LEAF_BYTES);
    for (let offset = from; offset < to; offset++) {
      const found = stored.get(offset);
      const cause = found === undefined ? causeOf(lost, offset) : null;
      const leaf = found?.leaf ?? (cause === null ? null : lostLeaf(lostSchema, at, offset, cause));
      if (leaf === null) {
        part.missing++;
        const last = gaps.at(-1);
        if (last?.lastOffset === offset - 1) last.lastOffset = offset;
        else gaps.push({ firstOffset: offset, lastOffset: offset });
        continue;
      }
      if (found === undefined) part.lost++;
      else if (found.statementId === null) part.recorded++;
      else part.pruned++;
      leaf.copy(leaves, (offset - from) * LEAF_BYTES);
    }
    range = appendLeaves(range, leaves).range;
  }
  const findings: CoverageFinding[] = gaps.map((gap) => ({ kind: 'missing', topic, partition, ...gap }));
  // Where something is missing, no root can follow: that finding says it already.
  if (gaps.length === 0 && !rangeRoot(range).equals(at.root))
    findings.push({ kind: 'root_differs', topic, partition });
  return { ...part, findings };
}

/** A row stands for itself; a leaf that was kept counts only under a statement that verifies. */
function groupByOffset(leaves: readonly StoredLeaf[], stated: ReadonlySet<string>): Map<number, StoredLeaf> {
  const known = new Map<number, StoredLeaf>();
  for (const stored of leaves) {
    const counts =
      stored.statementId === null || (stated.has(stored.statementId) && !known.has(stored.offset));
    if (counts) known.set(stored.offset, stored);
  }
  return known;
}

function causeOf(lost: readonly LostRange[], offset: number): LostRange['cause'] | null {
  return lost.find(({ first, last }) => first <= offset && offset <= last)?.cause ?? null;
}
