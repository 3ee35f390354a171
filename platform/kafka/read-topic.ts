import { randomUUID } from 'node:crypto';
import { connectKafka, type KafkaOptions } from './connection.ts';

const READ_TIMEOUT_MS = 60_000;

/**
 * Hands over the values of a topic, of each partition in order, from where its logs begin to where they end now.
 * Throws an Error when Kafka does not answer, or has not handed everything over within a minute.
 */
export async function readTopic(
  options: KafkaOptions,
  topic: string,
  take: (value: Buffer) => void,
): Promise<void> {
  const kafka = connectKafka(options);
  const admin = kafka.admin();
  await admin.connect();
  const groupId = `${options.clientId}-read-${randomUUID()}`;
  try {
    const missing = new Map<number, number>();
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      if (Number(low) < Number(high)) missing.set(partition, Number(high) - 1);
    if (missing.size === 0) return;
    const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await new Promise<void>((resolve, reject) => {
        const late = new Error('Kafka has not handed a topic over in time');
        const timer = setTimeout(() => reject(late), READ_TIMEOUT_MS);
        const end = () => {
          clearTimeout(timer);
          resolve();
        };
        const run = consumer.run({
          autoCommit: false,
          eachBatch: async ({ batch }) => {
            const last = missing.get(batch.partition);
            if (last === undefined) return;
            for (const { value } of batch.messages) if (value !== null) take(value);
            if (Number(batch.lastOffset()) >= last) missing.delete(batch.partition);
            if (missing.size === 0) end();
          },
        });
        run.catch(reject);
      });
    } finally {
      await consumer.disconnect();
    }
    await admin.deleteGroups([groupId]).catch(() => {});
  } finally {
    await admin.disconnect();
  }
}
