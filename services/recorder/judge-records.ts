import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Input } from '../../domain/contract/inputs.ts';
import { readFrame } from '../../domain/contract/wire.ts';
import { MAX_RECORD_BYTES } from '../../domain/recording/decode-event.ts';
import { EventBatch, type FoundLeak } from '../../domain/recording/event-batch.ts';
import { type BatchKeys, KeyNeeds } from '../../domain/recording/key-needs.ts';
import { originOffsetOf } from '../../domain/recording/read-origin.ts';
import type { RecordingRules } from '../../domain/recording/recording-rules.ts';
import type { ReplayedOrigins } from '../../domain/recording/replayed-origins.ts';
import { IDENTITY_WORDS, NOT_SEEN, type SeenEvents } from '../../domain/recording/seen-events.ts';
import type { SourceRecord } from '../../domain/recording/source-record.ts';
import { type Rejection, reject } from '../../domain/recording/verdict.ts';
import type { KeySource, KeyWaiter } from './lease-keys.ts';
import { compileExceptionPlacing } from './place-event.ts';
import type { JudgedBatch, PartitionId, RecordedRow, TableBlock } from './ports.ts';
import { compileScreening, type ScreenedRecord } from './screen-event.ts';
import { createPayloadSealer } from './seal-payload.ts';

const LEAF_BYTES = 32;
/** How long others wait for their turn: some texts take long to look through, and heartbeats must go on. */
const SLICE_MS = 25;
const RECORDS_PER_LOOK = 64;
/** Text of this length takes up to some milliseconds. */
const BYTES_PER_LOOK = 8 * 1024;
const ROWS_PER_STEP = 1024;
const OFFSETS_PER_READ = 500;
const NO_ROW = -1;

/** Recorded records by offset, from the store. */
export type ReadOriginals = (
  offsets: readonly number[],
) => Promise<ReadonlyMap<number, Readonly<Record<string, unknown>>>>;

/** What earlier records of the partition left behind, for judging later ones. Judging adds to it. */
interface History {
  readonly seen: SeenEvents;
  readonly origins: ReplayedOrigins;
}

/** Judges the records of one partition, in offset order. Waits for the vault if it must, for as long as `waiter` does. */
export type RecordJudge = (
  records: readonly SourceRecord[],
  history: History,
  readOriginals: ReadOriginals,
  waiter: KeyWaiter,
) => Promise<JudgedBatch>;

/**
 * The recording path of one partition: decode → validate → redact into columns, second replays refused; then, in offset
 * order, deduplicate; then mark, canonical bytes and leaves; last, apart from all that, boxes and tokens under keys from
 * `keys`. An object is made only of a record that is refused, a copy, or unusual in form. The same records after the same
 * history give the same rows but for boxes and tokens, byte for byte: nothing here reads a clock (but to take turns), a
 * host or a batch boundary.
 */
