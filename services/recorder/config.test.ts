import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heartbeatIntervalMs } from './config.ts';

test('several heartbeats fit into a lease, and many into a session', () => {
  assert.deepEqual(
    [heartbeatIntervalMs(10_000, 3_000), heartbeatIntervalMs(1_500, 3_000), heartbeatIntervalMs(10_000, 800)],
    [750, 150, 200],
  );
});
