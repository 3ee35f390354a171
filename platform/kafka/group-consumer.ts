import type { Consumer, EachBatchPayload } from 'kafkajs';
import { connectKafka, type KafkaOptions } from './connection.ts';
import { keepHeadersNamed } from './keep-headers.ts';
import { type Heartbeat, HeartbeatWatch } from './watch-heartbeats.ts';

interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** When the broker appended it, in milliseconds since 1970. */
  readonly appendMs: number;
  readonly key: Buffer | null;
  /** Value of the header that `originHeader` names; null if there is none, or more than one. */
  readonly origin: Buffer | null;
  readonly value: Buffer | null;
  /** Length of the three together. */
  readonly bytes: number;
  /** Memory shared with other records, in which a value lies: to be read there, without a view of it. */
  readonly memory: Buffer | undefined;
  /** In `memory`: the key is what stands before the value, from here on. −1 for none. */
  readonly keyStart: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

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
  const kept = keepTogether(messages);
  let filled = 0;
  const records = messages.map((message) => {
    const origin = message.headers?.[originHeader];
    const record = new KeptRecord(topic, partition, message, {
      origin: Buffer.isBuffer(origin) ? Buffer.from(origin) : null,
      memory: kept,
      start: filled,
    });
    filled = record.valueEnd;
    return record;
  });
  const fetched = { firstOffset: Number(batch.firstOffset()), lastOffset: Number(batch.lastOffset()) };
  handlers.records({ topic, partition }, records, fetched);
  resolveOffset(batch.lastOffset());
}

type Message = EachBatchPayload['batch']['messages'][number];

/**
 * Copies keys and values together into memory of their own. kafkajs gives slices of the whole answer to a fetch, which
 * holds the records of every partition: one that waits would keep those of all others in memory.
 */
function keepTogether(messages: readonly Message[]): Buffer {
  let total = 0;
  for (const { key, value } of messages) total += (key?.length ?? 0) + (value?.length ?? 0);
  const memory = Buffer.allocUnsafeSlow(total);
  let filled = 0;
  for (const { key, value } of messages) {
    if (key !== null) filled += key.copy(memory, filled);
    if (value !== null) filled += value.copy(memory, filled);
  }
  return memory;
}

interface KeptPlace {
  readonly origin: Buffer | null;
  readonly memory: Buffer;
  /** Where its key begins; its value follows. */
  readonly start: number;
}

/**
 * Views of key and value are made when asked for: thousands that wait for long cost the garbage collector much, and
 * most records are read in `memory` without.
 */
class KeptRecord implements LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly appendMs: number;
  readonly origin: Buffer | null;
  readonly bytes: number;
  /** Undefined when there is no value. */
  readonly memory: Buffer | undefined;
  /** −1 for no key. */
  readonly keyStart: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly #keyMemory: Buffer;

  constructor(topic: string, partition: number, message: Message, { origin, memory, start }: KeptPlace) {
    this.topic = topic;
    this.partition = partition;
    this.offset = Number(message.offset);
    this.appendMs = Number(message.timestamp);
    this.origin = origin;
    this.memory = message.value === null ? undefined : memory;
    this.keyStart = message.key === null ? -1 : start;
    this.valueStart = start + (message.key?.length ?? 0);
    this.valueEnd = this.valueStart + (message.value?.length ?? 0);
    this.bytes = this.valueEnd - start + (origin?.length ?? 0);
    this.#keyMemory = memory;
  }

  get key(): Buffer | null {
    return this.keyStart < 0 ? null : this.#keyMemory.subarray(this.keyStart, this.valueStart);
  }

  get value(): Buffer | null {
    return this.memory === undefined ? null : this.memory.subarray(this.valueStart, this.valueEnd);
  }
}
