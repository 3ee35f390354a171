import type { VaultClient } from '../../../platform/vault/vault-client.ts';
import { VaultFailure } from '../../../platform/vault/vault-failure.ts';
import { createKeyLeases, type KeyReport, type KeySource } from '../lease-keys.ts';

/** Keys from the vault, leased by a client of role recorder. */
export function createVaultKeys(vault: Pick<VaultClient, 'lease'>, report: KeyReport): KeySource {
  return createKeyLeases({
    vault,
    report,
    codeOf: (error) => (error instanceof VaultFailure ? error.code : null),
  });
}
