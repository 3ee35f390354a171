import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { prepareVaultFiles, type VaultFiles } from './vault-files.ts';

/** Secrets of the local stack: made at the first start, kept in its data directory, of use nowhere else. */
export interface LocalSecrets {
  readonly tenantsFile: string;
  readonly vault: VaultFiles;
  readonly tenants: readonly LocalTenant[];
}

interface LocalTenant {
  readonly id: string;
  /** Bearer tokens by role. */
  readonly tokens: Readonly<Record<Role, string>>;
}

const ROLES = ['enforcer', 'auditor', 'reviewer', 'sre'] as const;
type Role = (typeof ROLES)[number];
const TENANTS = ['acme', 'globex'];
const OWNER_ONLY = 0o600;

/** Reads or makes the tokens of two tenants, and writes the files that the services read. */
export async function prepareSecrets(dataDir: string): Promise<LocalSecrets> {
  mkdirSync(dataDir, { recursive: true });
  const tokensFile = join(dataDir, 'tokens.json');
  if (!existsSync(tokensFile)) writeSecret(tokensFile, JSON.stringify(TENANTS.map(makeTenant), null, 2));
  const tenants = JSON.parse(readFileSync(tokensFile, 'utf8')) as LocalTenant[];

  const tenantsFile = join(dataDir, 'tenants.yaml');
  writeSecret(tenantsFile, stringify({ tenants: tenants.map(toDirectoryEntry) }));
  return { tenantsFile, vault: await prepareVaultFiles(dataDir), tenants };
}

function makeTenant(id: string): LocalTenant {
  const tokens = Object.fromEntries(
    ROLES.map((role) => [role, `${id}-${role}-${randomBytes(12).toString('hex')}`]),
  );
  return { id, tokens: tokens as Record<Role, string> };
}

function toDirectoryEntry({ id, tokens }: LocalTenant): object {
  return {
    id,
    tokens: ROLES.map((role) => ({
      sha256: createHash('sha256').update(tokens[role]).digest('hex'),
      role,
      subject: `local-${role}`,
    })),
  };
}

function writeSecret(file: string, text: string): void {
  writeFileSync(file, text, { mode: OWNER_ONLY });
}
