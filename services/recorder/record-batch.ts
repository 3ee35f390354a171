import type { ReleasedSchema } from '../../domain/contract/registry.ts';
import { appendLeaf } from '../../domain/merkle/compact-range.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import type { LossCause, LostRange, PartitionId, RecordedRow, RecordStore } from './ports.ts';
import type { EventRecorder } from './record-events.ts';
import { lostLeaf } from './seal-offsets.ts';
import type { PartitionState } from './take-partition.ts';

export interface BatchDeps {
  readonly at: PartitionId;
  readonly store: RecordStore;
  readonly recordEvents: EventRecorder;
  readonly lostSchema: ReleasedSchema;
  /** First offset that the log still had when the partition was taken. */
  readonly logStart: number;
  readonly stillOwner: () => boolean;
}

export interface RecordedBatch {
  readonly rows: readonly RecordedRow[];
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
  const rows = await deps.recordEvents(absent, state.seen, (offsets) =>
    deps.store.readRecords(deps.at, offsets),
  );

  if (lost.length > 0) await deps.store.insertLost(deps.at, lost, deps.stillOwner);
  if (rows.length > 0) await deps.store.insertRows(deps.at, rows, deps.stillOwner);

  advance(state, endOffset, rows, lost, deps);
  state.watermarkMs = Math.max(state.watermarkMs, records.at(-1)?.appendMs ?? 0);
  const { nextOffset, range, watermarkMs } = state;
  await deps.store.saveProgress([{ ...deps.at, nextOffset, range, watermarkMs }]);
  return { rows, lost };
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

/** Appends one leaf for every offset below the end, whatever became of it. */
function advance(
  state: PartitionState,
  endOffset: number,
  rows: readonly RecordedRow[],
  lost: readonly LostRange[],
  deps: BatchDeps,
): void {
  const leaves = new Map(rows.map((row) => [row.offset, row.leaf]));
  for (const range of lost) {
    for (let offset = range.firstOffset; offset <= range.lastOffset; offset++) {
      leaves.set(offset, lostLeaf(deps.lostSchema, deps.at, offset, range.cause));
    }
  }
  for (; state.nextOffset < endOffset; state.nextOffset++) {
    const leaf = state.storedAhead.get(state.nextOffset) ?? leaves.get(state.nextOffset);
    if (leaf === undefined) throw new Error(`offset ${state.nextOffset} of ${deps.at.topic} has no leaf`);
    state.range = appendLeaf(state.range, leaf);
    state.storedAhead.delete(state.nextOffset);
  }
}
