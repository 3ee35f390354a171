import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createVaultClient, type VaultClient } from '../../../platform/vault/vault-client.ts';
import { initVaultFolder } from '../../../services/vault/drivers/vault-folder.ts';
import { startVault, type VaultUnderway } from '../../../services/vault/service.ts';

const ROLES = ['recorder', 'auditor', 'operator'] as const;
type VaultRole = (typeof ROLES)[number];

export interface VaultUnderTest {
  readonly url: string;
  readonly directory: string;
  /** A client of a role; `<role>-token` is its token. */
  as(role: VaultRole): VaultClient;
  /** Milliseconds that its clock is ahead. */
  aheadMs: number;
  /** Ends the process and starts it anew on the same folder. */
  restart(changes?: Readonly<Record<string, string>>): Promise<void>;
  /** Ends it and leaves its folder. */
  end(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** A vault in this process, before a real Kafka, in a folder of its own; erasures do not wait for others. */
export async function startVaultUnderTest(
  brokers: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<VaultUnderTest> {
  const directory = mkdtempSync(join(tmpdir(), 'docket-vault-'));
  await initVaultFolder(directory);
  const clientsFile = join(directory, 'clients.yaml');
  const clients = ROLES.map((role) => ({
    name: `${role}-1`,
    role,
    sha256: createHash('sha256').update(`${role}-token`).digest('hex'),
  }));
  writeFileSync(clientsFile, stringify({ clients }));
  const env = {
    DOCKET_KAFKA_BROKERS: brokers,
    DOCKET_VAULT_DIRECTORY: directory,
    DOCKET_VAULT_CLIENTS_FILE: clientsFile,
    DOCKET_VAULT_ERASURE_BATCH_SECONDS: '0',
    DOCKET_VAULT_WORK_INTERVAL_MS: '50',
    DOCKET_HTTP_PORT: '0',
    DOCKET_LOG_LEVEL: 'silent',
    ...changes,
  };
  let running: VaultUnderway | null = null;
  const end = async () => {
    await running?.stop();
    running = null;
  };
  const vault: VaultUnderTest = {
    get url() {
      return running?.url ?? '';
    },
    directory,
    as: (role) => createVaultClient({ url: running?.url ?? '', token: `${role}-token` }),
    aheadMs: 0,
    restart: async (more = {}) => {
      await end();
      running = await startVault({ ...env, ...more }, () => Date.now() + vault.aheadMs);
    },
    end,
    stop: async () => {
      await end();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  await vault.restart();
  return vault;
}
