import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { initVaultFolder } from '../services/vault/drivers/vault-folder.ts';

const ROLES = ['recorder', 'auditor', 'operator'] as const;
export type VaultRole = (typeof ROLES)[number];

/** What a vault of this machine needs, and its clients. */
export interface VaultFiles {
  /** Settings of the vault itself, but for Kafka and its port. */
  readonly env: Readonly<Record<string, string>>;
  /** Files with a client's token, by role. */
  readonly tokenFiles: Readonly<Record<VaultRole, string>>;
}

const OWNER_ONLY = 0o600;

/** Makes, in a data directory, a vault's folder and its clients' tokens; what is there already stays as it is. */
export async function prepareVaultFiles(dataDir: string): Promise<VaultFiles> {
  const directory = join(dataDir, 'vault');
  mkdirSync(dataDir, { recursive: true });
  if (!existsSync(directory)) await initVaultFolder(directory);
  const tokenFiles = Object.fromEntries(
    ROLES.map((role) => [role, join(dataDir, `vault-${role}.token`)]),
  ) as Record<VaultRole, string>;
  const clients = ROLES.map((role) => {
    const file = tokenFiles[role];
    if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: OWNER_ONLY });
    const sha256 = createHash('sha256').update(readFileSync(file, 'utf8')).digest('hex');
    return { name: `local-${role}`, role, sha256 };
  });
  const clientsFile = join(dataDir, 'vault-clients.yaml');
  writeFileSync(clientsFile, stringify({ clients }), { mode: OWNER_ONLY });
  const env = { DOCKET_VAULT_DIRECTORY: directory, DOCKET_VAULT_CLIENTS_FILE: clientsFile };
  return { env, tokenFiles };
}

/** Settings of a client of the vault. */
export function vaultClientEnv(
  { tokenFiles }: VaultFiles,
  role: VaultRole,
  url: string,
): Record<string, string> {
  return { DOCKET_VAULT_URL: url, DOCKET_VAULT_TOKEN_FILE: tokenFiles[role] };
}
