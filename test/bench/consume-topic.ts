import { connectKafka } from '../../platform/kafka/connection.ts';

export interface ConsumeOptions {
  readonly brokers: string;
  readonly topic: string;
  readonly group: string;
}

export interface ConsumedRecord {
  readonly partition: number;
  readonly offset: string;
  /** The broker's append time, in milliseconds since 1970, as text. */
  readonly timestamp: string;
  readonly value: Buffer | null;
}

/** Hands over every record of a topic from its start, batch by batch, and commits as kafkajs does by itself. */
export async function consumeTopic(
  options: ConsumeOptions,
  take: (records: readonly ConsumedRecord[]) => Promise<void> | void,
): Promise<void> {
  const kafka = connectKafka({ brokers: [options.brokers], clientId: 'docket-bench' });
  const consumer = kafka.consumer({
    groupId: options.group,
    maxWaitTimeInMs: 250,
    allowAutoTopicCreation: false,
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [options.topic], fromBeginning: true });
  await consumer.run({
    eachBatch: async ({ batch }) => {
      await take(
        batch.messages.map(({ offset, timestamp, value }) => ({
          partition: batch.partition,
          offset,
          timestamp,
          value,
        })),
      );
    },
  });
}
