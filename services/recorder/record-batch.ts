import type { ReleasedSchema } from '../../domain/contract/registry.ts';
import { appendLeaves, type Tile } from '../../domain/merkle/append-leaves.ts';
import type { InsertStep } from '../../domain/recording/protocol/partition-states.ts';
import type { BatchOutcomes } from '../../domain/recording/quarantine-watch.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import type { RecordJudge } from './judge-records.ts';
import type { KeyWaiter } from './lease-keys.ts';
import { outcomesOf } from './outcomes-of-batch.ts';
import type { InsertOutcome, JudgedBatch, LossCause, LostRange, PartitionId, RecordStore } from './ports.ts';
import type { PartitionMemory } from './read-partition.ts';
import { lostLeaf } from './seal-offsets.ts';

const LEAF_BYTES = 32;

export interface BatchDeps {
  readonly at: PartitionId;
  readonly store: RecordStore;
  readonly lostSchema: ReleasedSchema;
}

export interface RecordedBatch {
  readonly judged: JudgedBatch;
  readonly lost: readonly LostRange[];
}

/**
 * Everything below `endOffset`: records in offset order and of one append day, and whatever holes there are between
 * them. Judged, and on its way into the store; in what order, and when, the protocol says.
 */
export class Batch implements RecordedBatch {
  readonly judged: JudgedBatch;
  readonly lost: readonly LostRange[];
  readonly records: readonly SourceRecord[];
  readonly endOffset: number;
  /** The records that the store did not have when they were judged, in the order of `judged.leaves`. */
  readonly #absent: readonly SourceRecord[];
  readonly #deps: BatchDeps;
  #tiles: readonly Tile[] = [];
  /** Which rows of a step turned out to be still absent; every row of any other step is. */
  #left: { readonly step: InsertStep; readonly offsets: ReadonlySet<number> } | null = null;

  private constructor(
    content: { judged: JudgedBatch; lost: readonly LostRange[]; records: readonly SourceRecord[] },
    endOffset: number,
    absent: readonly SourceRecord[],
    deps: BatchDeps,
  ) {
    this.judged = content.judged;
    this.lost = content.lost;
    this.records = content.records;
    this.endOffset = endOffset;
    this.#absent = absent;
    this.#deps = deps;
  }

  /** Judges what the store does not have. Remembers in `memory` which events it has seen, and nothing else yet. */
  static async judge(
    records: readonly SourceRecord[],
    endOffset: number,
    memory: PartitionMemory,
    logStart: number,
    judge: RecordJudge,
    deps: BatchDeps,
    waiter: KeyWaiter,
  ): Promise<Batch> {
    const { storedAhead } = memory;
    const absent =
      storedAhead.size === 0 ? records : records.filter((record) => !storedAhead.has(record.offset));
    const lost = findGaps(records, endOffset, memory, logStart);
    const readOriginals = (offsets: readonly number[]) => deps.store.readRecords(deps.at, offsets);
    const judged = await judge(absent, memory, readOriginals, waiter);
    return new Batch({ judged, lost, records }, endOffset, absent, deps);
  }

  /** What became of its records, for the watch over quarantine. */
  get outcomes(): BatchOutcomes {
    return outcomesOf(this.#absent, this.judged);
  }

  /** Which tables have rows of this batch. */
  get steps(): ReadonlySet<InsertStep> {
    const steps = new Set<InsertStep>(this.judged.blocks.map(({ table }) => stepOf(table)));
    if (this.lost.length > 0) steps.add('lost');
    return steps;
  }

  /** Sends the rows of a step, or those of them that turned out to be absent. */
  insert(step: InsertStep, deadlineMs: number): Promise<InsertOutcome> {
    const { at, store } = this.#deps;
    const left = this.#left?.step === step ? this.#left.offsets : null;
    if (step === 'lost') {
      const ranges = this.lost.filter(({ firstOffset }) => left === null || left.has(firstOffset));
      return store.insertLost(at, ranges, deadlineMs);
    }
    return store.insertBlock(at, this.#blockOf(step), left, deadlineMs);
  }

  /** Reads which rows of a step are absent. Resolves to whether any is. */
  async readAbsent(step: InsertStep): Promise<boolean> {
    const { at, store } = this.#deps;
    const offsets =
      step === 'lost' ? this.lost.map(({ firstOffset }) => firstOffset) : this.#blockOf(step).offsets;
    const left = await store.readAbsent(at, this.tableOf(step), offsets);
    this.#left = { step, offsets: left };
    return left.size > 0;
  }

  tableOf(step: InsertStep): string {
    return step === 'lost' ? 'lost' : this.#blockOf(step).table;
  }

  /** Full tiles of the tree that this batch completed; known once it has advanced. */
  get tiles(): readonly Tile[] {
    return this.#tiles;
  }

  /**
   * Once all is stored: appends one leaf for every offset below the end, whatever became of it. Once only: false when
   * it is done already.
   */
  advance(memory: PartitionMemory): boolean {
    if (memory.nextOffset >= this.endOffset) return false;
    const { range, tiles } = appendLeaves(memory.range, this.#leavesFrom(memory));
    for (const offset of memory.storedAhead.keys())
      if (offset < this.endOffset) memory.storedAhead.delete(offset);
    memory.range = range;
    memory.nextOffset = this.endOffset;
    memory.watermarkMs = Math.max(memory.watermarkMs, this.records.at(-1)?.appendMs ?? 0);
    this.#tiles = tiles;
    return true;
  }

  #blockOf(step: InsertStep) {
    const block = this.judged.blocks.find(({ table }) => stepOf(table) === step);
    if (block === undefined) throw new Error(`a batch has no ${step}`);
    return block;
  }

  /** The leaves of the offsets from where the memory stands up to the end, 32 bytes each. */
  #leavesFrom(memory: PartitionMemory): Uint8Array {
    const count = this.endOffset - memory.nextOffset;
    // As nearly always: every offset was judged just now.
    if (this.judged.leaves.length === count * LEAF_BYTES) return this.judged.leaves;
    const { at, lostSchema } = this.#deps;
    const leaves = new Uint8Array(count * LEAF_BYTES);
    let filled = 0;
    const put = (offset: number, leaf: Uint8Array) => {
      leaves.set(leaf, (offset - memory.nextOffset) * LEAF_BYTES);
      filled++;
    };
    for (const [offset, leaf] of memory.storedAhead) if (offset < this.endOffset) put(offset, leaf);
    this.#absent.forEach(({ offset }, index) => {
      put(offset, this.judged.leaves.subarray(index * LEAF_BYTES, (index + 1) * LEAF_BYTES));
    });
    for (const { firstOffset, lastOffset, cause } of this.lost) {
      for (let offset = firstOffset; offset <= lastOffset; offset++)
        put(offset, lostLeaf(lostSchema, at, offset, cause));
    }
    if (filled !== count) throw new Error(`of ${count} offsets of ${at.topic} ${filled} have a leaf`);
    return leaves;
  }
}

function stepOf(table: string): InsertStep {
  return table === 'quarantine' || table === 'duplicates' ? table : 'records';
}

/** Offsets that the log skipped and the store does not have. */
function findGaps(
  records: readonly SourceRecord[],
  endOffset: number,
  memory: PartitionMemory,
  logStart: number,
): LostRange[] {
  if (records.length === endOffset - memory.nextOffset) return [];
  const present = new Set(records.map((record) => record.offset));
  const gaps: LostRange[] = [];
  for (let offset = memory.nextOffset; offset < endOffset; offset++) {
    if (present.has(offset) || memory.storedAhead.has(offset)) continue;
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