export function createRecordJudge(
  input: Input,
  at: PartitionId,
  rules: RecordingRules,
  keys: KeySource,
): RecordJudge {
  const batch = new EventBatch(input, at, rules);
  const screen = compileScreening(input, rules);
  const placing = compileExceptionPlacing(input, rules);
  const read = compileReading(input, batch, screen, rules);
  const payloads = createPayloadSealer();

  return async (records, history, readOriginals, waiter) => {
    const takeTurns = createTurns();
    batch.clear();
    const rowOf = new Int32Array(records.length);
    const refused = new Map<number, RecordedRow>();
    for (let index = 0; index < records.length; index++) {
      const record = records[index] as SourceRecord;
      const refusal = isSecondReplay(record, history.origins) ? refuseReplay(record) : read(record);
      rowOf[index] = refusal === null ? batch.rows - 1 : NO_ROW;
      if (refusal !== null) refused.set(index, placing.placeRefused(refusal.item, refusal.rejection));
      if (refusal !== null || index % RECORDS_PER_LOOK === 0 || takesLong(record)) await takeTurns();
    }
    const duplicateOf = findDuplicates(records, rowOf, batch, history.seen);
    const duplicates = await placeDuplicates(records, duplicateOf, readOriginals, takeTurns);

    batch.complete();
    for (let row = 0; row < batch.rows; row = batch.seal(row, ROWS_PER_STEP)) await takeTurns();
    const leaves = leavesInOrder(rowOf, new Map([...refused, ...duplicates]));
    await sealPeople(records, rowOf, duplicates, refused, waiter, takeTurns);
    const blocks = toBlocks(records, rowOf, new Map([...refused, ...duplicates]));
    const leaks = leaksOf(batch, duplicates, records);
    return { blocks, leaves, refused: [...refused.values()], leaks };
  };

  /** Boxes and tokens of what is kept, boxes of the payloads that are refused. */
  async function sealPeople(
    records: readonly SourceRecord[],
    rowOf: Int32Array,
    duplicates: ReadonlyMap<number, RecordedRow>,
    refused: Map<number, RecordedRow>,
    waiter: KeyWaiter,
    takeTurns: () => Promise<void> | void,
  ): Promise<void> {
    const needs = new KeyNeeds();
    const copies = new Set([...duplicates.keys()].map((index) => rowOf[index] as number));
    batch.addNeeds(needs, (row) => !copies.has(row));
    for (const [index, row] of refused) payloads.addNeeds(needs, records[index] as SourceRecord, row);
    let taken: BatchKeys | null = null;
    const validKeys = async (): Promise<BatchKeys> => {
      if (taken === null || performance.now() >= taken.validUntilMs)
        taken = await keys.take(at, needs, waiter);
      return taken;
    };
    for (let row = 0; row < batch.rows; row += ROWS_PER_STEP) {
      batch.fillPeople(Math.min(batch.rows, row + ROWS_PER_STEP), needs.isEmpty ? null : await validKeys());
      await takeTurns();
    }
    for (const [index, row] of refused) {
      const record = records[index] as SourceRecord;
      if (payloads.isKept(record)) refused.set(index, payloads.seal(record, row, await validKeys()));
      await takeTurns();
    }
  }

  function refuseReplay(record: SourceRecord): Refusal {
    return { item: screen(record), rejection: reject('already_replayed') };
  }

  async function placeDuplicates(
    records: readonly SourceRecord[],
    duplicateOf: ReadonlyMap<number, number>,
    readOriginals: ReadOriginals,
    takeTurns: () => Promise<void> | void,
  ): Promise<Map<number, RecordedRow>> {
    const rows = new Map<number, RecordedRow>();
    if (duplicateOf.size === 0) return rows;
    const elsewhere = [...new Set(duplicateOf.values())].filter(
      (offset) => recordAt(records, offset) === undefined,
    );
    const stored = await readInSlices(elsewhere, readOriginals);
    const originals = new Map<number, Readonly<Record<string, unknown>> | undefined>(stored);
    for (const [index, offset] of duplicateOf) {
      await takeTurns();
      const first = recordAt(records, offset);
      // Once for all its copies: one event may be sent very often.
      if (first !== undefined && !originals.has(offset))
        originals.set(offset, recordedFieldsOf(screen(first)));
      const original = originals.get(offset);
      rows.set(index, placing.placeDuplicate(screen(records[index] as SourceRecord), offset, original));
    }
    return rows;
  }

  function toBlocks(
    records: readonly SourceRecord[],
    rowOf: Int32Array,
    exceptions: ReadonlyMap<number, RecordedRow>,
  ): TableBlock[] {
    const blocks: TableBlock[] = [];
    for (const table of ['quarantine', 'duplicates']) {
      const rows = [...exceptions.values()].filter((row) => row.table === table);
      if (rows.length > 0) blocks.push({ table, offsets: rows.map((row) => row.offset), rows });
    }
    const offsets: number[] = [];
    const numbers: number[] = [];
    for (let index = 0; index < rowOf.length; index++) {
      if (exceptions.has(index)) continue;
      offsets.push((records[index] as SourceRecord).offset);
      numbers.push(rowOf[index] as number);
    }
    if (offsets.length > 0)
      blocks.push({ table: input.table, offsets, rows: { columns: batch.columns, numbers } });
    return blocks;
  }

  function leavesInOrder(rowOf: Int32Array, exceptions: ReadonlyMap<number, RecordedRow>): Uint8Array {
    const sealed = batch.leaves();
    if (exceptions.size === 0) return sealed;
    const leaves = new Uint8Array(rowOf.length * LEAF_BYTES);
    let from = 0;
    // Nearly all stand one after the other, and are copied at once.
    const copyTo = (to: number) => {
      const first = rowOf[from] as number;
      if (from < to)
        leaves.set(sealed.subarray(first * LEAF_BYTES, (first + to - from) * LEAF_BYTES), from * LEAF_BYTES);
    };
    for (let index = 0; index < rowOf.length; index++) {
      const own = exceptions.get(index)?.leaf;
      if (own === undefined) continue;
      copyTo(index);
      leaves.set(own, index * LEAF_BYTES);
      from = index + 1;
    }
    copyTo(rowOf.length);
    return leaves;
  }
}

