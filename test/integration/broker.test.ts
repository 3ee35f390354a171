import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ensureTopics } from '../../platform/kafka/topics.ts';
import { startBroker } from '../../stack/kafka/broker.ts';

test('the local Kafka keeps its data and cluster id over a kill and a stop, and names a taken port', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'docket-kafka-'));
  const topics = [{ topic: 'kept', partitions: 3 }];
  const clusterOf = (brokers: string) => ensureTopics(topics, { brokers: [brokers], clientId: 'test' });
  const first = await startBroker({ dataDir });
  const clusterId = await clusterOf(first.brokers);
  const taken = startBroker({
    dataDir: join(dataDir, 'other'),
    port: first.port,
    portChangedBy: 'SOME_PORT',
  });
  await assert.rejects(taken, /Port \d+ of 127\.0\.0\.1, wanted for Kafka, is taken.*SOME_PORT/s);
  first.kill('SIGKILL');
  await first.exited;
  const second = await startBroker({ dataDir, port: first.port });
  assert.equal(await clusterOf(second.brokers), clusterId);
  await second.stop();
  const third = await startBroker({ dataDir });
  assert.equal(await clusterOf(third.brokers), clusterId);
  await third.stop();
  await rm(dataDir, { recursive: true, force: true });
});
