import type { SourceRecord } from '../../domain/recording/source-record.ts';
import type { FetchedRange, PartitionFlow } from './ports.ts';

export interface RecordQueueOptions {
  readonly maxBatchRecords: number;
  /** Bytes waiting, above which the partition is paused; it flows again below half of it. */
  readonly maxQueueBytes: number;
  /** The time between append and arrival counts as waiting, but no more of it than this. */
  readonly maxHeadStartMs: number;
  /** Told each time when that happens. */
  readonly onPause?: () => void;
}

/** What a record costs beside its value: a million empty ones must not count as nothing. */
const RECORD_OVERHEAD_BYTES = 256;
/** Of the queue, while the store takes nothing: enough to begin with when it is back. The rest is safe in the log. */
const SHARE_WHILE_STUCK = 1 / 8;
const LONGEST_HOLE_INSIDE = 1_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The records of one partition that wait to be stored: in offset order, each once, bounded in bytes. */
export class RecordQueue {
  readonly #options: RecordQueueOptions;
  readonly #flow: PartitionFlow;
  #records: SourceRecord[] = [];
  #bytes = 0;
  /** Behind all that was handed over, and behind all that was taken out again. */
  #nextOffset = 0;
  #takenTo = 0;
  #paused = false;
  #stuck = false;
  #waitingSinceMs = 0;
  /** Where a hole in the log was seen once. It is believed when it is seen again after a fresh look. */
  #holeSeenAt = -1;

  constructor(options: RecordQueueOptions, flow: PartitionFlow) {
    this.#options = options;
    this.#flow = flow;
  }

  /** Whether nothing waits: no record, and no offset that is known to hold none. */
  get isEmpty(): boolean {
    return this.#records.length === 0 && this.#takenTo >= this.#nextOffset;
  }

  /** Since when the first of what waits has been waiting, in the log and here, on the scale of `performance.now()`. */
  get waitingSinceMs(): number {
    return this.#waitingSinceMs;
  }

  /** Whether waiting longer would not make a better batch. */
  get isFull(): boolean {
    return this.#paused || this.#records.length >= this.#options.maxBatchRecords;
  }

  /** Empties the queue and lets the partition flow from an offset. */
  startAt(offset: number): void {
    this.clear();
    this.#holeSeenAt = -1;
    this.#nextOffset = offset;
    this.#takenTo = offset;
    this.#flow.resumeAt(offset);
  }

  /** The consumer has joined anew and forgotten where it was: lets it go on behind what was handed over. */
  flowOn(): void {
    this.#flow.resumeAt(this.#nextOffset);
    if (this.#paused) this.#flow.pause();
  }

  clear(): void {
    this.#records = [];
    this.#bytes = 0;
    this.#takenTo = this.#nextOffset;
    this.#paused = false;
  }

  /**
   * Takes over what a fetch brought. What was handed over before (a refetch after a rebalance) is passed by. Offsets
   * that the fetch covered without a record hold none; but where it begins beyond what is expected, that is a hole.
   */
  offer(records: readonly SourceRecord[], fetched: FetchedRange): void {
    if (fetched.firstOffset > this.#nextOffset && this.#holeSeenAt !== this.#nextOffset) {
      this.#lookAgain();
      return;
    }
    if (this.isEmpty) this.#waitingSinceMs = performance.now() - this.#alreadyWaitedMs(records[0]);
    for (const record of records) {
      if (record.offset < this.#nextOffset) continue;
      this.#records.push(record);
      this.#bytes += weightOf(record);
    }
    this.#nextOffset = Math.max(this.#nextOffset, fetched.lastOffset + 1);
    this.#pauseIfFull();
  }

  /**
   * Whether the store takes nothing for now. Then little more is fetched: a full queue would be of no use, and an outage
   * must not cost memory.
   */
  set isStuck(stuck: boolean) {
    if (stuck === this.#stuck) return;
    this.#stuck = stuck;
    if (stuck) this.#pauseIfFull();
    else this.#resumeIfEmptier();
  }

  /**
   * The next records of one append day, so that a batch stays in one part of a table, and where they end: behind the
   * last of them, or behind all that was fetched if none is left.
   */
  take(): { readonly records: readonly SourceRecord[]; readonly endOffset: number } {
    const day = dayOf(this.#records[0]);
    const limit = Math.min(this.#records.length, this.#options.maxBatchRecords);
    let count = 0;
    while (count < limit && dayOf(this.#records[count]) === day && !this.#beginsBehindHole(count)) count++;
    const records = this.#records.splice(0, count);
    for (const record of records) this.#bytes -= weightOf(record);
    const last = records.at(-1);
    this.#takenTo = this.#records.length === 0 || last === undefined ? this.#nextOffset : last.offset + 1;
    this.#resumeIfEmptier();
    return { records, endOffset: this.#takenTo };
  }

  get #limitBytes(): number {
    return this.#options.maxQueueBytes * (this.#stuck ? SHARE_WHILE_STUCK : 1);
  }

  #pauseIfFull(): void {
    if (this.#paused || this.#bytes <= this.#limitBytes) return;
    this.#paused = true;
    this.#flow.pause();
    this.#options.onPause?.();
  }

  #resumeIfEmptier(): void {
    if (!this.#paused || this.#bytes >= this.#limitBytes / 2) return;
    this.#paused = false;
    this.#flow.resume();
  }

  /** A long hole is closed in steps, and so must come before the first record of a batch. */
  #beginsBehindHole(index: number): boolean {
    const before = this.#records[index - 1];
    return before !== undefined && (this.#records[index]?.offset ?? 0) - before.offset > LONGEST_HOLE_INSIDE;
  }

  /** From the append on, as far as clocks that differ do no harm: only so much sooner is a batch sent. */
  #alreadyWaitedMs(first: SourceRecord | undefined): number {
    const waitedMs = first === undefined ? 0 : Date.now() - first.appendMs;
    return Math.min(Math.max(0, waitedMs), this.#options.maxHeadStartMs);
  }

  #lookAgain(): void {
    this.#holeSeenAt = this.#nextOffset;
    this.flowOn();
  }
}

function dayOf(record: SourceRecord | undefined): number {
  return Math.floor((record?.appendMs ?? 0) / DAY_MS);
}

function weightOf(record: SourceRecord): number {
  return RECORD_OVERHEAD_BYTES + record.bytes;
}
