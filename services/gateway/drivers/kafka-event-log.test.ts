import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventProducer, OutgoingRecord } from '../../../platform/kafka/event-producer.ts';
import { EventLogUnavailable, type OutgoingEvent } from '../ports.ts';
import { openKafkaEventLog } from './kafka-event-log.ts';

interface Sent {
  readonly producer: number;
  readonly topic: string;
  readonly records: readonly OutgoingRecord[];
}

/** Producers, one after the other, whose sends do what `send` does. */
function fakeKafka(send: (sent: Sent) => Promise<void>, sendTimeoutMs = 1_000) {
  const sent: Sent[] = [];
  const closed: number[] = [];
  let producers = 0;
  let underWay = 0;
  let mostUnderWay = 0;
  const connect = async (): Promise<EventProducer> => {
    const producer = ++producers;
    return {
      send: async (topic, records) => {
        const call = { producer, topic, records };
        sent.push(call);
        mostUnderWay = Math.max(mostUnderWay, ++underWay);
        await send(call).finally(() => underWay--);
      },
      close: async () => {
        closed.push(producer);
      },
    };
  };
  const report = { sent: () => {}, connection: () => {} };
  const log = openKafkaEventLog({ connect, sendTimeoutMs, report });
  return { log, sent, closed, mostUnderWay: () => mostUnderWay };
}

function event(bytes = 10, topic = 'docket.decisions.v1'): OutgoingEvent {
  return { subject: 'decision', topic, key: 'acme|opa-1', value: Buffer.alloc(bytes) };
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition() && tries < 500; tries++) await sleep(5);
  assert.ok(condition(), 'it did not come about');
}

test('an append resolves when its events are sent, in batches below the limit of a topic', async () => {
  const { log, sent } = fakeKafka(() => Promise.resolve());
  await log.settled(1_000);
  await log.append([]);
  assert.equal(sent.length, 0);
  await log.append(Array.from({ length: 5 }, () => event(400_000)));
  assert.deepEqual(
    sent.map(({ records }) => records.length),
    [2, 2, 1],
  );
  await log.append([event(10), event(10, 'docket.labels.v1')]);
  assert.deepEqual(
    sent.slice(3).map(({ topic }) => topic),
    ['docket.decisions.v1', 'docket.labels.v1'],
  );
  await log.close();
});

test('one send is under way at a time, and what waits goes out together', async () => {
  const { log, sent, mostUnderWay } = fakeKafka(() => sleep(10));
  await log.settled(1_000);
  await Promise.all(Array.from({ length: 20 }, () => log.append([event()])));
  assert.equal(mostUnderWay(), 1);
  assert.deepEqual(
    sent.map(({ records }) => records.length),
    [1, 19],
  );
  await log.close();
});

test('an append right behind another is never left waiting', async () => {
  const { log, sent } = fakeKafka(() => Promise.resolve());
  await log.settled(1_000);
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      for (let turn = 0; turn < 50; turn++) await log.append([event()]);
    }),
  );
  assert.equal(
    sent.reduce((sum, { records }) => sum + records.length, 0),
    500,
  );
  await log.close();
});

test('after a failure nothing that waits is acknowledged, and its producer is never used again', async () => {
  const { log, sent, closed } = fakeKafka(({ producer }) =>
    producer === 1 ? sleep(5).then(() => Promise.reject(new Error('ambiguous'))) : Promise.resolve(),
  );
  await log.settled(1_000);
  const results = await Promise.allSettled([log.append([event()]), log.append([event()])]);
  for (const result of results) {
    assert.equal(result.status, 'rejected');
    assert.ok(result.reason instanceof EventLogUnavailable);
  }
  await until(() => log.isReady());
  await log.append([event()]);
  assert.deepEqual(closed, [1]);
  assert.deepEqual(
    sent.map(({ producer }) => producer),
    [1, 2],
  );
  await log.close();
  assert.deepEqual(closed, [1, 2]);
});

test('a send that never ends fails after its time, and the log recovers', async () => {
  const { log } = fakeKafka(
    ({ producer }) => (producer === 1 ? new Promise(() => {}) : Promise.resolve()),
    30,
  );
  await log.settled(1_000);
  await assert.rejects(log.append([event()]), EventLogUnavailable);
  await until(() => log.isReady());
  await log.append([event()]);
  await log.close();
});

test('while there is no connection, an append fails at once', async () => {
  let attempts = 0;
  const log = openKafkaEventLog({
    connect: () => {
      attempts++;
      return Promise.reject(new Error('refused'));
    },
    sendTimeoutMs: 1_000,
    report: { sent: () => {}, connection: () => {} },
  });
  await log.settled(1_000);
  assert.equal(log.isReady(), false);
  await assert.rejects(log.append([event()]), EventLogUnavailable);
  await until(() => attempts > 1);
  await log.close();
});
