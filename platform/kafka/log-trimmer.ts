import { connectKafka, type KafkaOptions } from './connection.ts';

export interface LogTrimmer {
  /**
   * For each partition of a topic, the first offset that was appended at or after a time (milliseconds since 1970);
   * the log's end where nothing was.
   */
  offsetsAt(topic: string, timeMs: number): Promise<ReadonlyMap<number, number>>;
  /**
   * Deletes, from each partition named, everything below an offset. The log starts there at once; its bytes go when the
   * broker next deletes segments. Throws when the offset is beyond the log's end, or the broker cannot be reached.
   */
  trim(topic: string, firstOffsets: ReadonlyMap<number, number>): Promise<void>;
  close(): Promise<void>;
}

/** Connects once. Throws when the broker cannot be reached. */
export async function openLogTrimmer(options: KafkaOptions): Promise<LogTrimmer> {
  const admin = connectKafka(options).admin();
  await admin.connect();
  return {
    offsetsAt: async (topic, timeMs) => {
      const found = await admin.fetchTopicOffsetsByTimestamp(topic, timeMs);
      return new Map(found.map((entry) => [entry.partition, Number(entry.offset)]));
    },
    trim: async (topic, firstOffsets) => {
      // It loads the metadata that deleting needs: which broker leads a partition.
      await admin.fetchTopicOffsets(topic);
      const partitions = [...firstOffsets].map(([partition, offset]) => ({
        partition,
        offset: String(offset),
      }));
      await admin.deleteTopicRecords({ topic, partitions });
    },
    close: () => admin.disconnect(),
  };
}
