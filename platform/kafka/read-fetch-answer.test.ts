import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import fc from 'fast-check';
import { keepTogether, type LogRecord } from './kept-records.ts';
import { readFetchAnswer } from './read-fetch-answer.ts';

const require = createRequire(import.meta.url);
const Encoder = require('kafkajs/src/protocol/encoder');
const encodeBatch = require('kafkajs/src/protocol/recordBatch/v0').RecordBatch;
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0');
const kafkaJs = require('kafkajs/src/protocol/requests/fetch/v11/response');

const ORIGIN = 'docket-origin';
const VERSION_END = 17;
const ATTRIBUTES_AT = 21;
const MAX_TIMESTAMP_AT = 35;
const LOG_APPEND_TIME = 0x08;
const CONTROL = 0x20;

interface Given {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, Buffer | Buffer[]>;
  readonly sinceFirstMs: number;
}
interface GivenBatch {
  readonly firstOffset: number;
  readonly records: readonly Given[];
  /** Whether the broker stamped it. */
  readonly appendTime: boolean;
}

async function batch({ firstOffset, records, appendTime }: GivenBatch, options = {}): Promise<Buffer> {
  const encoded: { buffer: Buffer } = await encodeBatch({
    firstOffset: BigInt(firstOffset),
    firstTimestamp: 1_700_000_000_000,
    maxTimestamp: 1_700_000_100_000,
    lastOffsetDelta: records.length - 1,
    records: records.map(({ key, value, headers, sinceFirstMs }, offsetDelta) =>
      encodeRecord({ key, value, headers, offsetDelta, timestampDelta: sinceFirstMs }),
    ),
    ...options,
  });
  const bytes = Buffer.from(encoded.buffer);
  bytes.writeBigInt64BE(BigInt(firstOffset), 0);
  if (appendTime) {
    bytes.writeInt16BE(bytes.readInt16BE(ATTRIBUTES_AT) | LOG_APPEND_TIME, ATTRIBUTES_AT);
    bytes.writeBigInt64BE(1_700_000_200_000n, MAX_TIMESTAMP_AT);
  }
  return bytes;
}

/** An answer to a fetch (version 11) of one topic: a record set for each of its partitions. */
function answer(sets: readonly Buffer[], aborted: readonly [bigint, bigint][] = []): Buffer {
  const encoder = new Encoder()
    .writeInt32(0)
    .writeInt16(0)
    .writeInt32(7)
    .writeInt32(1)
    .writeString('decisions');
  encoder.writeInt32(sets.length);
  sets.forEach((set, partition) => {
    encoder.writeInt32(partition).writeInt16(0).writeInt64(900n).writeInt64(800n).writeInt64(3n);
    encoder.writeInt32(aborted.length);
    for (const [producer, offset] of aborted) encoder.writeInt64(producer).writeInt64(offset);
    encoder.writeInt32(-1).writeInt32(set.length).writeBufferInternal(set);
  });
  return Buffer.from(encoder.buffer);
}

function fieldsOf(record: LogRecord) {
  const { topic, partition, offset, appendMs, key, origin, value, bytes } = record;
  return { topic, partition, offset, appendMs, key, origin, value, bytes };
}

/** What the consumer hands over of an answer that kafkajs has read. */
async function readByKafkaJs(bytes: Buffer) {
  const { responses } = await kafkaJs.decode(bytes);
  return responses.flatMap(({ topicName, partitions }: { topicName: string; partitions: never[] }) =>
    partitions.map(({ partition, messages }) =>
      keepTogether(topicName, partition, messages, ORIGIN).map(fieldsOf),
    ),
  );
}

