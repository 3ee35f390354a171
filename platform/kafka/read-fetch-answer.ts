import { type KeptRecord, KeptRun } from './kept-records.ts';
import { WireCursor } from './wire-cursor.ts';

/** What a broker answers to a fetch (version 11), in the words of kafkajs. */
export interface FetchAnswer {
  readonly throttleTime: number;
  readonly clientSideThrottleTime: number;
  readonly errorCode: number;
  readonly sessionId: number;
  readonly responses: readonly { readonly topicName: string; readonly partitions: FetchedPartition[] }[];
}

interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  readonly lastStartOffset: string;
  readonly abortedTransactions: readonly [];
  readonly preferredReadReplica: number;
  readonly messages: KeptRecord[];
}

/** The record batches of one partition in an answer: `at` ≤ byte < `end`. */
interface RecordSet {
  readonly topic: string;
  readonly partition: number;
  readonly at: number;
  readonly end: number;
}

/** Of a record batch (magic 2): first offset 8, length 4, leader epoch 4, magic 1, checksum 4, attributes 2, … */
const LENGTH_AT = 8;
const LENGTH_END = 12;
const MAGIC_AT = 16;
const ATTRIBUTES_AT = 21;
const FIRST_TIMESTAMP_AT = 27;
const MAX_TIMESTAMP_AT = 35;
const COUNT_AT = 57;
const RECORDS_AT = 61;
const MAGIC = 2;
const COMPRESSION_TRANSACTION_CONTROL = 0x37;
const LOG_APPEND_TIME = 0x08;
const SMALLEST_RECORD_BYTES = 7;
/** What stands between the records may be kept with them, as long as it is no more than this beside them. */
const MOST_BETWEEN = 0.25;

/** Such an answer is not of the plain form that is read here. */
class Unusual extends Error {}

/**
 * Reads an answer to a fetch straight into runs of records, which keep nothing of the answer's own memory. kafkajs makes
 * a dozen objects for each record instead.
 * @param originHeader the one header whose value is kept, as bytes
 * @returns null for what only kafkajs can read: compressed batches, transactions, older formats, and what is broken.
 */
export function readFetchAnswer(answer: Buffer, originHeader: Buffer): FetchAnswer | null {
  try {
    return readAnswer(new WireCursor(answer), originHeader);
  } catch (error) {
    if (error instanceof Unusual || error instanceof RangeError) return null;
    throw error;
  }
}

