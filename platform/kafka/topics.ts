import type { KafkaOptions } from './connection.ts';
import { connectKafka } from './connection.ts';

export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
}

export interface EnsureTopicsOptions extends KafkaOptions {
  readonly replicationFactor?: number;
  readonly retentionMs?: number;
}

/** Larger than what the recorder accepts, so that an oversized record is quarantined and not lost at the broker. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Creates the topics that are missing, stamped by the broker's clock.
 * @returns the id of the Kafka cluster.
 * Throws an Error when a topic exists with another number of partitions: identities depend on it.
 */
export async function ensureTopics(
  specs: readonly TopicSpec[],
  options: EnsureTopicsOptions,
): Promise<string> {
  const admin = connectKafka(options).admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = specs.filter((spec) => !existing.has(spec.topic));
    if (missing.length > 0) {
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map((spec) => ({
          topic: spec.topic,
          numPartitions: spec.partitions,
          replicationFactor: options.replicationFactor ?? 1,
          configEntries: [
            { name: 'message.timestamp.type', value: 'LogAppendTime' },
            { name: 'max.message.bytes', value: String(MAX_MESSAGE_BYTES) },
            { name: 'retention.ms', value: String(options.retentionMs ?? WEEK_MS) },
          ],
        })),
      });
    }
    const { topics } = await admin.fetchTopicMetadata({ topics: specs.map((spec) => spec.topic) });
    for (const spec of specs) {
      const found = topics.find((topic) => topic.name === spec.topic)?.partitions.length;
      if (found !== spec.partitions) {
        throw new Error(
          `Topic ${spec.topic} has ${found ?? 0} partitions where ${spec.partitions} are fixed. ` +
            'Partition counts never change within a topic version: recreate the topic, or create the next version.',
        );
      }
    }
    return (await admin.describeCluster()).clusterId;
  } finally {
    await admin.disconnect();
  }
}
