import type { ReleasedSchema } from '../../domain/contract/registry.ts';
import { appendLeaf } from '../../domain/merkle/compact-range.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import type { RecordJudge } from './judge-records.ts';
import type { JudgedBatch, LossCause, LostRange, PartitionId, RecordStore } from './ports.ts';
import { lostLeaf } from './seal-offsets.ts';
import type { PartitionState } from './take-partition.ts';

const LEAF_BYTES = 32;

export interface BatchDeps {
  readonly at: PartitionId;
  readonly store: RecordStore;
  readonly judge: RecordJudge;
  readonly lostSchema: ReleasedSchema;
  /** First offset that the log still had when the partition was taken. */
  readonly logStart: number;
  readonly stillOwner: () => boolean;
}

export interface RecordedBatch {
  readonly judged: JudgedBatch;
  readonly lost: readonly LostRange[];
}

/**
 * Records everything below `endOffset`: records in offset order and of one append day, and whatever holes there are
 * between them. Judges what the store does not have, stores it (quarantine, duplicates, records), then advances the
 * tree and saves the progress, which is never ahead of the rows. Committing to Kafka is the caller's, afterwards.
 */
export async function recordBatch(
  records: readonly SourceRecord[],
  endOffset: number,
  state: PartitionState,
  deps: BatchDeps,
): Promise<RecordedBatch> {
  const absent = records.filter((record) => !state.storedAhead.has(record.offset));
  const lost = findGaps(records, endOffset, state, deps.logStart);
  const readOriginals = (offsets: readonly number[]) => deps.store.readRecords(deps.at, offsets);
  const judged = await deps.judge(absent, state, readOriginals);

  if (lost.length > 0) await deps.store.insertLost(deps.at, lost, deps.stillOwner);
  for (const block of judged.blocks) await deps.store.insertBlock(deps.at, block, deps.stillOwner);

  advance(state, endOffset, leavesByOffset(absent, judged, lost, deps), deps);
  state.watermarkMs = Math.max(state.watermarkMs, records.at(-1)?.appendMs ?? 0);
  const { nextOffset, range, watermarkMs } = state;
  await deps.store.saveProgress([{ ...deps.at, nextOffset, range, watermarkMs }]);
  return { judged, lost };
}

/** Offsets that the log skipped and the store does not have. */
function findGaps(
  records: readonly SourceRecord[],
  endOffset: number,
  state: PartitionState,
  logStart: number,
): LostRange[] {
  const present = new Set(records.map((record) => record.offset));
  const gaps: LostRange[] = [];
  for (let offset = state.nextOffset; offset < endOffset; offset++) {
    if (present.has(offset) || state.storedAhead.has(offset)) continue;
    extend(gaps, offset, offset < logStart ? 'TRIMMED' : 'NO_RECORD');
  }
  return gaps;
}

function extend(gaps: LostRange[], offset: number, cause: LossCause): void {
  const last = gaps.at(-1);
  if (last !== undefined && last.lastOffset === offset - 1 && last.cause === cause) {
    gaps[gaps.length - 1] = { ...last, lastOffset: offset };
  } else {
    gaps.push({ firstOffset: offset, lastOffset: offset, cause });
  }
}

function leavesByOffset(
  records: readonly SourceRecord[],
  judged: JudgedBatch,
  lost: readonly LostRange[],
  deps: BatchDeps,
): ReadonlyMap<number, Buffer> {
  const leaves = new Map<number, Buffer>();
  records.forEach((record, index) => {
    leaves.set(
      record.offset,
      Buffer.from(judged.leaves.subarray(index * LEAF_BYTES, (index + 1) * LEAF_BYTES)),
    );
  });
  for (const range of lost) {
    for (let offset = range.firstOffset; offset <= range.lastOffset; offset++) {
      leaves.set(offset, lostLeaf(deps.lostSchema, deps.at, offset, range.cause));
    }
  }
  return leaves;
}

/** Appends one leaf for every offset below the end, whatever became of it. */
function advance(
  state: PartitionState,
  endOffset: number,
  leaves: ReadonlyMap<number, Buffer>,
  deps: BatchDeps,
): void {
  for (; state.nextOffset < endOffset; state.nextOffset++) {
    const leaf = state.storedAhead.get(state.nextOffset) ?? leaves.get(state.nextOffset);
    if (leaf === undefined) throw new Error(`offset ${state.nextOffset} of ${deps.at.topic} has no leaf`);
    state.range = appendLeaf(state.range, leaf);
    state.storedAhead.delete(state.nextOffset);
  }
}
