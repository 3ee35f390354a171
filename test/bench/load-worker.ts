import { randomFillSync } from 'node:crypto';
import { partitionKeyOf } from '../../domain/contract/event-identity.ts';
import { inputOf } from '../../domain/contract/inputs.ts';
import { frameConfluent } from '../../domain/contract/wire.ts';
import { connectKafka } from '../../platform/kafka/connection.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { createDecisionSource } from './compose-decision.ts';
import { joinParent } from './run-worker.ts';

export interface LoadOptions {
  readonly brokers: string;
  readonly topic: string;
  readonly partitions: number;
  readonly eventsPerS: number;
  readonly seed: number;
}

const TICK_MS = 20;
const POOL_EVENTS = 5_000;
/** Where a decision's id begins and ends in the Confluent form: it is the first field of the schema. */
const ID_BYTES = { from: 5, to: 21 } as const;

// A constant load: decisions from a pool made beforehand, each sent with an id of its own so that none is a duplicate.
// Reports how many the broker has acknowledged.
const { options, report } = joinParent<LoadOptions>();
const pool = composePool();
const producer = connectKafka({ brokers: [options.brokers], clientId: 'docket-bench-load' }).producer();
await producer.connect();
let due = 0;
let sent = 0;
let acknowledged = 0;
const startedMs = performance.now();
report(0);
setInterval(sendDue, TICK_MS);

async function sendDue(): Promise<void> {
  due = Math.floor(((performance.now() - startedMs) / 1000) * options.eventsPerS);
  const count = due - sent;
  if (count <= 0) return;
  const messages = Array.from({ length: count }, (_, index) => withNewId(sent + index));
  sent = due;
  await producer.send({ topic: options.topic, acks: 1, messages });
  acknowledged += count;
  report(acknowledged);
}

function composePool() {
  const schema = loadReleasedSchemas().newest('decision');
  const nextDecision = createDecisionSource(options.seed, Date.now());
  return Array.from({ length: POOL_EVENTS }, () => {
    const { decision, enforcer } = nextDecision();
    return {
      key: partitionKeyOf(inputOf('decision'), decision),
      value: frameConfluent(schema, schema.encode(decision)),
      partition: enforcer % options.partitions,
    };
  });
}

function withNewId(number: number) {
  const pooled = pool[number % pool.length];
  if (pooled === undefined) throw new RangeError('the pool is empty');
  const value = Buffer.from(pooled.value);
  randomFillSync(value.subarray(ID_BYTES.from, ID_BYTES.to));
  return { ...pooled, value };
}
