import { connectKafka } from '../../../platform/kafka/connection.ts';

interface RawRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A producer that says where a record went. */
export interface RawLog {
  /** Appends one record. @returns `topic/partition/offset` */
  append(topic: string, record: RawRecord): Promise<string>;
  close(): Promise<void>;
}

/** Connects as any sender would, who is not ours and checks nothing. */
export async function openRawLog(brokers: string): Promise<RawLog> {
  const producer = connectKafka({ brokers: [brokers], clientId: 'docket-canaries' }).producer({
    allowAutoTopicCreation: false,
    retry: { retries: 10 },
  });
  await producer.connect();
  return {
    append: async (topic, { key, value, headers = {} }) => {
      const [metadata] = await producer.send({
        topic,
        acks: -1,
        messages: [{ key, value, headers: { ...headers } }],
      });
      return `${topic}/${metadata?.partition}/${metadata?.baseOffset}`;
    },
    close: () => producer.disconnect(),
  };
}
