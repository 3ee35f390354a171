import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { INPUTS } from '../../domain/contract/inputs.ts';
import { connectKafka } from '../../platform/kafka/connection.ts';
import { openLogTrimmer } from '../../platform/kafka/log-trimmer.ts';
import type { CanaryStack } from '../canaries/canary-stack.ts';
import { until } from '../support/until.ts';

const SOON_MS = '500';
const ROLL_MS = 1_000;
/** The local broker looks for segments to delete half a minute after its start, and then every ten seconds. */
const PATIENCE_MS = 120_000;

/**
 * Lets happen at once what takes a replay window and an hour: the logs are trimmed up to their ends, the broker begins
 * new segments and deletes those that lie before the logs' starts. An erasure trims to its barrier, and the segment
 * around a barrier stays on the disk until the records behind it are trimmed as well. A segment is begun with a record
 * only, so each partition gets one (which is quarantined).
 */
export async function flushLogs(stack: CanaryStack): Promise<void> {
  const kafka = connectKafka({ brokers: [stack.brokers], clientId: 'docket-flush' });
  const admin = kafka.admin();
  await admin.connect();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: INPUTS.map(({ topic }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic })),
  });
  await admin.alterConfigs({
    validateOnly: false,
    resources: resources.map(({ resourceName, configEntries }) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name: resourceName,
      configEntries: [
        ...configEntries
          .filter(({ configName, isDefault }) => !isDefault && configName !== 'segment.ms')
          .map(({ configName, configValue }) => ({ name: configName, value: configValue })),
        { name: 'segment.ms', value: SOON_MS },
        { name: 'file.delete.delay.ms', value: SOON_MS },
      ],
    })),
  });
  await admin.disconnect();
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const trimmer = await openLogTrimmer({ brokers: [stack.brokers], clientId: 'docket-flush' });
  await sleep(ROLL_MS);
  const used: string[] = [];
  for (const { topic } of INPUTS) {
    for (const { partition, end } of await stack.log.read(topic)) {
      if (end === 0) continue;
      used.push(`${topic}-${partition}`);
      await producer.send({ topic, messages: [{ partition, key: null, value: 'a new segment' }] });
      await trimmer.trim(topic, new Map([[partition, end]]));
    }
  }
  await Promise.all([producer.disconnect(), trimmer.close()]);
  const directory = join(stack.dataDir, 'kafka', 'log');
  await until('old segments are deleted', () => countOldSegments(directory, used) === 0, PATIENCE_MS);
}

/** Segments that begin at offset 0 and hold something. */
function countOldSegments(directory: string, partitions: readonly string[]): number {
  return partitions
    .flatMap((name) => readdirSync(join(directory, name)).map((file) => join(directory, name, file)))
    .filter((file) => /\/0{20}\.log(\.deleted)?$/.test(file))
    .filter((file) => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0).length;
}
