import { partitionKeyOf } from '../../domain/contract/event-identity.ts';
import { inputOf } from '../../domain/contract/inputs.ts';
import { frameConfluent } from '../../domain/contract/wire.ts';
import { connectKafka } from '../../platform/kafka/connection.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { createRandom } from '../support/random.ts';
import { createDecisionSource } from './compose-decision.ts';

export interface PreloadOptions {
  readonly brokers: string;
  readonly topic: string;
  /** Partitions to fill, evenly; others stay empty. */
  readonly partitions: readonly number[];
  readonly events: number;
  readonly seed: number;
  /** See compose-decision.ts, as which it is by default. */
  readonly decisionsPerPerson?: number;
  readonly say: (line: string) => void;
}

export interface Preloaded {
  readonly events: number;
  /** Mean size of a record's value, the five bytes of the Confluent form included. */
  readonly meanBytes: number;
  readonly erasableShare: number;
  readonly duplicates: number;
}

interface Message {
  readonly key: string;
  readonly value: Buffer;
  readonly partition: number;
}

const BATCH_EVENTS = 5_000;
const SENDS_IN_FLIGHT = 4;
const SAY_EVERY_EVENTS = 100_000;
const DUPLICATE_SHARE = 0.001;

/**
 * Appends decisions in the Confluent form, spread evenly: an enforcer's events stay in one partition, in order.
 * Now and then one is sent twice, as a producer does that missed an acknowledgement.
 */
export async function preloadTopic(options: PreloadOptions): Promise<Preloaded> {
  const producer = connectKafka({ brokers: [options.brokers], clientId: 'docket-bench' }).producer();
  await producer.connect();
  const composed = composeMessages(options);
  const sends = new Set<Promise<unknown>>();
  try {
    for (let appended = 0; appended < options.events; appended += BATCH_EVENTS) {
      const messages = composed.next(Math.min(BATCH_EVENTS, options.events - appended));
      const send: Promise<unknown> = producer
        .send({ topic: options.topic, acks: 1, messages })
        .finally(() => sends.delete(send));
      sends.add(send);
      if (sends.size >= SENDS_IN_FLIGHT) await Promise.race(sends);
      if (appended % SAY_EVERY_EVENTS === 0 && appended > 0)
        options.say(`  ${appended} of ${options.events}`);
    }
    await Promise.all(sends);
  } finally {
    await producer.disconnect();
  }
  return composed.summary();
}

function composeMessages({ events, seed, partitions, decisionsPerPerson }: PreloadOptions) {
  const schema = loadReleasedSchemas().newest('decision');
  const input = inputOf('decision');
  const random = createRandom(seed + 2);
  const nextDecision = createDecisionSource(seed, Date.now(), decisionsPerPerson);
  let bytes = 0;
  let erasable = 0;
  let duplicates = 0;
  let last: Message | null = null;
  const compose = (): Message => {
    if (last !== null && random() < DUPLICATE_SHARE) {
      duplicates++;
      return last;
    }
    const { decision, enforcer } = nextDecision();
    if (decision.erasable !== null) erasable++;
    const partition = partitions[enforcer % partitions.length] ?? 0;
    return {
      key: partitionKeyOf(input, decision),
      value: frameConfluent(schema, schema.encode(decision)),
      partition,
    };
  };
  return {
    next: (count: number): Message[] =>
      Array.from({ length: count }, () => {
        last = compose();
        bytes += last.value.length;
        return last;
      }),
    summary: (): Preloaded => ({
      events,
      meanBytes: bytes / events,
      erasableShare: erasable / events,
      duplicates,
    }),
  };
}
