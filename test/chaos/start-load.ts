import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Message, type Producer } from 'kafkajs';
import { AcknowledgedLedger } from './acknowledged-ledger.ts';
import {
  type CopiedDecision,
  makeCopy,
  makeDecision,
  makeOutcome,
  makePoison,
  makeRare,
  makeTally,
  type PlannedRecord,
  type Variety,
} from './make-records.ts';

// Not every export of this CommonJS package can be imported by name.
const { Kafka, logLevel, Partitioners } = kafkajs;

export interface LoadOptions {
  readonly brokers: string;
  readonly random: () => number;
  readonly eventsPerSecond: number;
  readonly journal: (line: string) => void;
  /** How decisions fare; each well, and unreported later on, unless told. */
  readonly variety?: Variety;
}

export interface Load {
  readonly ledger: AcknowledgedLedger;
  /** Appends a burst of records with the next batch. */
  burst(kind: 'poison' | 'copies', records: number): void;
  /** Ends after the batch that is under way. Resolves when nothing is sent any more. */
  stop(): Promise<void>;
}

const TICK_MS = 50;
/** Of each kind, the last ones that a copy may be made of. */
const COPYABLE = 400;

/**
 * Sends decisions, tallies and some of every other kind, copies and poison among them, until it is stopped. A batch
 * whose acknowledgement did not come is forgotten, not sent again: whether it arrived is the log's business.
 */
export function startLoad(options: LoadOptions): Load {
  const { random, eventsPerSecond, variety } = options;
  const ledger = new AcknowledgedLedger();
  const copyable: CopiedDecision[] = [];
  let bursts: PlannedRecord[] = [];
  let producer: Producer | null = null;
  let running = true;
  let number = 0;

  const pickCopyable = () => copyable[Math.floor(random() * copyable.length)];
  const makeBatch = (count: number): PlannedRecord[] => {
    const records = bursts;
    bursts = [];
    for (let made = 0; made < count; made++) {
      const draw = random();
      const original = pickCopyable();
      if (draw < 0.02) records.push(makePoison(random, false));
      else if (draw < 0.05 && original !== undefined) records.push(makeCopy(random, original));
      else if (draw < 0.1) records.push(makeTally(number));
      else if (draw < 0.12) records.push(makeRare(number));
      else if (variety !== undefined && draw < 0.25 && original !== undefined)
        records.push(makeOutcome(random, original));
      else records.push(makeDecision(random, number, variety));
      number++;
    }
    return records;
  };
  const send = async (batch: readonly PlannedRecord[]) => {
    try {
      producer ??= await connect(options.brokers);
      const bases = await append(producer, batch);
      acknowledge(batch, bases, ledger, copyable);
    } catch {
      options.journal(`the load's batch of ${batch.length} was not acknowledged`);
      producer?.disconnect().catch(() => {});
      producer = null;
      await sleep(200);
    }
  };
  const loop = async () => {
    let owed = 0;
    for (let last = performance.now(); running; await sleep(TICK_MS)) {
      const now = performance.now();
      // After an outage the rate goes on; what could not be sent meanwhile is not made up for.
      owed = Math.min(owed + ((now - last) / 1000) * eventsPerSecond, eventsPerSecond);
      last = now;
      const count = Math.floor(owed);
      owed -= count;
      if (count > 0 || bursts.length > 0) await send(makeBatch(count));
    }
    await producer?.disconnect();
  };
  const finished = loop();
  return {
    ledger,
    burst: (kind, records) => {
      for (let made = 0; made < records; made++) {
        const original = pickCopyable();
        if (kind === 'poison') bursts.push(makePoison(random, made % 10 === 0));
        else if (original !== undefined) bursts.push(makeCopy(random, original));
      }
    },
    stop: () => {
      running = false;
      return finished;
    },
  };
}

async function connect(brokers: string): Promise<Producer> {
  const kafka = new Kafka({
    clientId: 'docket-chaos-load',
    brokers: [brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 10 },
  });
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  return producer;
}

/** Appends a batch. Returns the offset of the first record of each `topic/partition`; throws unless all arrived. */
async function append(producer: Producer, batch: readonly PlannedRecord[]): Promise<Map<string, number>> {
  const byTopic = new Map<string, Message[]>();
  for (const { topic, partition, value } of batch) {
    const messages = byTopic.get(topic) ?? [];
    messages.push({ partition, value });
    byTopic.set(topic, messages);
  }
  const topicMessages = [...byTopic].map(([topic, messages]) => ({ topic, messages }));
  const answers = await producer.sendBatch({ acks: -1, topicMessages });
  return new Map(
    answers.map((answer) => [`${answer.topicName}/${answer.partition}`, Number(answer.baseOffset ?? -1)]),
  );
}

function acknowledge(
  batch: readonly PlannedRecord[],
  bases: ReadonlyMap<string, number>,
  ledger: AcknowledgedLedger,
  copyable: CopiedDecision[],
): void {
  const next = new Map(bases);
  for (const { topic, partition, fate, id, copyOf, decision } of batch) {
    const at = `${topic}/${partition}`;
    const offset = next.get(at) ?? -1;
    if (offset < 0) throw new Error(`no offset was acknowledged for ${at}`);
    next.set(at, offset + 1);
    ledger.add(at, offset, fate, id, copyOf);
    if (decision === null) continue;
    copyable.push({ decision, partition, offset });
    if (copyable.length > COPYABLE) copyable.shift();
  }
}
