import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import { KEY_ID_BYTES } from '../erasure/erasable-box.ts';

/** Where the record stands that a box belongs to: in another place it does not open. */
export interface BoxCoordinates {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** What a record held, as it came. */
export interface QuarantinedContent {
  readonly key: Buffer | null;
  readonly value: Buffer;
}

/** The key of a tenant's day; the tenant is empty where it is not known whose record it is. */
export interface PayloadKey {
  /** 16 bytes. */
  readonly keyId: Uint8Array;
  /** 32 bytes. */
  readonly boxKey: Uint8Array;
}

/** Whose key a box needs. */
export interface PayloadKeyName {
  readonly tenant: string;
  readonly keyId: Buffer;
}

export type OpenedBox =
  | { readonly ok: true; readonly content: QuarantinedContent }
  | { readonly ok: false; readonly problem: string };

const NONCE_BYTES = 12;

const CIPHER = 'aes-256-gcm';
/** Version 1 had keys from a file. */
const VERSION = 2;
const TAG_BYTES = 16;
const TENANT_AT = 1 + KEY_ID_BYTES + 1;
const LENGTH_BYTES = 4;
const DOMAIN = Buffer.from('docket-quarantine/2\0', 'ascii');

/**
 * Encrypts a quarantined record: version (1) ‖ key id (16) ‖ length of the tenant (1) ‖ tenant ‖ nonce (12) ‖
 * ciphertext ‖ tag (16), AES-256-GCM, the coordinates as associated data. The plaintext is length of the Kafka key + 1
 * (4 bytes, 0: none) ‖ key ‖ value.
 * @param tenant whose day's key it is: a code, as it stands in the box as it is
 * @param nonce 12 bytes that never repeat under the key: random ones. Coordinates would not do, because a record is
 *   sealed again, with the same coordinates, whenever it is recorded again.
 */
export function sealBox(
  key: PayloadKey,
  tenant: string,
  at: BoxCoordinates,
  content: QuarantinedContent,
  nonce: Uint8Array,
): Buffer {
  if (nonce.length !== NONCE_BYTES) throw new Error(`quarantine box: a nonce has ${NONCE_BYTES} bytes`);
  const name = Buffer.from(tenant, 'utf8');
  if (name.length > 255) throw new Error('quarantine box: a tenant has at most 255 bytes');
  const header = Buffer.concat([
    ...[Buffer.from([VERSION]), key.keyId, Buffer.from([name.length]), name, nonce],
  ]);
  // See erasable-box.ts: from bytes it would take three times as long.
  const cipher = createCipheriv(CIPHER, createSecretKey(key.boxKey), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(header, at));
  const keyLength = Buffer.alloc(LENGTH_BYTES);
  keyLength.writeUInt32BE(content.key === null ? 0 : content.key.length + 1);
  const parts = [keyLength, content.key ?? Buffer.alloc(0), content.value].map((part) => cipher.update(part));
  return Buffer.concat([header, ...parts, cipher.final(), cipher.getAuthTag()]);
}

/** Which key a box needs; null when it is of a form that this version does not know. */
export function payloadKeyOf(box: Buffer): PayloadKeyName | null {
  if (box[0] !== VERSION || box.length < headerBytes(box) + LENGTH_BYTES + TAG_BYTES) return null;
  const tenant = box.toString('utf8', TENANT_AT, headerBytes(box) - NONCE_BYTES);
  return { tenant, keyId: box.subarray(1, 1 + KEY_ID_BYTES) };
}

/** Opens a box with the key that `payloadKeyOf` names. A problem says what is wrong, never what is inside. */
export function openBox(boxKey: Uint8Array, at: BoxCoordinates, box: Buffer): OpenedBox {
  if (payloadKeyOf(box) === null)
    return { ok: false, problem: 'the box is of a form that this version does not know' };
  const start = headerBytes(box);
  const header = box.subarray(0, start);
  const decipher = createDecipheriv(CIPHER, boxKey, header.subarray(start - NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associatedData(header, at));
  decipher.setAuthTag(box.subarray(box.length - TAG_BYTES));
  try {
    const plain = Buffer.concat([
      decipher.update(box.subarray(start, box.length - TAG_BYTES)),
      decipher.final(),
    ]);
    return { ok: true, content: splitPlain(plain) };
  } catch {
    return { ok: false, problem: 'the box does not open: it was altered, moved, or sealed with another key' };
  }
}

function splitPlain(plain: Buffer): QuarantinedContent {
  const keyLength = plain.readUInt32BE(0) - 1;
  const valueStart = LENGTH_BYTES + Math.max(0, keyLength);
  const key = keyLength < 0 ? null : plain.subarray(LENGTH_BYTES, valueStart);
  return { key, value: plain.subarray(valueStart) };
}

/** domain ‖ header ‖ partition (4) ‖ offset (8) ‖ topic: what stands before the topic tells its own length. */
function associatedData(header: Buffer, { topic, partition, offset }: BoxCoordinates): Buffer {
  const numbers = Buffer.alloc(12);
  numbers.writeInt32BE(partition, 0);
  numbers.writeBigInt64BE(BigInt(offset), 4);
  return Buffer.concat([DOMAIN, header, numbers, Buffer.from(topic, 'utf8')]);
}

function headerBytes(box: Buffer): number {
  return TENANT_AT + (box[TENANT_AT - 1] ?? 0) + NONCE_BYTES;
}