function readHere(bytes: Buffer) {
  const read = readFetchAnswer(bytes, Buffer.from(ORIGIN));
  return read?.responses.flatMap(({ partitions }) =>
    partitions.map(({ messages }) => messages.map(fieldsOf)),
  );
}

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const aRecord: fc.Arbitrary<Given> = fc.record({
  key: fc.option(bytes(20)),
  value: fc.option(bytes(300)),
  headers: fc.dictionary(
    fc.constantFrom(ORIGIN, 'traceparent', 'docket-origim', '__proto_'),
    fc.oneof(bytes(10), fc.array(bytes(400), { minLength: 1, maxLength: 3 })),
  ),
  sinceFirstMs: fc.integer({ min: -1_000_000, max: 100_000_000 }),
});
const aBatch: fc.Arbitrary<GivenBatch> = fc.record({
  firstOffset: fc.integer({ min: 0, max: 2 ** 48 }),
  records: fc.array(aRecord, { minLength: 1, maxLength: 6 }),
  appendTime: fc.boolean(),
});
const aRecordSet = fc.array(aBatch, { maxLength: 3 });

test('an answer is read as kafkajs reads it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aRecordSet, { minLength: 1, maxLength: 3 }), async (partitions) => {
      const sets = await Promise.all(
        partitions.map(async (batches) => Buffer.concat(await Promise.all(batches.map((one) => batch(one))))),
      );
      const whole = answer(sets);
      assert.deepEqual(readHere(whole), await readByKafkaJs(whole));
    }),
  );
});

test('a record set that is cut anywhere is read up to its last whole batch, as kafkajs does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aBatch, { minLength: 1, maxLength: 3 }), fc.nat(), async (batches, at) => {
      const set = Buffer.concat(await Promise.all(batches.map((one) => batch(one))));
      // kafkajs cannot read less than what tells a batch's version; a broker never sends so little.
      const cut = answer([set.subarray(0, VERSION_END + (at % (set.length - VERSION_END)))]);
      assert.deepEqual(readHere(cut), await readByKafkaJs(cut));
    }),
  );
});

test('bytes that are no answer are left to kafkajs', () => {
  fc.assert(fc.property(bytes(200), (noise) => void readHere(noise)));
  assert.equal(readHere(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')), undefined);
});

test('a whole answer with a byte changed is read or left to kafkajs, and never fails', async () => {
  const whole = answer([
    await batch({ firstOffset: 5, appendTime: true, records: Array(3).fill(plain('value')) }),
  ]);
  for (let at = 0; at < whole.length; at++) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] as number) ^ 0x81;
    readHere(changed);
  }
});

function plain(value: string): Given {
  return { key: Buffer.from('acme'), value: Buffer.from(value), headers: {}, sinceFirstMs: 0 };
}

test('compressed batches, transactions and control batches are left to kafkajs', async () => {
  const given = { firstOffset: 0, appendTime: false, records: [plain('value')] };
  const control = await batch(given);
  control.writeInt16BE(CONTROL, ATTRIBUTES_AT);
  const sets = [await batch(given, { compression: 1 }), await batch(given, { transactional: true }), control];
  for (const set of sets) assert.equal(readHere(answer([set])), undefined);
  assert.equal(readHere(answer([await batch(given)], [[7n, 0n]])), undefined);
  assert.equal(readHere(answer([await batch(given)]))?.flat().length, 1);
});

test('nothing of an answer is kept, so that its memory can be used again', async () => {
  const given = { firstOffset: 0, appendTime: false, records: [plain('first'), plain('second')] };
  const headers = { [ORIGIN]: Buffer.from('0/7'), other: Buffer.alloc(1_000) };
  const withHeaders = { ...given, records: given.records.map((record) => ({ ...record, headers })) };
  for (const some of [given, withHeaders]) {
    const whole = answer([await batch(some)]);
    const read = readFetchAnswer(whole, Buffer.from(ORIGIN));
    const before = readHere(Buffer.from(whole));
    whole.fill(0xff);
    const after = read?.responses.flatMap(({ partitions }) =>
      partitions.map(({ messages }) => messages.map(fieldsOf)),
    );
    assert.deepEqual(after, before);
  }
});
