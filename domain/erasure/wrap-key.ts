import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { KEY_ID_BYTES, type SubjectKey } from './erasable-box.ts';

/** A key that wraps others: one scope's (a tenant's subjects, or its days), in one of its versions. */
export interface Kek {
  readonly scope: string;
  readonly version: number;
  /** 32 bytes; better a key object: bytes are made into one for every use, at five times the price of the use. */
  readonly key: KeyObject | Uint8Array;
}

/** Random bytes that minting a key takes: its id, its two keys, the nonce. */
export const MINT_BYTES = KEY_ID_BYTES + 64 + 12;

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HALF_BYTES = 32;
const DOMAIN = Buffer.from('docket-wrap/1\0', 'ascii');

/**
 * Wraps a key: nonce (12) ‖ ciphertext of box key ‖ token key (64) ‖ tag (16), AES-256-GCM under the KEK. Key id, KEK
 * version and scope are associated data: a row moved to another place in the database does not open.
 * @param nonce 12 random bytes
 */
export function wrapKey(kek: Kek, key: SubjectKey, nonce: Uint8Array): Buffer {
  const cipher = createCipheriv(CIPHER, kek.key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(kek, key.keyId));
  return Buffer.concat([
    nonce,
    cipher.update(key.boxKey),
    cipher.update(key.tokenKey),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

/** The key that was wrapped; null where it does not open: another KEK, another place, altered. */
export function unwrapKey(kek: Kek, keyId: Buffer, wrapped: Uint8Array): SubjectKey | null {
  const bytes = Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.byteLength);
  if (bytes.length !== NONCE_BYTES + 2 * HALF_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, kek.key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associatedData(kek, keyId));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  try {
    const plain = decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES));
    decipher.final();
    return { keyId, boxKey: plain.subarray(0, HALF_BYTES), tokenKey: plain.subarray(HALF_BYTES) };
  } catch {
    return null;
  }
}

/**
 * A new key and its wrapped form.
 * @param random MINT_BYTES random bytes, of use for this key only
 */
export function mintKey(kek: Kek, random: Buffer): { readonly key: SubjectKey; readonly wrapped: Buffer } {
  const boxAt = KEY_ID_BYTES;
  const tokenAt = boxAt + HALF_BYTES;
  const nonceAt = tokenAt + HALF_BYTES;
  const key = {
    keyId: random.subarray(0, boxAt),
    boxKey: random.subarray(boxAt, tokenAt),
    tokenKey: random.subarray(tokenAt, nonceAt),
  };
  return { key, wrapped: wrapKey(kek, key, random.subarray(nonceAt, nonceAt + NONCE_BYTES)) };
}

/** domain ‖ KEK version (4) ‖ key id (16) ‖ scope. */
function associatedData(kek: Kek, keyId: Uint8Array): Buffer {
  const version = Buffer.alloc(4);
  version.writeUInt32BE(kek.version);
  return Buffer.concat([DOMAIN, version, keyId, Buffer.from(kek.scope, 'utf8')]);
}
