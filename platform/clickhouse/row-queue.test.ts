import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRowQueue } from './row-queue.ts';

const columns = [{ name: 'n', type: 'Int64' }];

function start(maxQueued = 10) {
  const blocks: number[] = [];
  const store = { isAway: false, failures: 0 };
  const queue = createRowQueue({
    clickhouse: {
      insertNative: async ({ block }) => {
        await sleep(1);
        if (store.isAway) throw new Error('away');
        blocks.push(block.length);
      },
    },
    table: 'leaks',
    columns,
    maxQueued,
    everyMs: 5,
    failed: () => store.failures++,
  });
  return { queue, blocks, store };
}

test('rows that wait go out together', async () => {
  const { queue, blocks } = start();
  for (let n = 0; n < 5; n++) assert.ok(queue.offer([n]));
  await sleep(30);
  assert.equal(blocks.length, 1);
  await queue.stop();
  assert.equal(blocks.length, 1);
});

test('an insert that fails is tried again with what came since, and the queue is bounded meanwhile', async () => {
  const { queue, blocks, store } = start(3);
  store.isAway = true;
  assert.deepEqual(
    [1, 2, 3, 4].map((n) => queue.offer([n])),
    [true, true, true, false],
  );
  await sleep(30);
  assert.ok(store.failures > 1);
  assert.equal(queue.offer([5]), false);
  store.isAway = false;
  await sleep(30);
  assert.equal(blocks.length, 1);
  assert.ok(queue.offer([6]));
  await queue.stop();
  assert.equal(blocks.length, 2);
});

test('stopping ends, even with the store away', async () => {
  const { queue, store } = start();
  store.isAway = true;
  queue.offer([1]);
  await queue.stop();
  assert.ok(store.failures >= 1);
});
