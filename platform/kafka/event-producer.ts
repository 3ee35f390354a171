import { Partitioners, type Producer } from 'kafkajs';
import { connectKafka, type KafkaOptions } from './connection.ts';

export interface OutgoingRecord {
  readonly key: string;
  readonly value: Buffer;
}

/** A record for a partition that its sender chooses. */
interface AddressedRecord {
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export interface EventProducer {
  /** Resolves when every in-sync replica has the records (`acks=all`). Throws when that is not certain. */
  send(topic: string, records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** A producer that can also choose partitions, for records that must go back to where they came from. */
export interface ReplayProducer extends EventProducer {
  sendTo(topic: string, records: readonly AddressedRecord[]): Promise<void>;
}

/**
 * An idempotent producer: a retry inside it never doubles a record. One send at a time, and a producer whose send
 * failed is replaced: kafkajs takes its sequence numbers back after a failure, so that the next, different batch
 * could be taken by the broker for a copy of the one that did arrive, be acknowledged, and be lost.
 * Rejects when Kafka cannot be reached.
 */
export async function openEventProducer(options: KafkaOptions): Promise<ReplayProducer> {
  let current: Producer | null = await connect(options);
  let last: Promise<unknown> = Promise.resolve();

  const sendNext = async (topic: string, records: readonly (OutgoingRecord | AddressedRecord)[]) => {
    current ??= await connect(options);
    try {
      await current.send({ topic, acks: -1, messages: records.map((record) => ({ ...record })) });
    } catch (error) {
      const spoiled = current;
      current = null;
      spoiled.disconnect().catch(() => {});
      throw error;
    }
  };
  const send = (topic: string, records: readonly (OutgoingRecord | AddressedRecord)[]) => {
    const sent = last.then(() => sendNext(topic, records));
    last = sent.catch(() => {});
    return sent;
  };
  return {
    send,
    sendTo: send,
    close: async () => {
      await last;
      await current?.disconnect();
    },
  };
}

async function connect(options: KafkaOptions): Promise<Producer> {
  const producer = connectKafka(options).producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 },
  });
  await producer.connect();
  return producer;
}
