import { Partitioners } from 'kafkajs';
import { connectKafka, type KafkaOptions } from './connection.ts';

export interface OutgoingRecord {
  readonly key: string;
  readonly value: Buffer;
}

export interface EventProducer {
  /** Resolves when every in-sync replica has the records (`acks=all`). Throws when they cannot be delivered. */
  send(topic: string, records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** An idempotent producer: a retry inside it never doubles a record. */
export async function openEventProducer(options: KafkaOptions): Promise<EventProducer> {
  const producer = connectKafka(options).producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 },
  });
  await producer.connect();
  return {
    send: async (topic, records) => {
      await producer.send({ topic, acks: -1, messages: records.map(({ key, value }) => ({ key, value })) });
    },
    close: () => producer.disconnect(),
  };
}
