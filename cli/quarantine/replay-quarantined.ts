import type { OpenedBox } from '../../domain/recording/quarantine-box.ts';
import { ORIGIN_HEADER, originHeaderOf } from '../../domain/recording/read-origin.ts';
import type { ReplayProducer } from '../../platform/kafka/event-producer.ts';
import type { PayloadOpener } from './open-payloads.ts';
import type { Outcomes, QuarantinedRecord, QuarantineStore } from './quarantine-store.ts';
import type { Coordinates, Selection } from './read-selection.ts';

export interface ReplayDeps {
  readonly store: Pick<
    QuarantineStore,
    'page' | 'readReplayed' | 'readBoxes' | 'recordedUpTo' | 'readOutcomes'
  >;
  readonly send: ReplayProducer['sendTo'];
  /** Offset that the next record of a partition will have. */
  readonly logEnds: (topic: string) => Promise<ReadonlyMap<number, number>>;
  readonly open: PayloadOpener;
  readonly progress: (counts: ReplayCounts) => void;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface ReplayOptions {
  readonly dryRun: boolean;
  /** Most records that are sent at once. */
  readonly batchRecords: number;
  /** Longest wait for the recorder. */
  readonly timeoutMs: number;
  /** Whether to wait for what becomes of them. */
  readonly wait: boolean;
  readonly maxRecords: number;
}

export interface ReplayCounts {
  sent: number;
  /** Refused: replayed already, or itself a refused second replay. */
  alreadyReplayed: number;
  /** There is nothing to send: the record had no value, or its payload is not kept any more. */
  withoutPayload: number;
  /** Too large for the broker once it carries its origin. */
  tooLarge: number;
  /** By problem. */
  readonly unopened: Map<string, number>;
}

export interface ReplayReport extends ReplayCounts {
  /** Null if they were not waited for. */
  readonly outcomes: Outcomes | null;
}

/** Of one send: less than the 4 MiB that a broker takes at once, with room for what is added. */
const MAX_SEND_BYTES = 1024 * 1024;
const MAX_RECORD_BYTES = 4 * 1024 * 1024 - 16 * 1024;
const POLL_MS = 200;

/**
 * Publishes quarantined records anew, each with its origin's coordinates, to the partition it came from. Order of the
 * steps: wait until everything in the log is recorded, so that what an earlier, interrupted run sent is seen; then,
 * page by page, pass by what was replayed already, open, send. Only what was in the log at the start is looked at:
 * a replay that ends in quarantine again is not replayed by the same run. Interrupted anywhere, it can be run again;
 * should two runs race, the recorder refuses the second replay of an origin.
 */
export async function replayQuarantined(
  selection: Selection,
  topics: readonly string[],
  options: ReplayOptions,
  deps: ReplayDeps,
): Promise<ReplayReport> {
  const starts = new Map<string, number>();
  for (const topic of topics) {
    const ends = await deps.logEnds(topic);
    await untilRecorded(topic, ends, options.timeoutMs, deps);
    for (const [partition, end] of ends) starts.set(`${topic}/${partition}`, end);
  }
  const counts: ReplayCounts = {
    sent: 0,
    alreadyReplayed: 0,
    withoutPayload: 0,
    tooLarge: 0,
    unopened: new Map(),
  };
  for await (const records of batches(selection, options, deps)) {
    const known = records.filter((at) => at.offset < (starts.get(`${at.topic}/${at.partition}`) ?? 0));
    await replayBatch(known, counts, options, deps);
    deps.progress(counts);
    if (counts.sent >= options.maxRecords) break;
  }
  if (options.dryRun || !options.wait || counts.sent === 0) return { ...counts, outcomes: null };
  return { ...counts, outcomes: await awaitOutcomes(topics, starts, options, deps) };
}

/** The selected records, a batch of one partition at a time. */
async function* batches(
  selection: Selection,
  { batchRecords }: ReplayOptions,
  { store }: ReplayDeps,
): AsyncGenerator<readonly QuarantinedRecord[]> {
  let after: Coordinates | null = null;
  for (;;) {
    const page: QuarantinedRecord[] = await store.page(selection, after, batchRecords);
    after = page.at(-1) ?? null;
    if (after === null) return;
    let batch: QuarantinedRecord[] = [];
    let bytes = 0;
    for (const record of page) {
      const [first] = batch;
      const elsewhere = first?.topic !== record.topic || first.partition !== record.partition;
      if (batch.length > 0 && (elsewhere || bytes + record.bytes > MAX_SEND_BYTES)) {
        yield batch;
        batch = [];
        bytes = 0;
      }
      batch.push(record);
      bytes += record.bytes;
    }
    yield batch;
  }
}

/** Replays records of one partition that fit into one send. */
async function replayBatch(
  records: readonly QuarantinedRecord[],
  counts: ReplayCounts,
  options: ReplayOptions,
  deps: ReplayDeps,
): Promise<void> {
  const [first] = records;
  if (first === undefined) return;
  const { topic, partition } = first;
  const offsets = records.map((record) => record.offset);
  const replayed = await deps.store.readReplayed(topic, partition, offsets);
  const eligible = records.filter((record) => {
    const again = replayed.has(record.offset) || record.reason === 'already_replayed';
    if (again) counts.alreadyReplayed++;
    else if (!record.hasPayload) counts.withoutPayload++;
    else if (record.bytes > MAX_RECORD_BYTES) counts.tooLarge++;
    return !again && record.hasPayload && record.bytes <= MAX_RECORD_BYTES;
  });
  const wanted = eligible.slice(0, options.maxRecords - counts.sent);
  if (wanted.length === 0) return;
  const boxes = await deps.store.readBoxes(
    topic,
    partition,
    wanted.map((record) => record.offset),
  );
  const messages: Parameters<ReplayProducer['sendTo']>[1][number][] = [];
  for (const { offset } of wanted) {
    const opened = await openOne({ topic, partition, offset }, boxes.get(offset), deps);
    const headers = { [ORIGIN_HEADER]: originHeaderOf(partition, offset) };
    if (opened.ok) messages.push({ ...opened.content, partition, headers });
    else counts.unopened.set(opened.problem, (counts.unopened.get(opened.problem) ?? 0) + 1);
  }
  if (!options.dryRun && messages.length > 0) await deps.send(topic, messages);
  counts.sent += messages.length;
}

async function openOne(at: Coordinates, box: Buffer | undefined, deps: ReplayDeps): Promise<OpenedBox> {
  return box === undefined ? { ok: false, problem: 'the payload was just destroyed' } : deps.open(at, box);
}

async function untilRecorded(
  topic: string,
  ends: ReadonlyMap<number, number>,
  timeoutMs: number,
  deps: ReplayDeps,
): Promise<void> {
  let waitedMs = 0;
  for (const [partition, end] of ends) {
    while ((await deps.store.recordedUpTo(topic, partition)) < end) {
      if (waitedMs >= timeoutMs)
        throw new Error(
          `${topic}/${partition} is not recorded to its end within ${timeoutMs / 1000} s. What was replayed just ` +
            'before cannot be told until it is: see that the recorder runs, then run this again.',
        );
      await deps.sleep(POLL_MS);
      waitedMs += POLL_MS;
    }
  }
}

async function awaitOutcomes(
  topics: readonly string[],
  starts: ReadonlyMap<string, number>,
  options: ReplayOptions,
  deps: ReplayDeps,
): Promise<Outcomes> {
  const outcomes: Record<string, number> = {};
  for (const topic of topics) {
    const ends = await deps.logEnds(topic);
    await untilRecorded(topic, ends, options.timeoutMs, deps);
    for (const partition of ends.keys()) {
      const from = starts.get(`${topic}/${partition}`) ?? 0;
      for (const [outcome, records] of Object.entries(await deps.store.readOutcomes(topic, partition, from)))
        outcomes[outcome] = (outcomes[outcome] ?? 0) + records;
    }
  }
  return outcomes;
}
