import { type OpenedBox, openBox, payloadKeyOf } from '../../domain/recording/quarantine-box.ts';
import type { VaultClient } from '../../platform/vault/vault-client.ts';
import { VaultFailure } from '../../platform/vault/vault-failure.ts';
import type { Coordinates } from './read-selection.ts';

/** Opens the payload of a quarantined record. Rejects, saying what to do, when the vault gives no answer. */
export type PayloadOpener = (at: Coordinates, box: Buffer) => Promise<OpenedBox>;

/** Longest that a day's key of the quarantine is kept. */
const KEPT_DAYS = 30;
const GONE = `its payload was destroyed: the key of its day is gone, after ${KEPT_DAYS} days or with an erasure`;

/** Opens boxes with keys from the vault. Each key is asked for once: a day's payloads share one. */
export function createPayloadOpener(vault: Pick<VaultClient, 'open'>): PayloadOpener {
  const known = new Map<string, Buffer | null>();
  return async (at, box) => {
    const name = payloadKeyOf(box);
    if (name === null) return { ok: false, problem: 'the box is of a form that this version does not know' };
    const id = `${name.tenant}/${name.keyId.toString('hex')}`;
    let key = known.get(id);
    if (key === undefined) {
      key = await askFor(vault, name.tenant, name.keyId);
      known.set(id, key);
    }
    return key === null ? { ok: false, problem: GONE } : openBox(key, at, box);
  };
}

/** Null: it was destroyed. */
async function askFor(
  vault: Pick<VaultClient, 'open'>,
  tenant: string,
  keyId: Buffer,
): Promise<Buffer | null> {
  try {
    const [key] = await vault.open(tenant, [keyId]);
    return key?.boxKey ?? null;
  } catch (error) {
    if (error instanceof VaultFailure && error.code === 'gone') return null;
    if (error instanceof VaultFailure)
      throw new Error(
        `The key of a payload cannot be had: ${error.message}. Is it up, and the token an operator’s?`,
      );
    throw error;
  }
}
