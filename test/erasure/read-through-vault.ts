import { keyIdsOfBox } from '../../domain/erasure/erasable-box.ts';
import { VaultFailure } from '../../platform/vault/vault-failure.ts';
import type { CanaryStack } from '../canaries/canary-stack.ts';
import { type Readability, type readBoxes, tryBoxes } from './boxes.ts';
import { vaultOf } from './erase-people.ts';
import type { DecisionAboutPeople } from './people.ts';

type Boxes = Awaited<ReturnType<typeof readBoxes>>;

/** Opens every box that the vault gives the keys of, as the auditor does: what the vault calls gone stays shut. */
export async function readThroughVault(
  stack: CanaryStack,
  decisions: readonly DecisionAboutPeople[],
  boxes: Boxes,
): Promise<Readability> {
  const vault = vaultOf(stack, 'auditor');
  const boxKeys = new Map<string, Buffer>();
  for (const { box } of boxes.values()) {
    const ids = box === null ? null : keyIdsOfBox(box);
    if (ids === null || ids.every((id) => boxKeys.has(id.toString('hex')))) continue;
    try {
      for (const { keyId, boxKey } of await vault.open('acme', ids))
        boxKeys.set(keyId.toString('hex'), boxKey);
    } catch (error) {
      if (!(error instanceof VaultFailure && error.status === 410)) throw error;
    }
  }
  return tryBoxes(decisions, boxes, boxKeys);
}
