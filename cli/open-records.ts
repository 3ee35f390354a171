import { type ClickHouse, createClickHouse } from '../platform/clickhouse/client.ts';
import { openEventProducer, type ReplayProducer } from '../platform/kafka/event-producer.ts';
import type { ConnectionFlags } from './quarantine/open-quarantine.ts';

/** Runs one command on incidents or budgets, with Kafka and the store open for as long as it takes. */
export async function withRecords(
  flags: Pick<ConnectionFlags, 'clickhouse' | 'username' | 'brokers'>,
  act: (open: { readonly clickhouse: ClickHouse; readonly producer: ReplayProducer }) => Promise<void>,
): Promise<void> {
  const clickhouse = createClickHouse({
    url: flags.clickhouse,
    username: flags.username,
    password: process.env.DOCKET_CLICKHOUSE_PASSWORD ?? '',
  });
  let producer: ReplayProducer | null = null;
  try {
    producer = await openEventProducer({ brokers: flags.brokers.split(','), clientId: 'docket-cli' });
    await act({ clickhouse, producer });
  } finally {
    await Promise.all([producer?.close(), clickhouse.close()]);
  }
}