function readAnswer(wire: WireCursor, originHeader: Buffer): FetchAnswer {
  const clientSideThrottleTime = wire.int32();
  const errorCode = wire.int16();
  const sessionId = wire.int32();
  const responses = wire.array(() => {
    const topicName = wire.string();
    return { topicName, partitions: wire.array(() => readPartition(wire, topicName, originHeader)) };
  });
  // The broker has not throttled: it expects the client to (KIP-219).
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

function readPartition(wire: WireCursor, topic: string, originHeader: Buffer): FetchedPartition {
  const partition = wire.int32();
  const errorCode = wire.int16();
  const highWatermark = String(wire.int64());
  const lastStableOffset = String(wire.int64());
  const lastStartOffset = String(wire.int64());
  if (wire.int32() > 0) throw new Unusual('aborted transactions');
  const preferredReadReplica = wire.int32();
  const bytes = Math.max(0, wire.int32());
  const set = { topic, partition, at: wire.at, end: wire.at + bytes };
  const messages = readRecordSet(wire, set, originHeader);
  wire.moveTo(set.end);
  return {
    ...{ partition, errorCode, highWatermark, lastStableOffset, lastStartOffset },
    ...{ abortedTransactions: [], preferredReadReplica, messages },
  };
}

function readRecordSet(wire: WireCursor, set: RecordSet, originHeader: Buffer): KeptRecord[] {
  const batches = findBatches(wire, set);
  const count = batches.reduce((sum, at) => sum + wire.int32At(at + COUNT_AT), 0);
  if (count === 0) return [];
  const run = new KeptRun(set.topic, set.partition, count);
  let filled = 0;
  for (const at of batches) filled = readBatch(wire, at, run, filled, originHeader);
  copyTogether(wire.bytes, run);
  return run.records();
}

/** Where the whole batches begin. The last one may be cut: a broker sends as many bytes as it was asked for. */
function findBatches(wire: WireCursor, { at, end }: RecordSet): number[] {
  const found: number[] = [];
  for (let from = at; from + RECORDS_AT <= end; ) {
    const next = from + LENGTH_END + wire.int32At(from + LENGTH_AT);
    if (next <= from) throw new Unusual('a batch of no length');
    if (next > end) break;
    if (wire.bytes[from + MAGIC_AT] !== MAGIC) throw new Unusual('an older format');
    if ((wire.int16At(from + ATTRIBUTES_AT) & COMPRESSION_TRANSACTION_CONTROL) !== 0)
      throw new Unusual('compressed, or of a transaction');
    const count = wire.int32At(from + COUNT_AT);
    if (count < 0 || count * SMALLEST_RECORD_BYTES > next - from) throw new Unusual('too many records');
    found.push(from);
    from = next;
  }
  return found;
}

/** Notes the records of a batch in a run, from cell `index` on, by where they lie in the answer. */
function readBatch(wire: WireCursor, at: number, run: KeptRun, index: number, originHeader: Buffer): number {
  const firstOffset = wire.int64At(at);
  const isAppendTime = (wire.int16At(at + ATTRIBUTES_AT) & LOG_APPEND_TIME) !== 0;
  const firstMs = wire.int64At(at + FIRST_TIMESTAMP_AT);
  const appendMs = isAppendTime ? wire.int64At(at + MAX_TIMESTAMP_AT) : null;
  const end = index + wire.int32At(at + COUNT_AT);
  const batchEnd = at + LENGTH_END + wire.int32At(at + LENGTH_AT);
  wire.moveTo(at + RECORDS_AT);
  for (let cell = index; cell < end; cell++) {
    const length = wire.varint();
    const recordEnd = wire.at + length;
    wire.skip(1);
    const sinceFirstMs = wire.varlong();
    run.appendMs[cell] = appendMs ?? firstMs + sinceFirstMs;
    run.offsets[cell] = firstOffset + wire.varint();
    const keyBytes = wire.varint();
    if (keyBytes >= 0) {
      run.keyStarts[cell] = wire.at;
      run.keyEnds[cell] = wire.skip(keyBytes);
    }
    const valueBytes = wire.varint();
    if (valueBytes >= 0) {
      run.valueStarts[cell] = wire.at;
      run.valueEnds[cell] = wire.skip(valueBytes);
    }
    readOrigin(wire, run, cell, originHeader);
    if (length < 0 || wire.at !== recordEnd || recordEnd > batchEnd) throw new Unusual('a broken record');
  }
  return end;
}

/** The value of the header that is kept, if the record has it once. */
function readOrigin(wire: WireCursor, run: KeptRun, cell: number, originHeader: Buffer): void {
  const headers = wire.varint();
  let found = 0;
  for (let header = 0; header < headers; header++) {
    const nameBytes = Math.max(0, wire.varint());
    const nameStart = wire.at;
    const nameEnd = wire.skip(nameBytes);
    const valueBytes = wire.varint();
    const valueStart = wire.at;
    const valueEnd = wire.skip(Math.max(0, valueBytes));
    if (nameBytes !== originHeader.length) continue;
    if (!originHeader.equals(wire.bytes.subarray(nameStart, nameEnd))) continue;
    found++;
    if (valueBytes >= 0) run.origins.set(cell, Buffer.from(wire.bytes.subarray(valueStart, valueEnd)));
  }
  if (found > 1) run.origins.delete(cell);
}

/** Copies keys and values out of the answer, and moves the run's places to where they lie then. */
function copyTogether(answer: Buffer, run: KeptRun): void {
  let wanted = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (let cell = 0; cell < run.offsets.length; cell++) {
    const { from, to } = placeOf(run, cell);
    if (from === -1) continue;
    wanted += to - from;
    first = Math.min(first, from);
    last = Math.max(last, to);
  }
  if (first > last) return;
  // As nearly always: one copy instead of thousands.
  if (last - first <= wanted * (1 + MOST_BETWEEN)) {
    for (let cell = 0; cell < run.offsets.length; cell++) move(run, cell, -first);
    answer.copy(run.takeMemory(last - first), 0, first, last);
    return;
  }
  const memory = run.takeMemory(wanted);
  let filled = 0;
  for (let cell = 0; cell < run.offsets.length; cell++) {
    const { from, to } = placeOf(run, cell);
    if (from === -1) continue;
    move(run, cell, filled - from);
    filled += answer.copy(memory, filled, from, to);
  }
}

/** From where its key begins, or its value if it has none, to where its value ends; −1 if it has neither. */
function placeOf(run: KeptRun, cell: number): { readonly from: number; readonly to: number } {
  const keyStart = run.keyStarts[cell] as number;
  const from = keyStart === -1 ? (run.valueStarts[cell] as number) : keyStart;
  return { from, to: Math.max(run.keyEnds[cell] as number, run.valueEnds[cell] as number) };
}

function move(run: KeptRun, cell: number, by: number): void {
  for (const places of [run.keyStarts, run.keyEnds, run.valueStarts, run.valueEnds])
    if (places[cell] !== -1) places[cell] = (places[cell] as number) + by;
}
