import { createClickHouse } from '../../platform/clickhouse/client.ts';
import { openEventProducer, type ReplayProducer } from '../../platform/kafka/event-producer.ts';
import { createVaultClient } from '../../platform/vault/vault-client.ts';
import { readToken, type VaultFlags } from '../vault/reach-vault.ts';
import { createPayloadOpener, type PayloadOpener } from './open-payloads.ts';
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

/** What opens payloads, with keys from the vault. Throws when there is no token for it. */
export async function payloadOpenerOf({ vault, tokenFile }: VaultFlags): Promise<PayloadOpener> {
  const token = await readToken({ ...(tokenFile === undefined ? {} : { tokenFile }) });
  return createPayloadOpener(createVaultClient({ url: vault, token }));
}
