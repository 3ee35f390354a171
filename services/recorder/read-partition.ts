import type { ReleasedSchema } from '../../domain/contract/registry.ts';
import { type CompactRange, EMPTY_RANGE } from '../../domain/merkle/compact-range.ts';
import { ReplayedOrigins } from '../../domain/recording/replayed-origins.ts';
import { DUPLICATE_WINDOW_OFFSETS, SeenEvents } from '../../domain/recording/seen-events.ts';
import {
  type LogBounds,
  type PartitionId,
  type RecordStore,
  SEEN_WORDS,
  type StoredOffset,
} from './ports.ts';
import { lostLeaf } from './seal-offsets.ts';

/** What a recorder knows of its partition, after everything stored so far was read back. */
export interface PartitionMemory {
  nextOffset: number;
  range: CompactRange;
  watermarkMs: number;
  readonly seen: SeenEvents;
  readonly origins: ReplayedOrigins;
  /** Leaves of the offsets at or above `nextOffset` that the store has already. */
  readonly storedAhead: Map<number, Buffer>;
}

const TWO_TO_32 = 2 ** 32;
const SEEN_PER_READ = 50_000;

/** Something no retry mends: this log is not the one that the store was filled from. */
export class ForeignLog extends Error {
  constructor(at: PartitionId, storedOffset: number, logEnd: number) {
    super(
      `The store has offset ${storedOffset} of ${at.topic}/${at.partition}, but the log ends at ${logEnd}: ` +
        'this is another topic under an old name. Restore the log, or start with an empty store.',
    );
    this.name = 'ForeignLog';
  }
}

/**
 * Reads back where the store stands, the exact set of offsets above that, and the identities of the last million
 * offsets, also from below it. To be asked when no former owner can store anything any more. Kafka's committed offset
 * is not asked: progress is never ahead of what is stored, so a wrong commit can cost nothing.
 */
export async function readPartition(
  at: PartitionId,
  store: RecordStore,
  readLog: () => Promise<LogBounds>,
  lostSchema: ReleasedSchema,
): Promise<{ readonly memory: PartitionMemory; readonly log: LogBounds }> {
  const progress = await store.readProgress(at);
  const nextOffset = progress?.nextOffset ?? 0;
  const stored = await store.readStored(at, nextOffset);
  const storedEnd = Math.max(nextOffset, (stored.at(-1)?.lastOffset ?? -1) + 1);
  // Looked at last: what a former owner stored while we waited was in the log before.
  const log = await readLog();
  if (storedEnd > log.end) throw new ForeignLog(at, storedEnd - 1, log.end);

  const origins = new ReplayedOrigins();
  const windowStart = Math.max(0, nextOffset - DUPLICATE_WINDOW_OFFSETS);
  for (const replay of await store.readReplays(at, windowStart, storedEnd))
    origins.add(replay.originOffset, replay.offset);
  const seen = new SeenEvents();
  // In parts: a million at once would keep heartbeats waiting.
  for (let from = windowStart; from < storedEnd; from += SEEN_PER_READ) {
    const { words } = await store.readSeen(at, from, from + SEEN_PER_READ);
    for (let event = 0; event < words.length; event += SEEN_WORDS) {
      const offset = (words[event + 4] as number) + (words[event + 5] as number) * TWO_TO_32;
      seen.add(words, event, offset);
    }
  }
  const memory = {
    nextOffset,
    range: progress?.range ?? EMPTY_RANGE,
    watermarkMs: progress?.watermarkMs ?? 0,
    seen,
    origins,
    storedAhead: leavesOf(at, stored, lostSchema),
  };
  return { memory, log };
}

function leavesOf(
  at: PartitionId,
  stored: readonly StoredOffset[],
  lostSchema: ReleasedSchema,
): Map<number, Buffer> {
  const leaves = new Map<number, Buffer>();
  for (const { offset, lastOffset, leaf, lossCause } of stored) {
    if (leaf !== null) leaves.set(offset, leaf);
    if (lossCause === null) continue;
    for (let lost = offset; lost <= lastOffset; lost++)
      leaves.set(lost, lostLeaf(lostSchema, at, lost, lossCause));
  }
  return leaves;
}
