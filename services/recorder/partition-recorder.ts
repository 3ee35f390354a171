import { setTimeout as sleep } from 'node:timers/promises';
import type { Tile } from '../../domain/merkle/append-leaves.ts';
import {
  type Effect,
  type InsertStep,
  type PartitionEvent,
  type PartitionResult,
  type PartitionState,
  RELEASED,
  type Tenure,
} from '../../domain/recording/protocol/partition-states.ts';
import type { ServerClock } from '../../domain/recording/protocol/server-clock.ts';
import { transition } from '../../domain/recording/protocol/transition.ts';
import type { ProtocolTimes } from '../../domain/recording/protocol/transition-shapes.ts';
import type { QuarantineWatch } from '../../domain/recording/quarantine-watch.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { Backoff } from './back-off.ts';
import type { RecordJudge } from './judge-records.ts';
import type { RecorderReport } from './metrics.ts';
import type {
  FetchedRange,
  InsertOutcome,
  LogBounds,
  PartitionFlow,
  PartitionId,
  Progress,
} from './ports.ts';
import { ForeignLog, type PartitionMemory } from './read-partition.ts';
import { Batch, type BatchDeps } from './record-batch.ts';
import { RecordQueue, type RecordQueueOptions } from './record-queue.ts';

export interface PartitionRecorderOptions extends RecordQueueOptions {
  /** Longest time a record waits for others to be stored with. */
  readonly flushIntervalMs: number;
  /** While more waits to be stored, progress is saved no oftener than this. */
  readonly progressIntervalMs: number;
  readonly times: ProtocolTimes;
}

export interface PartitionRecorderDeps extends BatchDeps {
  readonly options: PartitionRecorderOptions;
  readonly flow: PartitionFlow;
  readonly clock: ServerClock;
  readonly report: RecorderReport;
  /** Nothing but a person can mend it. */
  readonly fatal: (error: Error) => void;
  /** Asks the store for the time, and tells `clock`. */
  readonly readClock: () => Promise<number>;
  readonly createWatch: () => QuarantineWatch;
  /** A judge keeps the columns of the batch at hand: one for each time that the partition is read back. */
  readonly createJudge: () => RecordJudge;
  /** First offset that the log has by now. */
  readonly readLogStart: () => Promise<number>;
  /** What the store has of the partition, and the log's bounds. Rejects with ForeignLog if they do not belong together. */
  readonly readBack: () => Promise<{ readonly memory: PartitionMemory; readonly log: LogBounds }>;
}

/** A result before it is known whether its epoch lasts. */
type Outcome = PartitionResult extends infer R ? (R extends unknown ? Omit<R, 'epoch'> : never) : never;

const HOLE_STEP_OFFSETS = 50_000;
const POLL_MS = 20;

/**
 * Records one partition, for as long as it is ours and again when it comes back. It carries out what the recording
 * protocol (domain/recording/protocol) asks for, and tells it what came of that; it decides nothing itself. The
 * consumer only hands records over (`offer`); storing happens here, outside its handler, so that no partition holds up
 * another or the heartbeats.
 */
export class PartitionRecorder {
  readonly #deps: PartitionRecorderDeps;
  readonly #queue: RecordQueue;
  readonly #backoff = new Backoff();
  #protocol: PartitionState = RELEASED;
  /** Aborted when the epoch ends: whoever sleeps for it need not wake. */
  #epochEnd = new AbortController();
  #memory: PartitionMemory | null = null;
  #batch: Batch | null = null;
  /** Taken out of the queue and not stored yet. */
  #taken: { readonly records: readonly SourceRecord[]; readonly endOffset: number } | null = null;
  /** First offset that the log had when the partition was read back. */
  #logStart = 0;
  #judge: RecordJudge | null = null;
  #watch: QuarantineWatch | null = null;
  /** From here on nothing can be decoded: what lies behind it waits for a person. */
  #stopAt = Number.POSITIVE_INFINITY;
  #assignedAtMs = 0;
  /** Tiles that are complete and stand in no saved progress yet. */
  #unsavedTiles: Tile[] = [];
  #savedAtMs = Number.NEGATIVE_INFINITY;
  #putsProgressOff = false;
  #committing: Promise<void> = Promise.resolve();
  #drained: (() => void) | null = null;
  #wake: () => void = () => {};

  constructor(deps: PartitionRecorderDeps) {
    this.#deps = deps;
    const onPause = () => deps.report.paused(deps.at);
    this.#queue = new RecordQueue({ ...deps.options, onPause }, deps.flow);
  }

  /** The group gave it to us. Returns whether it was kept, so that everything goes on. */
  assigned(tenure: Tenure): boolean {
    const { epoch } = this.#protocol;
    this.#tell({ name: 'assigned', tenure });
    return this.#protocol.epoch === epoch;
  }

