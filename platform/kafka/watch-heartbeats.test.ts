import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer } from 'kafkajs';
import { type Heartbeat, HeartbeatWatch } from './watch-heartbeats.ts';

/** As much of a consumer as is listened to, in the order in which kafkajs emits. */
function fixture() {
  const heard: Heartbeat[] = [];
  const watch = new HeartbeatWatch((heartbeat) => heard.push(heartbeat));
  const emitter = new EventEmitter();
  const events = { GROUP_JOIN: 'join', REQUEST: 'request', HEARTBEAT: 'heartbeat' };
  const consumer: Consumer = Object.assign(Object.create(null), { events, on: emitter.on.bind(emitter) });
  watch.listen(consumer);
  const assigner = watch.assigner({ cluster: {} } as Parameters<typeof watch.assigner>[0]);
  return {
    heard,
    startJoin: () => assigner.protocol({ topics: ['t'] }),
    joined: () => emitter.emit('join', {}),
    request: (createdAt = Date.now()) =>
      emitter.emit('request', { payload: { apiName: 'Heartbeat', createdAt } }),
    heartbeat: (groupGenerationId: number) =>
      emitter.emit('heartbeat', { payload: { groupGenerationId, memberId: 'member' } }),
  };
}

test('a heartbeat counts from its sending, however long its answer takes', async () => {
  const { heard, joined, request, heartbeat } = fixture();
  joined();
  await sleep(5);
  const before = performance.now();
  const createdAt = Date.now();
  await sleep(30);
  request(createdAt);
  heartbeat(3);
  assert.deepEqual([heard[0]?.generation, heard[0]?.memberId], [3, 'member']);
  assert.ok(Math.abs((heard[0]?.sentAtMs ?? 0) - before) < 5);
});

test('one that failed before makes the next count from its own sending, earlier than need be', async () => {
  const { heard, joined, request, heartbeat } = fixture();
  joined();
  await sleep(5);
  request(Date.now());
  await sleep(20);
  request(Date.now());
  heartbeat(3);
  assert.ok(performance.now() - (heard[0]?.sentAtMs ?? 0) >= 19);
});

test('from the beginning of a join until it has assigned, and for what was sent before that, none counts', async () => {
  const { heard, startJoin, joined, request, heartbeat } = fixture();
  heartbeat(1);
  joined();
  await sleep(5);
  startJoin();
  request();
  heartbeat(4);
  const early = Date.now();
  await sleep(5);
  joined();
  request(early);
  heartbeat(4);
  assert.deepEqual(heard, []);
  await sleep(5);
  request();
  heartbeat(4);
  assert.equal(heard.length, 1);
});

test('a heartbeat during which the wall clock was set does not count', async (t) => {
  const { heard, joined, request, heartbeat } = fixture();
  joined();
  await sleep(5);
  const now = Date.now;
  t.mock.method(Date, 'now', () => now() - 10_000);
  request(Date.now());
  heartbeat(3);
  assert.deepEqual(heard, []);
  request();
  heartbeat(3);
  assert.equal(heard.length, 1, 'the next does');
});
