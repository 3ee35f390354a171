import { readFileSync } from 'node:fs';
import { startVault } from '../../services/vault/service.ts';
import { prepareVaultFiles, type VaultRole, vaultClientEnv } from '../../stack/vault-files.ts';

/** A vault of a test's own, in this process. */
export interface TestVault {
  readonly url: string;
  /** `DOCKET_VAULT_URL` and `DOCKET_VAULT_TOKEN_FILE` of a client. */
  envOf(role: VaultRole): Record<string, string>;
  /** The bearer token of a client. */
  tokenOf(role: VaultRole): string;
  /** Ends it; `start` begins it again at the same address, with the same keys. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Starts a vault whose files lie in `dataDir`. `changes`: further settings of it. */
export async function startTestVault(
  dataDir: string,
  brokers: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<TestVault> {
  const files = await prepareVaultFiles(dataDir);
  const settings = { DOCKET_KAFKA_BROKERS: brokers, DOCKET_LOG_LEVEL: 'silent', ...files.env, ...changes };
  let vault = await startVault({ ...settings, DOCKET_HTTP_PORT: '0' });
  const { url } = vault;
  return {
    url,
    envOf: (role) => vaultClientEnv(files, role, url),
    tokenOf: (role) => readFileSync(files.tokenFiles[role], 'utf8'),
    stop: () => vault.stop(),
    start: async () => {
      vault = await startVault({ ...settings, DOCKET_HTTP_PORT: new URL(url).port });
    },
  };
}
