import { fitsSafeGrammar, seemsPersonal } from '../contract/safe-grammar.ts';

const SEPARATOR = '|'.charCodeAt(0);
const LONGEST_TENANT_BYTES = 200;

/**
 * The tenant that a Kafka key claims (`tenant|producer`): for watching only, never for deciding what is recorded.
 * Null where the key names none that may stand in a metric label, in quarantine or in the vault: an address fits the
 * grammar of codes.
 */
export function tenantOfKey(key: Buffer | null): string | null {
  if (key === null) return null;
  const end = key.indexOf(SEPARATOR);
  const length = end === -1 ? key.length : end;
  if (length === 0 || length > LONGEST_TENANT_BYTES) return null;
  const tenant = key.toString('latin1', 0, length);
  return fitsSafeGrammar(tenant) && !seemsPersonal(tenant) ? tenant : null;
}
