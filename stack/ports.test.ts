import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { freePort, isPortFree, requireFreePort } from './ports.ts';

test('a port is free until somebody listens on it', async () => {
  const port = await freePort();
  assert.equal(await isPortFree(port), true);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  assert.equal(await isPortFree(port), false);
  const required = requireFreePort({ port, purpose: 'Kafka', changedBy: 'DOCKET_KAFKA_PORT' });
  await assert.rejects(required, (error: Error) =>
    [String(port), 'Kafka', 'DOCKET_KAFKA_PORT'].every((part) => error.message.includes(part)),
  );
  await new Promise((resolve) => server.close(resolve));
});

test('ports that are asked for at the same time differ, though none is in use yet', async () => {
  const ports = await Promise.all(Array.from({ length: 40 }, () => freePort()));
  assert.equal(new Set(ports).size, ports.length);
});
