import { createClickHouse } from '../../platform/clickhouse/client.ts';
import { openEventProducer, type ReplayProducer } from '../../platform/kafka/event-producer.ts';
import type { ConnectionFlags } from '../quarantine/open-quarantine.ts';
import { createAccessRecorder, type RecordAccess } from '../quarantine/record-access.ts';
import type { ScrubStore } from '../scrub/ports.ts';
import { createScrubStore } from '../scrub/scrub-store.ts';
import { createLeakStore, type LeakStore } from './leak-store.ts';

interface OpenLeaks {
  readonly leaks: LeakStore;
  readonly records: ScrubStore;
  readonly recordAccess: RecordAccess;
}

/** A mutation rewrites whole parts, and is waited for. */
const MUTATION_TIMEOUT_MS = 3_600_000;

/** Runs one command on leaks, with Kafka and the store open for as long as it takes. */
export async function withLeaks(
  flags: ConnectionFlags,
  act: (open: OpenLeaks) => Promise<void>,
): Promise<void> {
  const clickhouse = createClickHouse({
    url: flags.clickhouse,
    username: flags.username,
    password: process.env.DOCKET_CLICKHOUSE_PASSWORD ?? '',
    requestTimeoutMs: MUTATION_TIMEOUT_MS,
  });
  let producer: ReplayProducer | null = null;
  try {
    producer = await openEventProducer({ brokers: flags.brokers.split(','), clientId: 'docket-cli' });
    const recordAccess = createAccessRecorder(producer, { actor: flags.actor, tenant: flags.actorTenant });
    await act({ leaks: createLeakStore(clickhouse), records: createScrubStore(clickhouse), recordAccess });
  } finally {
    await Promise.all([producer?.close(), clickhouse.close()]);
  }
}
