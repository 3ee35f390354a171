import kafkajs, { type Admin } from 'kafkajs';
import { connectKafka, type KafkaOptions } from './connection.ts';

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
/**
 * What recording stands on. LogAppendTime: the watermark trusts the broker's clock, not the producers'.
 * uncompressed: the broker unpacks whatever codec a producer chose, so that neither a codec that we cannot read nor a
 * batch that unpacks to gigabytes can stop a partition.
 */
const REQUIRED_CONFIG: Readonly<Record<string, string>> = {
  'message.timestamp.type': 'LogAppendTime',
  'compression.type': 'uncompressed',
};
/**
 * Long, against loss: it is the recorder that trims a topic, behind what it has recorded (DOCKET_REPLAY_WINDOW_HOURS).
 * This bounds what is there when nothing is recorded any more.
 */
const RETENTION_MS = 28 * 24 * 60 * 60 * 1000;
/** A broker deletes whole segments only, and never the one that is written to: what is trimmed must not wait long. */
const SEGMENT_MS = 60 * 60 * 1000;

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
            ...Object.entries(REQUIRED_CONFIG).map(([name, value]) => ({ name, value })),
            { name: 'max.message.bytes', value: String(MAX_MESSAGE_BYTES) },
            { name: 'retention.ms', value: String(options.retentionMs ?? RETENTION_MS) },
            { name: 'segment.ms', value: String(SEGMENT_MS) },
          ],
        })),
      });
    }
    await requireTopics(admin, specs);
    return (await admin.describeCluster()).clusterId;
  } finally {
    await admin.disconnect();
  }
}

/**
 * Throws an Error that says what to do unless every topic is there as recording needs it: with its fixed number of
 * partitions, stamped by the broker, stored uncompressed.
 */
export async function checkTopics(specs: readonly TopicSpec[], options: KafkaOptions): Promise<void> {
  const admin = connectKafka(options).admin();
  await admin.connect();
  try {
    await requireTopics(admin, specs);
  } finally {
    await admin.disconnect();
  }
}

async function requireTopics(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = specs.filter((spec) => !existing.has(spec.topic)).map((spec) => spec.topic);
  if (missing.length > 0)
    throw new Error(`There is no topic ${missing.join(', ')}. Create them: npx docket topics`);
  const { topics } = await admin.fetchTopicMetadata({ topics: specs.map((spec) => spec.topic) });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: specs.map((spec) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name: spec.topic })),
  });
  const problems = specs.flatMap((spec) => [
    ...partitionProblems(spec, topics.find((topic) => topic.name === spec.topic)?.partitions.length ?? 0),
    ...configProblems(
      spec,
      resources.find((resource) => resource.resourceName === spec.topic)?.configEntries ?? [],
    ),
  ]);
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

function partitionProblems({ topic, partitions }: TopicSpec, found: number): string[] {
  if (found === partitions) return [];
  return [
    `Topic ${topic} has ${found} partitions where ${partitions} are fixed. ` +
      'Partition counts never change within a topic version: recreate the topic, or create the next version.',
  ];
}

function configProblems(
  { topic }: TopicSpec,
  entries: readonly { configName: string; configValue: string }[],
): string[] {
  return Object.entries(REQUIRED_CONFIG)
    .filter(([name, value]) => entries.find((entry) => entry.configName === name)?.configValue !== value)
    .map(([name, value]) => `Topic ${topic} must have ${name}=${value}; set it with kafka-configs --alter.`);
}
