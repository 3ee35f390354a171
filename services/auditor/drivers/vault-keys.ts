import { createVaultClient } from '../../../platform/vault/vault-client.ts';
import { VaultFailure } from '../../../platform/vault/vault-failure.ts';
import { type Vault, VaultRefusal } from '../ports.ts';

const TOO_MANY_REQUESTS = 429;

/** The vault at an address, asked with a token of role auditor. */
export function createVaultKeys(address: { readonly url: string; readonly token: string }): Vault {
  const client = createVaultClient(address);
  return {
    open: async (tenantId, keyIds) => {
      try {
        const keys = await client.open(tenantId, keyIds);
        return new Map(keys.map(({ keyId, boxKey }) => [keyId.toString('hex'), boxKey]));
      } catch (error) {
        if (error instanceof VaultFailure && error.code === 'gone') return null;
        throw refusalOf(error);
      }
    },
    lookUp: (tenantId, subject) =>
      client.lookUp(tenantId, subject).catch((error: unknown) => {
        throw refusalOf(error);
      }),
  };
}

/** In the place of a vault where none is set up. */
export const NO_VAULT: Vault = {
  open: async () => {
    throw new VaultRefusal('none');
  },
  lookUp: async () => {
    throw new VaultRefusal('none');
  },
};

function refusalOf(error: unknown): unknown {
  if (!(error instanceof VaultFailure)) return error;
  return new VaultRefusal(error.status === TOO_MANY_REQUESTS ? 'too_many_lookups' : 'unavailable');
}