/** Of what is stored: a copy is not, so nothing of it can leak. */
function leaksOf(
  { leaks }: EventBatch,
  duplicates: ReadonlyMap<number, RecordedRow>,
  records: readonly SourceRecord[],
): readonly FoundLeak[] {
  if (leaks.length === 0 || duplicates.size === 0) return [...leaks];
  const copies = new Set([...duplicates.keys()].map((index) => records[index]?.offset));
  return leaks.filter(({ offset }) => !copies.has(offset));
}

/** The record of an offset, if it is one of these, which are in offset order. */
function recordAt(records: readonly SourceRecord[], offset: number): SourceRecord | undefined {
  let [from, to] = [0, records.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((records[middle] as SourceRecord).offset < offset) from = middle + 1;
    else to = middle;
  }
  return records[from]?.offset === offset ? records[from] : undefined;
}

/** Offsets travel in the address of a query, which servers bound: a batch may hold copies of thousands of events. */
async function readInSlices(
  offsets: readonly number[],
  read: ReadOriginals,
): Promise<ReadonlyMap<number, Readonly<Record<string, unknown>>>> {
  const found = new Map<number, Readonly<Record<string, unknown>>>();
  for (let from = 0; from < offsets.length; from += OFFSETS_PER_READ) {
    const slice = await read(offsets.slice(from, from + OFFSETS_PER_READ));
    for (const [offset, record] of slice) found.set(offset, record);
  }
  return found;
}

interface Refusal {
  readonly item: ScreenedRecord;
  readonly rejection: Rejection;
}

/** Reads a record into the batch's next row; gives why not, when it cannot be recorded. */
function compileReading(
  input: Input,
  batch: EventBatch,
  screen: (record: SourceRecord) => ScreenedRecord,
  { registry }: RecordingRules,
): (record: SourceRecord) => Refusal | null {
  const reader = registry.newest(input.subject);
  return (record) => {
    const { memory, valueStart = 0, valueEnd = 0 } = record;
    const bytes = memory ?? record.value;
    const [start, end] = memory === undefined ? [0, bytes?.length ?? 0] : [valueStart, valueEnd];
    const frame = readFrame(bytes, registry, start, end);
    if (frame.ok && bytes !== null && end - start <= MAX_RECORD_BYTES) {
      if (batch.append(record, frame.schema, { bytes, bodyOffset: frame.bodyOffset, end })) return null;
    }
    const item = screen(record);
    if (item.verdict.kind === 'reject') return { item, rejection: item.verdict };
    // Good, but not in its canonical form, or of an older schema whose fields stand in another order.
    if (item.event !== null && item.writer !== null) {
      const canonical = reader.encode(item.event);
      const whole = { bytes: canonical, bodyOffset: 0, end: canonical.length };
      if (batch.append(record, item.writer, whole, reader)) return null;
    }
    return { item, rejection: reject('internal_error') };
  };
}

/**
 * Whether a record replays an origin that an earlier one replays already, whatever else is wrong with it. Every other
 * replay is noted, whatever becomes of it.
 */
function isSecondReplay(record: SourceRecord, origins: ReplayedOrigins): boolean {
  if (record.origin === null) return false;
  const originOffset = originOffsetOf(record);
  if (originOffset === null) return false;
  if (origins.has(originOffset, record.offset)) return true;
  origins.add(originOffset, record.offset);
  return false;
}

/** Which records repeat an earlier event, by index, and its offset. Adds those that do not to what was seen. */
function findDuplicates(
  records: readonly SourceRecord[],
  rowOf: Int32Array,
  batch: EventBatch,
  seen: SeenEvents,
): Map<number, number> {
  const identities = batch.hashIdentities();
  const duplicateOf = new Map<number, number>();
  for (let index = 0; index < records.length; index++) {
    const row = rowOf[index] as number;
    if (row === NO_ROW) continue;
    const { offset } = records[index] as SourceRecord;
    const earlier = seen.find(identities, row * IDENTITY_WORDS, offset);
    if (earlier === NOT_SEEN) seen.add(identities, row * IDENTITY_WORDS, offset);
    else duplicateOf.set(index, earlier);
  }
  return duplicateOf;
}

function takesLong({ bytes }: SourceRecord): boolean {
  return bytes > BYTES_PER_LOOK;
}

function recordedFieldsOf({ verdict }: ScreenedRecord): Readonly<Record<string, unknown>> | undefined {
  return verdict.kind === 'reject' ? undefined : verdict.value.fields;
}

/** Lets others have their turn whenever a slice of time is over. */
function createTurns(): () => Promise<void> | void {
  let sliceEnd = performance.now() + SLICE_MS;
  return () => {
    if (performance.now() < sliceEnd) return;
    return yieldToEventLoop().then(() => {
      sliceEnd = performance.now() + SLICE_MS;
    });
  };
}
