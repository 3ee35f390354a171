import type { Consumer, EachBatchPayload } from 'kafkajs';
import { connectKafka, type KafkaOptions } from './connection.ts';
import { keepHeadersNamed } from './keep-headers.ts';
import { KeptRecord, keepTogether, type LogRecord } from './kept-records.ts';
import { readFetches } from './read-fetches.ts';
import { type Heartbeat, HeartbeatWatch } from './watch-heartbeats.ts';

/** Offsets that one fetch covered, both ends included; those without a record hold none. */
interface FetchedRange {
  readonly firstOffset: number;
  readonly lastOffset: number;
}

interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface GroupConsumerHandlers {
  /**
   * The partitions this member has from now on. Called before any of their records is fetched, with every one of
   * them paused: `resumeAt` lets one flow. Which generation this is, the next heartbeat tells.
   */
  assigned(partitions: readonly TopicPartition[], flow: ConsumerFlow): void;
  /** The coordinator has answered a heartbeat of the generation that the last `assigned` came from. */
  heartbeat(heartbeat: Heartbeat): void;
  /**
   * Must only take the records over and return: a slow handler would starve other partitions and heartbeats.
   * There may be none, when all that was fetched are markers of transactions.
   */
  records(from: TopicPartition, records: readonly LogRecord[], fetched: FetchedRange): void;
  /** The consumer gave up and will not come back by itself. */
  crashed(error: Error): void;
}

interface ConsumerFlow {
  resumeAt(at: TopicPartition, offset: number): void;
  pause(at: TopicPartition): void;
  resume(at: TopicPartition): void;
  /** Tells Kafka where to look next time. Only a hint: the store is the truth. */
  commit(at: TopicPartition, nextOffset: number): Promise<void>;
}

export interface GroupConsumer {
  stop(): Promise<void>;
}

export interface GroupConsumerOptions extends KafkaOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly sessionTimeoutMs: number;
  /** The one header that is handed over with a record; what else producers attach stays behind. */
  readonly originHeader: string;
  readonly heartbeatIntervalMs: number;
}

/** kafkajs sends heartbeats between fetches only, so none may last longer than this. */
const LONGEST_FETCH_MS = 250;

/**
 * Joins a consumer group. Nothing is committed automatically, and commits go through the batch payload of kafkajs,
 * whose `commitOffsetsIfNecessary(offsets)` works during stop as well, unlike `consumer.commitOffsets`.
 */
export async function startGroupConsumer(
  options: GroupConsumerOptions,
  handlers: GroupConsumerHandlers,
): Promise<GroupConsumer> {
  keepHeadersNamed(options.originHeader);
  readFetches(options.originHeader);
  let stopping = false;
  const watch = new HeartbeatWatch(handlers.heartbeat);
  const consumer = connectKafka(options).consumer({
    groupId: options.groupId,
    sessionTimeout: options.sessionTimeoutMs,
    heartbeatInterval: options.heartbeatIntervalMs,
    partitionAssigners: [watch.assigner],
    rebalanceTimeout: options.sessionTimeoutMs * 2,
    maxWaitTimeInMs: Math.min(LONGEST_FETCH_MS, options.heartbeatIntervalMs),
    allowAutoTopicCreation: false,
    retry: {
      initialRetryTime: 100,
      maxRetryTime: 2_000,
      retries: 20,
      restartOnFailure: async () => !stopping,
    },
  });
  let commitOffsets: EachBatchPayload['commitOffsetsIfNecessary'] | null = null;
  const flow: ConsumerFlow = {
    resumeAt: ({ topic, partition }, offset) =>
      whileInGroup(() => {
        consumer.seek({ topic, partition, offset: String(offset) });
        consumer.resume([{ topic, partitions: [partition] }]);
      }),
    pause: ({ topic, partition }) => whileInGroup(() => consumer.pause([{ topic, partitions: [partition] }])),
    resume: ({ topic, partition }) =>
      whileInGroup(() => consumer.resume([{ topic, partitions: [partition] }])),
    commit: async ({ topic, partition }, nextOffset) => {
      await commitOffsets?.({ topics: [{ topic, partitions: [{ partition, offset: String(nextOffset) }] }] });
    },
  };
  watch.listen(consumer);
  watchAssignments(consumer, handlers, flow);

  await consumer.connect();
  await consumer.subscribe({ topics: [...options.topics], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: 2,
    eachBatch: async (payload) => {
      commitOffsets = payload.commitOffsetsIfNecessary;
      if (payload.isStale()) return;
      takeOver(payload, options.originHeader, handlers);
    },
  });
  return {
    stop: async () => {
      // Else a consumer that has just crashed would start itself again behind our back.
      stopping = true;
      await consumer.stop();
      await consumer.disconnect();
    },
  };
}

/**
 * After a crash kafkajs has no group for a while and throws at every wish about flow. None is lost: joining again
 * pauses every partition, and each is told to flow from where it stands, or taken anew.
 */
function whileInGroup(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Error && error.name.startsWith('KafkaJS'))) throw error;
  }
}

function watchAssignments(consumer: Consumer, handlers: GroupConsumerHandlers, flow: ConsumerFlow): void {
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    const partitions = Object.entries(payload.memberAssignment).flatMap(([topic, numbers]) =>
      numbers.map((partition) => ({ topic, partition })),
    );
    consumer.pause(partitions.map(({ topic, partition }) => ({ topic, partitions: [partition] })));
    handlers.assigned(partitions, flow);
  });
  // kafkajs hands no batch over that holds no record, and only tells that it passed one by.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    if (payload.batchSize > 0 || payload.firstOffset === null) return;
    const fetched = { firstOffset: Number(payload.firstOffset), lastOffset: Number(payload.lastOffset) };
    handlers.records({ topic: payload.topic, partition: payload.partition }, [], fetched);
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) handlers.crashed(payload.error);
  });
}

function takeOver(
  { batch, resolveOffset }: EachBatchPayload,
  originHeader: string,
  handlers: GroupConsumerHandlers,
): void {
  const { topic, partition, messages } = batch;
  const records = areKept(messages) ? messages : keepTogether(topic, partition, messages, originHeader);
  const fetched = { firstOffset: Number(batch.firstOffset()), lastOffset: Number(batch.lastOffset()) };
  handlers.records({ topic, partition }, records, fetched);
  resolveOffset(batch.lastOffset());
}

/** Whether they were read into runs, and not by kafkajs: all of an answer are, or none. */
function areKept(messages: readonly object[]): messages is readonly KeptRecord[] {
  return messages[0] instanceof KeptRecord;
}
