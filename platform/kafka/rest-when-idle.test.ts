import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { before, type TestContext, test } from 'node:test';
import { restWhenIdle } from './rest-when-idle.ts';

const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue');
const NOW_MS = 1_000_000;

before(restWhenIdle);

/** A queue of kafkajs that sends one request at a time, and what it has sent. */
function queueOf(context: TestContext) {
  context.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: NOW_MS });
  const logger = { debug: () => {}, warn: () => {}, namespace: () => logger };
  const queue = new RequestQueue({
    instrumentationEmitter: new EventEmitter(),
    maxInFlightRequests: 1,
    requestTimeout: 30_000,
    clientId: 'test',
    broker: 'none',
    logger,
    isConnected: () => true,
  });
  const sent: number[] = [];
  const push = (correlationId: number) =>
    queue.push({
      entry: { correlationId, apiName: 'Fetch', resolve: () => {}, reject: () => {} },
      expectResponse: true,
      sendRequest: () => sent.push(correlationId),
    });
  const answer = (correlationId: number) =>
    queue.fulfillRequest({ correlationId, payload: Buffer.alloc(0), size: 0 });
  return { queue, sent, push, answer };
}

test('a connection on which nothing waits sets no timer', (context) => {
  const { queue, sent, push, answer } = queueOf(context);
  push(1);
  answer(1);
  assert.deepEqual(sent, [1]);
  assert.equal(queue.throttleCheckTimeoutId ?? null, null);
});

test('what waits for another answer is sent when that one comes', (context) => {
  const { sent, push, answer } = queueOf(context);
  push(1);
  push(2);
  assert.deepEqual(sent, [1]);
  answer(1);
  assert.deepEqual(sent, [1, 2]);
});

test('what the broker holds back is sent when it may be, and not before', (context) => {
  const { queue, sent, push } = queueOf(context);
  queue.maybeThrottle(500);
  push(1);
  context.mock.timers.tick(499);
  assert.deepEqual(sent, []);
  context.mock.timers.tick(1);
  context.mock.timers.tick(10);
  assert.deepEqual(sent, [1]);
});
