import { createCipheriv, createDecipheriv, createHmac, type KeyObject } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const INDEX_BYTES = 32;
const SEALING_DOMAIN = 'docket-tombstone/1\0';

/**
 * Where the vault keeps what it knows of a subject: HMAC-SHA256(index key, tenant ‖ 00 ‖ normalised subject), 32
 * bytes. Whoever reads the vault's database without the index key learns of nobody.
 */
export function indexSubject(indexKey: KeyObject, tenant: string, normalisedSubject: string): Buffer {
  return createHmac('sha256', indexKey).update(`${tenant}\0${normalisedSubject}`, 'utf8').digest();
}

/**
 * A subject's index as it stands in a statement: nonce ‖ ciphertext ‖ tag as hexadecimal digits (120), AES-256-GCM
 * under a key of its own, the erasure's id as associated data. Only a vault with the same index key reads it, and two
 * erasures of one person do not look alike.
 */
export function sealIndex(
  indexKey: KeyObject,
  erasureId: Uint8Array,
  index: Uint8Array,
  nonce: Uint8Array,
): string {
  const cipher = createCipheriv(CIPHER, sealingKey(indexKey), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(erasureId);
  return Buffer.concat([nonce, cipher.update(index), cipher.final(), cipher.getAuthTag()]).toString('hex');
}

/** The index that was sealed; null where it was sealed by another vault, for another erasure, or altered. */
export function openIndex(indexKey: KeyObject, erasureId: Uint8Array, sealed: string): Buffer | null {
  const bytes = Buffer.from(sealed, 'hex');
  if (bytes.length !== NONCE_BYTES + INDEX_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, sealingKey(indexKey), bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(erasureId);
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES + INDEX_BYTES));
  try {
    const index = decipher.update(bytes.subarray(NONCE_BYTES, NONCE_BYTES + INDEX_BYTES));
    return Buffer.concat([index, decipher.final()]);
  } catch {
    return null;
  }
}

function sealingKey(indexKey: KeyObject): Buffer {
  return createHmac('sha256', indexKey).update(SEALING_DOMAIN).digest();
}
