import { inputOf } from '../../domain/contract/inputs.ts';
import type { EventProducer, OutgoingRecord } from '../../platform/kafka/event-producer.ts';
import type { FleetLedger, FleetRoute } from './ledger.ts';
import type { Trouble } from './make-trouble.ts';

export interface CountingOptions {
  readonly ledger: FleetLedger;
  /** What follows decision number `index` (from 0) of this producer. */
  readonly troubleAfter: (record: OutgoingRecord, index: number) => readonly Trouble[];
  readonly onFailure: (error: unknown) => void;
}

const DECISIONS_TOPIC = inputOf('decision').topic;
const OUTCOMES_TOPIC = inputOf('enforcement-outcome').topic;
/** Trouble that may wait; more is left out. */
const MAX_TROUBLE = 1_000;

/**
 * A producer that counts what Kafka acknowledged and makes the trickle of trouble. Trouble goes its own way: were its
 * failure the failure of the records before it, those would be sent a second time.
 */
export function countingProducer(inner: EventProducer, options: CountingOptions): EventProducer {
  const { ledger, onFailure } = options;
  let index = 0;
  let waiting = 0;
  let trouble = Promise.resolve();
  const sendTrouble = ({ kind, record }: Trouble) => {
    if (waiting >= MAX_TROUBLE) return;
    waiting++;
    trouble = trouble
      .then(() => inner.send(DECISIONS_TOPIC, [record]))
      .then(() => ledger.sent(kind === 'poison' ? 'poison' : 'duplicates', DECISIONS_TOPIC, 1))
      .catch((error: unknown) => {
        ledger.dropped(1);
        onFailure(error);
      })
      .finally(() => {
        waiting--;
      });
  };
  return {
    send: async (topic, records) => {
      await inner.send(topic, records);
      ledger.sent(routeOf(topic), topic, records.length);
      if (topic !== DECISIONS_TOPIC) return;
      for (const record of records)
        for (const each of options.troubleAfter(record, index++)) sendTrouble(each);
    },
    close: async () => {
      await trouble;
      await inner.close();
    },
  };
}

function routeOf(topic: string): FleetRoute {
  if (topic === DECISIONS_TOPIC) return 'sdk';
  return topic === OUTCOMES_TOPIC ? 'sdk-outcomes' : 'sdk-tallies';
}
