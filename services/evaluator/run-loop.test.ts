import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLoop } from './run-loop.ts';

test('goes on at once while there is more, goes on after an error, and never runs twice at once', async () => {
  let running = 0;
  let calls = 0;
  const errors: unknown[] = [];
  const reached = Promise.withResolvers<void>();
  const loop = startLoop(
    async () => {
      assert.equal(++running, 1);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      calls += 1;
      if (calls === 5) throw new Error('store');
      if (calls === 7) reached.resolve();
      return { more: calls < 5 };
    },
    1,
    (error) => errors.push(error),
  );
  await reached.promise;
  await loop.stop();
  const atStop = calls;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(calls, atStop);
  assert.equal(errors.length, 1);
});

test('stopping does not wait for the pause', async () => {
  const loop = startLoop(
    async () => ({ more: false }),
    60_000,
    () => undefined,
  );
  await new Promise((resolve) => setImmediate(resolve));
  await loop.stop();
});

test('rests twice as long as a step took, where that is longer than the pause', async () => {
  const startedMs: number[] = [];
  const endedMs: number[] = [];
  const thrice = Promise.withResolvers<void>();
  const loop = startLoop(
    async () => {
      startedMs.push(performance.now());
      await new Promise((resolve) => setTimeout(resolve, 30));
      endedMs.push(performance.now());
      if (endedMs.length === 3) thrice.resolve();
      return { more: false };
    },
    1,
    () => undefined,
  );
  await thrice.promise;
  await loop.stop();
  for (const step of [0, 1]) {
    const took = (endedMs[step] ?? 0) - (startedMs[step] ?? 0);
    const rested = (startedMs[step + 1] ?? 0) - (endedMs[step] ?? 0);
    assert.ok(rested >= 1.9 * took, `rested ${rested} ms after ${took} ms`);
  }
});
