import { parseQuarantineKeys, type QuarantineKeys } from '../../domain/recording/quarantine-keys.ts';
import { createClickHouse } from '../../platform/clickhouse/client.ts';
import { openEventProducer, type ReplayProducer } from '../../platform/kafka/event-producer.ts';
import { readSettingsFile } from '../../platform/lifecycle/settings-file.ts';
import { createQuarantineStore, type QuarantineStore } from './quarantine-store.ts';
import { createAccessRecorder, type RecordAccess } from './record-access.ts';

/** Options that every command on the quarantine has. */
export interface ConnectionFlags {
  readonly clickhouse: string;
  readonly username: string;
  readonly brokers: string;
  readonly actor: string;
  readonly actorTenant: string;
}

export interface OpenQuarantine {
  readonly store: QuarantineStore;
  readonly producer: ReplayProducer;
  readonly recordAccess: RecordAccess;
}

/** Runs one command on the quarantine, with Kafka and the store open for as long as it takes. */
export async function withQuarantine(
  flags: ConnectionFlags,
  act: (quarantine: OpenQuarantine) => Promise<void>,
): Promise<void> {
  const clickhouse = createClickHouse({
    url: flags.clickhouse,
    username: flags.username,
    password: process.env.DOCKET_CLICKHOUSE_PASSWORD ?? '',
  });
  let producer: ReplayProducer | null = null;
  try {
    producer = await openEventProducer({ brokers: flags.brokers.split(','), clientId: 'docket-cli' });
    const recordAccess = createAccessRecorder(producer, { actor: flags.actor, tenant: flags.actorTenant });
    await act({ store: createQuarantineStore(clickhouse), producer, recordAccess });
  } finally {
    await Promise.all([producer?.close(), clickhouse.close()]);
  }
}

/** The keys that open payloads. Throws when no file is named, or with every problem of the file. */
export async function readKeys(file: string | undefined): Promise<QuarantineKeys> {
  if (file === undefined)
    throw new Error('Payloads open with their keys only: name the file with --keys-file.');
  return readSettingsFile('--keys-file', file, 'config/quarantine-keys.example.yaml', parseQuarantineKeys);
}
