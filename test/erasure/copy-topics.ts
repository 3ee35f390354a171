import { randomUUID } from 'node:crypto';
import kafkajs, { type Admin } from 'kafkajs';
import { INPUTS } from '../../domain/contract/inputs.ts';
import { connectKafka } from '../../platform/kafka/connection.ts';
import { until } from '../support/until.ts';

/** One record as it stands in its log. */
interface CopiedRecord {
  readonly offset: number;
  /** The broker's append time, in milliseconds since 1970. */
  readonly appendMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
}

/** Every record of every input topic, by `topic/partition`, in offset order from 0. */
export type CopiedTopics = ReadonlyMap<string, readonly CopiedRecord[]>;

const BATCH = 500;
/** What a broker answers that left the time of a record to its sender. */
const NOT_STAMPED = '-1';
const TOPIC_SETTINGS = {
  'message.timestamp.type': 'LogAppendTime',
  'compression.type': 'uncompressed',
  'max.message.bytes': String(4 * 1024 * 1024),
};

/** Copies every input topic up to its end at the time of the call. Throws unless each begins at offset 0. */
export async function copyTopics(brokers: string): Promise<CopiedTopics> {
  const kafka = connectKafka({ brokers: [brokers], clientId: 'docket-copy' });
  const missing = await withAdmin(brokers, readEnds);
  const copied = new Map<string, CopiedRecord[]>([...missing.keys()].map((at) => [at, []]));
  for (const [at, end] of missing) if (end === 0) missing.delete(at);
  const consumer = kafka.consumer({ groupId: `docket-copy-${randomUUID()}`, maxWaitTimeInMs: 250 });
  await consumer.connect();
  await consumer.subscribe({ topics: INPUTS.map(({ topic }) => topic), fromBeginning: true });
  const { promise: done, resolve } = Promise.withResolvers<void>();
  if (missing.size === 0) resolve();
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      const at = `${batch.topic}/${batch.partition}`;
      const end = missing.get(at) ?? 0;
      for (const { offset, timestamp, key, value, headers } of batch.messages) {
        if (Number(offset) >= end) break;
        copied.get(at)?.push({
          offset: Number(offset),
          appendMs: Number(timestamp),
          key: copyOf(key),
          value: copyOf(value),
          headers: Object.fromEntries(
            Object.entries(headers ?? {}).flatMap(([name, held]) =>
              Buffer.isBuffer(held) ? [[name, Buffer.from(held)]] : [],
            ),
          ),
        });
      }
      if ((copied.get(at)?.length ?? 0) >= end) missing.delete(at);
      if (missing.size === 0) resolve();
    },
  });
  await done;
  await consumer.disconnect();
  for (const [at, records] of copied) {
    if (records.some(({ offset }, index) => offset !== index))
      throw new Error(`${at} does not begin at offset 0 or has a gap: it cannot be copied as it stands`);
  }
  return copied;
}

/**
 * Makes and fills the topics of an empty Kafka so that every record has the offset and the append time that it had. A
 * producer may only say times where topics take them, so the topics do until they are filled; then they are as recording
 * needs them. Throws when a broker stamped a record all the same.
 */
export async function fillTopics(brokers: string, copied: CopiedTopics): Promise<void> {
  await withAdmin(brokers, (admin) =>
    admin.createTopics({
      waitForLeaders: true,
      topics: INPUTS.map(({ topic, partitions }) => ({
        topic,
        numPartitions: partitions,
        configEntries: Object.entries({ ...TOPIC_SETTINGS, 'message.timestamp.type': 'CreateTime' }).map(
          ([name, value]) => ({ name, value }),
        ),
      })),
    }),
  );
  const producer = connectKafka({ brokers: [brokers], clientId: 'docket-fill' }).producer({
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  for (const [at, records] of copied) {
    const [topic = '', partition = ''] = at.split('/');
    for (let from = 0; from < records.length; from += BATCH) {
      const messages = records.slice(from, from + BATCH).map(({ key, value, headers, appendMs }) => ({
        partition: Number(partition),
        key,
        value,
        headers: { ...headers },
        timestamp: String(appendMs),
      }));
      const [sent] = await producer.send({ topic, acks: -1, messages });
      if (sent?.logAppendTime !== NOT_STAMPED)
        throw new Error(`${at}: the broker stamped records with its own clock`);
    }
  }
  await producer.disconnect();
  await withAdmin(brokers, stampAgain);
}

/** Resolves when the broker knows. */
async function stampAgain(admin: Admin): Promise<void> {
  const type = kafkajs.ConfigResourceTypes.TOPIC;
  const configEntries = Object.entries(TOPIC_SETTINGS).map(([name, value]) => ({ name, value }));
  await admin.alterConfigs({
    validateOnly: false,
    resources: INPUTS.map(({ topic }) => ({ type, name: topic, configEntries })),
  });
  await until('topics are stamped by the broker again', async () => {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: INPUTS.map(({ topic }) => ({ type, name: topic })),
    });
    const entries = resources.flatMap((resource) => resource.configEntries);
    const types = entries.filter(({ configName }) => configName === 'message.timestamp.type');
    return types.every(({ configValue }) => configValue === 'LogAppendTime');
  });
}

async function readEnds(admin: Admin): Promise<Map<string, number>> {
  const ends = new Map<string, number>();
  for (const { topic } of INPUTS) {
    for (const { partition, high } of await admin.fetchTopicOffsets(topic))
      ends.set(`${topic}/${partition}`, Number(high));
  }
  return ends;
}

async function withAdmin<Result>(brokers: string, act: (admin: Admin) => Promise<Result>): Promise<Result> {
  const admin = connectKafka({ brokers: [brokers], clientId: 'docket-copy' }).admin();
  await admin.connect();
  try {
    return await act(admin);
  } finally {
    await admin.disconnect();
  }
}

function copyOf(bytes: Buffer | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes);
}