  revoked(): void {
    this.#tell({ name: 'revoked' });
  }

  heartbeat(tenure: Tenure, leaseUntilMs: number): void {
    this.#tell({ name: 'heartbeat', tenure, leaseUntilMs });
  }

  /** Takes records over, if the partition is ours and taken. */
  offer(records: readonly SourceRecord[], fetched: FetchedRange): void {
    if (this.#memory === null || this.#drained !== null) return;
    this.#queue.offer(records, fetched);
    this.#wake();
  }

  /** Moves an idle partition's watermark: everything appended before `beforeMs` is recorded if the log ends here. */
  progressIfIdle(logEnd: number, beforeMs: number): (PartitionId & Progress) | null {
    const memory = this.#memory;
    if (memory === null || this.#protocol.phase.name !== 'ready' || !this.#isEmpty) return null;
    if (memory.nextOffset !== logEnd || beforeMs <= memory.watermarkMs) return null;
    // Tiles come before the progress that covers them.
    if (this.#unsavedTiles.length > 0) return null;
    memory.watermarkMs = beforeMs;
    this.#watch?.advanceTo(beforeMs);
    this.#deps.report.excess(this.#deps.at, this.#watch?.tenantsInExcess ?? []);
    this.#deps.report.watermark(this.#deps.at, beforeMs);
    return { ...this.#deps.at, nextOffset: memory.nextOffset, range: memory.range, watermarkMs: beforeMs };
  }

  /** Whether more is recorded than its saved progress says, because another batch is about to follow. */
  get putsProgressOff(): boolean {
    return this.#putsProgressOff;
  }

  /** Every offset below it is recorded; 0 until the partition is taken. */
  get nextOffset(): number {
    return this.#memory?.nextOffset ?? 0;
  }

  /** Whether the partition is ours, taken or not. */
  get isOwned(): boolean {
    return this.#protocol.tenure !== null;
  }

  /** Records what is queued, takes nothing new over. Resolves when that is done, or the partition is not ours. */
  async drain(): Promise<void> {
    const drained = new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
    this.#wake();
    this.#settleDrain();
    await drained;
    await this.#committing;
  }

  get #isEmpty(): boolean {
    return this.#isStopped || (this.#taken === null && this.#queue.isEmpty);
  }

  get #isStopped(): boolean {
    return this.#memory !== null && this.#memory.nextOffset >= this.#stopAt;
  }

  #settleDrain(): void {
    const { name } = this.#protocol.phase;
    if (this.#memory === null || (name === 'ready' && this.#isEmpty)) this.#drained?.();
  }

  #tell(event: PartitionEvent): void {
    const before = this.#protocol;
    const nowMs = this.#deps.clock.estimate(performance.now()) ?? Number.POSITIVE_INFINITY;
    const { state, effects } = transition(before, event, { times: this.#deps.options.times, nowMs });
    this.#protocol = state;
    if (state.epoch !== before.epoch) {
      this.#epochEnd.abort();
      this.#epochEnd = new AbortController();
      this.#assignedAtMs = performance.now();
      this.#endWatch();
    }
    for (const effect of effects) this.#carryOut(effect);
    this.#settleDrain();
  }

  #carryOut(effect: Effect): void {
    switch (effect.name) {
      case 'forget':
        this.#forget();
        break;
      case 'flow-on':
        if (this.#memory !== null) this.#queue.flowOn();
        if (this.#isStopped) this.#deps.flow.pause();
        break;
      case 'commit':
        this.#commit();
        break;
      case 'tell-lease-over':
        this.#deps.report.leaseRefused(this.#deps.at, 'expired_before_sending');
        break;
      default:
        this.#reportBack(this.#work(effect)).catch((error: unknown) =>
          this.#deps.fatal(error instanceof Error ? error : new Error('recording a partition failed')),
        );
    }
  }

  /** Gives the result to the epoch that asked for it. What fails, fails the same for the protocol, after a while. */
  async #reportBack(work: Promise<Outcome>): Promise<void> {
    const { epoch } = this.#protocol;
    const { signal } = this.#epochEnd;
    let outcome: Outcome;
    try {
      outcome = await work;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ForeignLog) return this.#deps.fatal(error);
      this.#deps.report.failed(this.#deps.at, error);
      this.#queue.isStuck = true;
      if (!(await this.#backoff.wait(signal))) return;
      outcome = { name: 'failed' };
    }
    if (!signal.aborted) this.#tell({ ...outcome, epoch });
  }

  #work(
    effect: Exclude<Effect, { name: 'forget' | 'flow-on' | 'commit' | 'tell-lease-over' }>,
  ): Promise<Outcome> {
    switch (effect.name) {
      case 'read-clock':
        return this.#readClock(effect.notBeforeMs);
      case 'read-statements':
        return this.#readStatements();
      case 'read-back':
        return this.#readBack();
      case 'judge-next':
        return this.#judgeNext();
      case 'insert':
        return this.#insert(effect.step, effect.deadlineMs ?? 0);
      case 'read-absent':
        return this.#readAbsent(effect.step);
      case 'save-progress':
        return this.#saveProgress();
    }
  }

  async #readClock(notBeforeMs: number | null): Promise<Outcome> {
    const { signal } = this.#epochEnd;
    if (notBeforeMs !== null) {
      const nowMs = this.#deps.clock.estimate(performance.now()) ?? notBeforeMs;
      await sleep(Math.max(1, notBeforeMs - nowMs + 1), undefined, { signal });
    }
    return { name: 'clock', serverMs: await this.#deps.readClock() };
  }

  async #readStatements(): Promise<Outcome> {
    const { signal } = this.#epochEnd;
    const running = await this.#deps.store.hasStatements(this.#deps.at);
    if (running) await sleep(POLL_MS, undefined, { signal });
    return { name: 'statements', running };
  }

  async #readBack(): Promise<Outcome> {
    const { signal } = this.#epochEnd;
    const { memory, log } = await this.#deps.readBack();
    signal.throwIfAborted();
    this.#memory = memory;
    // What was taken over is as the store has it.
    this.#savedAtMs = performance.now();
    this.#logStart = log.start;
    this.#judge = this.#deps.createJudge();
    const isFirst = this.#watch === null;
    this.#watch ??= this.#deps.createWatch();
    this.#backoff.reset();
    const waitedSeconds = (performance.now() - this.#assignedAtMs) / 1000;
    if (isFirst) this.#deps.report.taken(this.#deps.at, memory.nextOffset, waitedSeconds);
    this.#queue.startAt(Math.max(memory.nextOffset, log.start));
    return { name: 'was-read-back' };
  }

  async #judgeNext(): Promise<Outcome> {
    const { signal } = this.#epochEnd;
    const memory = this.#memory;
    const judge = this.#judge;
    if (memory === null || judge === null)
      throw new Error('a partition that was not read back cannot be recorded');
    const { records, endOffset } = await this.#collect(memory, signal);
    // Whether a hole is a loss depends on how far the log is trimmed by now. What was fetched before that is at hand.
    const hasHole = records.length < endOffset - memory.nextOffset;
    const trimmedTo = hasHole ? Math.max(this.#logStart, await this.#deps.readLogStart()) : this.#logStart;
    const waiter = {
      signal,
      waiting: (isWaiting: boolean) => {
        if (!signal.aborted) this.#queue.isStuck = isWaiting;
      },
    };
    const batch = await Batch.judge(records, endOffset, memory, trimmedTo, judge, this.#deps, waiter);
    signal.throwIfAborted();
    if (batch.judged.leaks.length > 0) this.#deps.report.leaked(this.#deps.at, batch.judged.leaks);
    if (!this.#passesWatch(batch)) return { name: 'failed' };
    this.#batch = batch;
    return { name: 'judged', steps: batch.steps };
  }

  /**
   * Whether a batch may be stored. If not, it is judged again up to where it has to stop: judging it has left its mark
   * on what is remembered.
   */
  #passesWatch(batch: Batch): boolean {
    const { at, report } = this.#deps;
    const verdict = this.#watch?.observe(batch.outcomes) ?? { kind: 'go' };
    if (verdict.kind === 'stop') this.#stopAt = verdict.offset;
    else report.excess(at, this.#watch?.tenantsInExcess ?? []);
    return verdict.kind === 'go';
  }

  #endWatch(): void {
    const { at, report } = this.#deps;
    this.#watch = null;
    this.#stopAt = Number.POSITIVE_INFINITY;
    report.excess(at, []);
    report.stopped(at, null);
  }

  /** Until the partition is taken away: only another recorder, or other settings, can go on. */
  async #waitForPerson(): Promise<never> {
    const { at, flow, report } = this.#deps;
    flow.pause();
    report.stopped(at, this.#stopAt);
    this.#settleDrain();
    for (;;) await this.#untilWoken(null, this.#epochEnd.signal);
  }

  /** What comes next: a long hole in steps, as each offset has a leaf, and a billion of them at once would be too much. */
  async #collect(
    memory: PartitionMemory,
    signal: AbortSignal,
  ): Promise<{ records: readonly SourceRecord[]; endOffset: number }> {
    for (;;) {
      if (this.#isStopped) await this.#waitForPerson();
      if (this.#taken !== null && this.#taken.endOffset <= memory.nextOffset) this.#taken = null;
      if (this.#taken === null && memory.nextOffset >= this.#logStart) {
        await this.#untilWorthStoring();
        signal.throwIfAborted();
        this.#taken = this.#queue.take();
      }
      const taken = this.#taken;
      const holeEnd = taken === null ? this.#logStart : (taken.records[0]?.offset ?? taken.endOffset);
      if (memory.nextOffset < holeEnd) {
        return {
          records: [],
          endOffset: Math.min(holeEnd, memory.nextOffset + HOLE_STEP_OFFSETS, this.#stopAt),
        };
      }
      if (taken !== null && memory.nextOffset < taken.endOffset) {
        if (taken.endOffset <= this.#stopAt) return taken;
        return {
          records: taken.records.filter(({ offset }) => offset < this.#stopAt),
          endOffset: this.#stopAt,
        };
      }
    }
  }

  async #insert(step: InsertStep, deadlineMs: number): Promise<Outcome> {
    const { report, at } = this.#deps;
    const { signal } = this.#epochEnd;
    const batch = this.#requireBatch();
    const startedMs = performance.now();
    const outcome: InsertOutcome = await batch.insert(step, deadlineMs);
    const table = batch.tableOf(step);
    report.inserted(at, table, (performance.now() - startedMs) / 1000);
    this.#queue.isStuck = outcome.kind !== 'stored';
    if (outcome.kind === 'stored') {
      this.#backoff.reset();
      return { name: 'stored' };
    }
    report.retried(at, table, outcome.code);
    if (outcome.kind === 'refused' && outcome.late) report.leaseRefused(at, 'refused_by_store');
    await this.#backoff.wait(signal);
    return { name: outcome.kind };
  }

  async #readAbsent(step: InsertStep): Promise<Outcome> {
    return { name: 'absent', anyLeft: await this.#requireBatch().readAbsent(step) };
  }

  async #saveProgress(): Promise<Outcome> {
    const { at, store, report } = this.#deps;
    const { signal } = this.#epochEnd;
    const batch = this.#requireBatch();
    const memory = this.#memory;
    if (memory === null) throw new Error('there is no progress to save');
    if (batch.advance(memory)) this.#unsavedTiles.push(...batch.tiles);
    const { nextOffset, range, watermarkMs } = memory;
    const mayPutOff = this.#mayPutOffProgress(nextOffset);
    if (!mayPutOff) {
      if (this.#unsavedTiles.length > 0) await store.saveTiles(at, this.#unsavedTiles);
      await store.saveProgress([{ ...at, nextOffset, range, watermarkMs }]);
      signal.throwIfAborted();
      this.#unsavedTiles = [];
      this.#savedAtMs = performance.now();
    }
    this.#putsProgressOff = mayPutOff;
    const { judged, lost, records } = batch;
    const [first] = records;
    const last = records.at(-1);
    const appended =
      first === undefined || last === undefined ? null : { firstMs: first.appendMs, lastMs: last.appendMs };
    report.batch(at, { judged, lost, records: records.length, appended, watermarkMs });
    this.#batch = null;
    if (this.#taken !== null && this.#taken.endOffset <= nextOffset) this.#taken = null;
    // On every other way out of a batch they are left to the garbage collector.
    for (const record of records) record.release?.();
    return { name: mayPutOff ? 'put-off' : 'saved' };
  }

  /** If another batch is sure to follow: then its progress covers this one, and two small inserts fewer are made. */
  #mayPutOffProgress(nextOffset: number): boolean {
    if (this.#drained !== null || nextOffset >= this.#stopAt) return false;
    const isMoreTaken = this.#taken !== null && this.#taken.endOffset > nextOffset;
    if (!isMoreTaken && this.#queue.isEmpty) return false;
    return performance.now() - this.#savedAtMs < this.#deps.options.progressIntervalMs;
  }

  /** A commit that fails costs nothing: the store is the truth. */
  #commit(): void {
    const { at, flow, report } = this.#deps;
    this.#committing = flow.commit(this.nextOffset).catch((error: unknown) => report.failed(at, error));
  }

  #forget(): void {
    this.#memory = null;
    this.#judge = null;
    this.#batch = null;
    this.#taken = null;
    this.#unsavedTiles = [];
    this.#putsProgressOff = false;
    this.#queue.clear();
    this.#deps.flow.pause();
    this.#wake();
  }

  #requireBatch(): Batch {
    if (this.#batch === null) throw new Error('there is no batch to store');
    return this.#batch;
  }

  async #untilWorthStoring(): Promise<void> {
    const { signal } = this.#epochEnd;
    while (this.#queue.isEmpty) await this.#untilWoken(null, signal);
    // What came while the batch before was stored has waited already.
    const deadline = this.#queue.waitingSinceMs + this.#deps.options.flushIntervalMs;
    while (this.#drained === null && !this.#queue.isFull) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return;
      await this.#untilWoken(leftMs, signal);
    }
  }

  /** Until something happens to the queue, or for a time. Rejects when the epoch ends. */
  async #untilWoken(ms: number | null, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = ms === null ? undefined : setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    signal.throwIfAborted();
  }
}
