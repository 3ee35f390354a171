import type { SourceRecord } from '../../domain/recording/source-record.ts';
import type { PartitionFlow } from './ports.ts';

export interface RecordQueueOptions {
  readonly maxBatchRecords: number;
  /** Bytes waiting, above which the partition is paused; it flows again below half of it. */
  readonly maxQueueBytes: number;
}

/** What a record costs beside its value: a million empty ones must not count as nothing. */
const RECORD_OVERHEAD_BYTES = 256;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The records of one partition that wait to be stored: in offset order, each once, bounded in bytes. */
export class RecordQueue {
  readonly #options: RecordQueueOptions;
  readonly #flow: PartitionFlow;
  #records: SourceRecord[] = [];
  #bytes = 0;
  #nextOffset = 0;
  #paused = false;
  /** Where a hole in the log was seen once. It is believed when it is seen again after a fresh look. */
  #holeSeenAt = -1;

  constructor(options: RecordQueueOptions, flow: PartitionFlow) {
    this.#options = options;
    this.#flow = flow;
  }

  get length(): number {
    return this.#records.length;
  }

  /** Whether waiting longer would not make a better batch. */
  get isFull(): boolean {
    return this.#paused || this.#records.length >= this.#options.maxBatchRecords;
  }

  /** Empties the queue and lets the partition flow from an offset. */
  startAt(offset: number): void {
    this.clear();
    this.#nextOffset = offset;
    this.#flow.resumeAt(offset);
  }

  clear(): void {
    this.#records = [];
    this.#bytes = 0;
    this.#paused = false;
  }

  /** Takes records over. What was handed over before (a refetch after a rebalance) is passed by. */
  offer(records: readonly SourceRecord[]): void {
    for (const record of records) {
      if (record.offset < this.#nextOffset) continue;
      if (record.offset > this.#nextOffset && this.#holeSeenAt !== this.#nextOffset) {
        this.#lookAgain();
        break;
      }
      this.#records.push(record);
      this.#bytes += weightOf(record);
      this.#nextOffset = record.offset + 1;
    }
    if (this.#paused || this.#bytes <= this.#options.maxQueueBytes) return;
    this.#paused = true;
    this.#flow.pause();
  }

  /** The next records of one append day, so that a batch stays in one part of a table. */
  take(): SourceRecord[] {
    const day = dayOf(this.#records[0]);
    const limit = Math.min(this.#records.length, this.#options.maxBatchRecords);
    let count = 0;
    while (count < limit && dayOf(this.#records[count]) === day) count++;
    const taken = this.#records.splice(0, count);
    for (const record of taken) this.#bytes -= weightOf(record);
    if (this.#paused && this.#bytes < this.#options.maxQueueBytes / 2) {
      this.#paused = false;
      this.#flow.resume();
    }
    return taken;
  }

  #lookAgain(): void {
    this.#holeSeenAt = this.#nextOffset;
    this.#flow.resumeAt(this.#nextOffset);
    if (this.#paused) this.#flow.pause();
  }
}

function dayOf(record: SourceRecord | undefined): number {
  return Math.floor((record?.appendMs ?? 0) / DAY_MS);
}

function weightOf(record: SourceRecord): number {
  return RECORD_OVERHEAD_BYTES + (record.value?.length ?? 0);
}
