import { createVaultClient } from '../../../platform/vault/vault-client.ts';
import { VaultFailure } from '../../../platform/vault/vault-failure.ts';
import { createKeyLeases, type KeyReport, type KeySource } from '../lease-keys.ts';

/** Keys from the vault at an address, leased with a token of role recorder. */
export function createVaultKeys(
  address: { readonly url: string; readonly token: string },
  report: KeyReport,
): KeySource {
  return createKeyLeases({
    vault: createVaultClient(address),
    report,
    codeOf: (error) => (error instanceof VaultFailure ? error.code : null),
  });
}
