import type { SourceRecord } from '../../domain/recording/source-record.ts';
import {
  type FetchedRange,
  type LogBounds,
  OwnershipLost,
  type PartitionFlow,
  type PartitionId,
  type Progress,
} from './ports.ts';
import { type BatchDeps, type RecordedBatch, recordBatch } from './record-batch.ts';
import { RecordQueue, type RecordQueueOptions } from './record-queue.ts';
import { ForeignLog, type PartitionState } from './take-partition.ts';

export interface PartitionRecorderOptions extends RecordQueueOptions {
  /** Longest time a record waits for others to be stored with. */
  readonly flushIntervalMs: number;
}

interface PartitionEvents {
  /** A batch is stored and its progress saved. */
  recorded(at: PartitionId, batch: RecordedBatch, records: readonly SourceRecord[]): void;
  taken(at: PartitionId, nextOffset: number): void;
  /** Something failed that is tried again. */
  failed(at: PartitionId, error: unknown): void;
  /** Nothing but a person can mend it. */
  fatal(error: Error): void;
}

export interface PartitionRecorderDeps {
  readonly at: PartitionId;
  readonly options: PartitionRecorderOptions;
  readonly flow: PartitionFlow;
  readonly events: PartitionEvents;
  /** Reads the log's bounds, then takes the partition. */
  readonly take: () => Promise<{ readonly state: PartitionState; readonly log: LogBounds }>;
  readonly batch: Omit<BatchDeps, 'at' | 'logStart' | 'stillOwner'>;
}

const RETRY_MS = 500;
const HOLE_STEP_OFFSETS = 50_000;

/**
 * Records one partition from the moment it is assigned until it is taken away. The consumer only hands records over
 * (`offer`); storing happens here, outside its handler, so that no partition holds up another or the heartbeats.
 */
export class PartitionRecorder {
  readonly #deps: PartitionRecorderDeps;
  readonly #running: Promise<void>;
  readonly #queue: RecordQueue;
  #busy = false;
  #owned = true;
  #draining = false;
  #state: PartitionState | null = null;
  #logStart = 0;
  #wake: () => void = () => {};

  constructor(deps: PartitionRecorderDeps) {
    this.#deps = deps;
    this.#queue = new RecordQueue(deps.options, deps.flow);
    this.#running = this.#run().catch((error: unknown) => {
      deps.events.fatal(error instanceof Error ? error : new Error('recording a partition failed'));
    });
  }

  /** Takes records over, if the partition is ours and taken. */
  offer(records: readonly SourceRecord[], fetched: FetchedRange): void {
    if (this.#state === null || !this.#owned || this.#draining) return;
    this.#queue.offer(records, fetched);
    this.#wake();
  }

  /** Moves an idle partition's watermark: everything appended before `beforeMs` is recorded if the log ends here. */
  progressIfIdle(logEnd: number, beforeMs: number): (PartitionId & Progress) | null {
    const state = this.#state;
    if (state === null || this.#busy || !this.#queue.isEmpty || state.nextOffset !== logEnd) return null;
    if (beforeMs <= state.watermarkMs) return null;
    state.watermarkMs = beforeMs;
    return { ...this.#deps.at, nextOffset: state.nextOffset, range: state.range, watermarkMs: beforeMs };
  }

  /** Every offset below it is recorded; 0 until the partition is taken. */
  get nextOffset(): number {
    return this.#state?.nextOffset ?? 0;
  }

  /** Records what is queued, then ends. */
  drain(): Promise<void> {
    this.#draining = true;
    this.#wake();
    return this.#running;
  }

  /** Ends at once: another owner may have the partition. Resolves when nothing of ours is under way any more. */
  release(): Promise<void> {
    this.#owned = false;
    this.#wake();
    return this.#running;
  }

  async #run(): Promise<void> {
    await this.#takeUntilTaken();
    while (this.#owned) {
      await this.#untilWorthStoring();
      if (this.#queue.isEmpty && this.#draining) return;
      if (!this.#queue.isEmpty && this.#owned) await this.#recordNext();
    }
  }

  async #takeUntilTaken(): Promise<void> {
    while (this.#owned && !this.#draining) {
      try {
        await this.#takeOnce();
        return;
      } catch (error) {
        if (error instanceof OwnershipLost) return;
        if (error instanceof ForeignLog) return this.#deps.events.fatal(error);
        this.#deps.events.failed(this.#deps.at, error);
        await this.#sleep(RETRY_MS);
      }
    }
  }

  async #takeOnce(): Promise<void> {
    const { state, log } = await this.#deps.take();
    if (!this.#owned) return;
    this.#logStart = log.start;
    await this.#storeHole(log.start, state);
    this.#state = state;
    this.#deps.events.taken(this.#deps.at, state.nextOffset);
    this.#queue.startAt(state.nextOffset);
  }

  async #recordNext(): Promise<void> {
    const state = this.#state;
    const { records, endOffset } = this.#queue.take();
    if (state === null) return;
    this.#busy = true;
    try {
      await this.#storeHole(records[0]?.offset ?? endOffset, state);
      if (state.nextOffset < endOffset) await this.#store(records, endOffset, state);
      await this.#commit(state.nextOffset);
    } catch (error) {
      if (error instanceof OwnershipLost) return;
      this.#deps.events.failed(this.#deps.at, error);
      await this.#startOver();
    } finally {
      this.#busy = false;
    }
  }

  /** Closes a long hole in steps: each offset has a leaf, and a billion of them at once would be too much. */
  async #storeHole(endOffset: number, state: PartitionState): Promise<void> {
    while (this.#owned && state.nextOffset < endOffset) {
      await this.#store([], Math.min(endOffset, state.nextOffset + HOLE_STEP_OFFSETS), state);
    }
  }

  async #store(records: readonly SourceRecord[], endOffset: number, state: PartitionState): Promise<void> {
    const stillOwner = () => this.#owned;
    const deps = { ...this.#deps.batch, at: this.#deps.at, logStart: this.#logStart, stillOwner };
    const batch = await recordBatch(records, endOffset, state, deps);
    this.#deps.events.recorded(this.#deps.at, batch, records);
  }

  /** A commit that fails costs nothing: the store is the truth. */
  async #commit(nextOffset: number): Promise<void> {
    if (!this.#owned) return;
    try {
      await this.#deps.flow.commit(nextOffset);
    } catch (error) {
      this.#deps.events.failed(this.#deps.at, error);
    }
  }

  /** State and store may differ after a failure: read back and go on from there. */
  async #startOver(): Promise<void> {
    this.#state = null;
    this.#queue.clear();
    this.#deps.flow.pause();
    await this.#sleep(RETRY_MS);
    await this.#takeUntilTaken();
  }

  async #untilWorthStoring(): Promise<void> {
    while (this.#queue.isEmpty && this.#owned && !this.#draining) await this.#sleep(null);
    const deadline = performance.now() + this.#deps.options.flushIntervalMs;
    while (this.#owned && !this.#draining && !this.#queue.isFull) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return;
      await this.#sleep(leftMs);
    }
  }

  /** Sleeps until woken, or for a time. */
  #sleep(ms: number | null): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === null ? undefined : setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
