import type { Admin } from 'kafkajs';
import { connectKafka, type KafkaOptions } from './connection.ts';

interface LogBounds {
  readonly partition: number;
  /** First offset that can still be read. */
  readonly start: number;
  /** Offset that the next record will have. */
  readonly end: number;
}

export interface LogBoundsReader {
  /** Bounds of every partition of a topic, as the broker has them now. */
  read(topic: string): Promise<readonly LogBounds[]>;
  /** Offset committed by a consumer group for each partition of a topic; absent where there is none. */
  readCommitted(groupId: string, topic: string): Promise<ReadonlyMap<number, number>>;
  clusterId(): Promise<string>;
  close(): Promise<void>;
}

/** Connects once and answers from the broker at every call. Throws when the broker cannot be reached. */
export async function openLogBounds(options: KafkaOptions): Promise<LogBoundsReader> {
  const admin: Admin = connectKafka(options).admin();
  await admin.connect();
  return {
    read: async (topic) =>
      (await admin.fetchTopicOffsets(topic)).map((bounds) => ({
        partition: bounds.partition,
        start: Number(bounds.low),
        end: Number(bounds.high),
      })),
    readCommitted: async (groupId, topic) => {
      const committed = await admin.fetchOffsets({ groupId, topics: [topic] });
      const partitions = committed.flatMap((entry) => entry.partitions);
      return new Map(
        partitions
          .filter((entry) => Number(entry.offset) >= 0)
          .map((entry) => [entry.partition, Number(entry.offset)]),
      );
    },
    clusterId: async () => (await admin.describeCluster()).clusterId,
    close: () => admin.disconnect(),
  };
}
