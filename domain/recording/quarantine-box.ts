import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { QuarantineKey, QuarantineKeys } from './quarantine-keys.ts';

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

export type OpenedBox =
  | { readonly ok: true; readonly content: QuarantinedContent }
  | { readonly ok: false; readonly problem: string };

export const NONCE_BYTES = 12;

const CIPHER = 'aes-256-gcm';
const VERSION = 1;
const KEY_ID_BYTES = 8;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES + NONCE_BYTES;
const LENGTH_BYTES = 4;
const DOMAIN = Buffer.from('docket-quarantine/1\0', 'ascii');

/**
 * Encrypts a quarantined record: version (1) ‖ key id (8) ‖ nonce (12) ‖ ciphertext ‖ tag (16), AES-256-GCM, the
 * coordinates as associated data. The plaintext is length of the Kafka key + 1 (4 bytes, 0: none) ‖ key ‖ value.
 * @param nonce 12 bytes that never repeat under the key: random ones. Coordinates would not do, because a record is
 *   sealed again, with the same coordinates, whenever it is recorded again.
 */
export function sealBox(
  key: QuarantineKey,
  at: BoxCoordinates,
  content: QuarantinedContent,
  nonce: Buffer,
): Buffer {
  if (nonce.length !== NONCE_BYTES) throw new Error(`quarantine box: a nonce has ${NONCE_BYTES} bytes`);
  const header = Buffer.concat([Buffer.from([VERSION]), keyIdBytes(key.id), nonce]);
  const cipher = createCipheriv(CIPHER, key.key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(header, at));
  const keyLength = Buffer.alloc(LENGTH_BYTES);
  keyLength.writeUInt32BE(content.key === null ? 0 : content.key.length + 1);
  const parts = [keyLength, content.key ?? Buffer.alloc(0), content.value].map((part) => cipher.update(part));
  return Buffer.concat([header, ...parts, cipher.final(), cipher.getAuthTag()]);
}

/** Opens a box with whichever of the keys it was sealed with. A problem says what is wrong, never what is inside. */
export function openBox(keys: QuarantineKeys, at: BoxCoordinates, box: Buffer): OpenedBox {
  if (box[0] !== VERSION || box.length < HEADER_BYTES + LENGTH_BYTES + TAG_BYTES)
    return { ok: false, problem: 'the box is of a form that this version does not know' };
  const keyId = box.toString('latin1', 1, 1 + KEY_ID_BYTES).replace(/\0+$/, '');
  const key = keys.find(keyId);
  if (key === undefined)
    return { ok: false, problem: `there is no key ${JSON.stringify(keyId)}, which the box was sealed with` };
  const header = box.subarray(0, HEADER_BYTES);
  const nonce = header.subarray(1 + KEY_ID_BYTES);
  const decipher = createDecipheriv(CIPHER, key.key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associatedData(header, at));
  decipher.setAuthTag(box.subarray(box.length - TAG_BYTES));
  try {
    const plain = Buffer.concat([
      decipher.update(box.subarray(HEADER_BYTES, box.length - TAG_BYTES)),
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

/** domain ‖ header ‖ partition (4) ‖ offset (8) ‖ topic: everything before the topic has a fixed length. */
function associatedData(header: Buffer, { topic, partition, offset }: BoxCoordinates): Buffer {
  const numbers = Buffer.alloc(12);
  numbers.writeInt32BE(partition, 0);
  numbers.writeBigInt64BE(BigInt(offset), 4);
  return Buffer.concat([DOMAIN, header, numbers, Buffer.from(topic, 'utf8')]);
}

function keyIdBytes(id: string): Buffer {
  const bytes = Buffer.alloc(KEY_ID_BYTES);
  bytes.write(id, 'latin1');
  return bytes;
}
