import { createClickHouse } from '../../platform/clickhouse/client.ts';
import { openEventProducer, type ReplayProducer } from '../../platform/kafka/event-producer.ts';
import { readSecretFile } from '../../platform/lifecycle/secret-file.ts';
import { createVaultClient } from '../../platform/vault/vault-client.ts';
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

/** Where the keys are that payloads open with. */
export interface VaultFlags {
  readonly vault?: string;
  readonly vaultTokenFile?: string;
}

/** What opens payloads. Throws when it is not said where the vault is, or the token cannot be read. */
export async function payloadOpenerOf({ vault, vaultTokenFile }: VaultFlags): Promise<PayloadOpener> {
  if (vault === undefined || vaultTokenFile === undefined)
    throw new Error('Payloads open with keys from the vault only: give --vault and --vault-token-file.');
  const token = await readSecretFile('--vault-token-file', vaultTokenFile);
  return createPayloadOpener(createVaultClient({ url: vault, token }));
}
