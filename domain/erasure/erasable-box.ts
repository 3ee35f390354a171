import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** A person's keys, or those of a tenant's day. `keyId` is random: it tells nothing of whose they are. */
export interface SubjectKey {
  /** 16 bytes. */
  readonly keyId: Buffer;
  /** 32 bytes; encrypts, together with those of everybody else whom a record is about. */
  readonly boxKey: Buffer;
  /** 32 bytes; makes the token that stands for the person. */
  readonly tokenKey: Buffer;
}

/** Where the record stands whose erasable part a box holds: in another place it does not open. */
export interface ErasablePlace {
  readonly tenantId: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export type OpenedErasable =
  | { readonly ok: true; readonly erasable: Buffer; readonly isMasked: boolean }
  | { readonly ok: false; readonly problem: string };

export const ERASABLE_NONCE_BYTES = 12;
export const KEY_ID_BYTES = 16;
export const TOKEN_BYTES = 16;
/** More people than these in one record cannot be told apart in a box: such a record is quarantined. */
export const MAX_BOX_SUBJECTS = 255;

const CIPHER = 'aes-256-gcm';
const VERSION = 1;
const MASKED = 1;
const TAG_BYTES = 16;
const FIXED_HEADER_BYTES = 3;
const BOX_DOMAIN = Buffer.from('docket-box/1\0', 'ascii');
/** A key object: from bytes or text, Node takes 11 µs longer for each use. */
const BOX_KEY_DOMAIN = createSecretKey('docket-box-key/1', 'ascii');
const TOKEN_DOMAIN = 'docket-token/1\0';

/**
 * Encrypts the erasable part of a record: version (1) ‖ flags (1) ‖ number of keys (1) ‖ key ids (16 each, ascending) ‖
 * nonce (12) ‖ ciphertext ‖ tag (16), AES-256-GCM. Tenant, coordinates and header are associated data.
 * @param keys those of everybody it is about, at least one, in any order
 * @param erasable canonical Avro of the erasable record
 * @param nonce 12 random bytes. Coordinates would not do: a record is sealed anew, perhaps of other content (a newer
 *   ruleset masks more), whenever it is recorded anew, and two contents under one nonce give both away.
 * @param isMasked whether masks changed it, so that it no longer fits the record's commitment
 */
export function sealErasable(
  keys: readonly SubjectKey[],
  place: ErasablePlace,
  erasable: Uint8Array,
  nonce: Uint8Array,
  isMasked = false,
): Buffer {
  if (nonce.length !== ERASABLE_NONCE_BYTES)
    throw new Error(`erasable box: a nonce has ${ERASABLE_NONCE_BYTES} bytes`);
  const sorted = inOrder(keys);
  if (sorted.length === 0 || sorted.length > MAX_BOX_SUBJECTS)
    throw new Error(`erasable box: 1 to ${MAX_BOX_SUBJECTS} keys are needed`);
  const fixed = Buffer.from([VERSION, isMasked ? MASKED : 0, sorted.length]);
  const header = Buffer.concat([fixed, ...sorted.map(({ keyId }) => keyId)]);
  const cipher = createCipheriv(CIPHER, boxKeyOf(sorted), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(header, place));
  return Buffer.concat([header, nonce, cipher.update(erasable), cipher.final(), cipher.getAuthTag()]);
}

/** The ids of all keys that a box needs; null when it is of a form that this version does not know. */
export function keyIdsOfBox(box: Buffer): Buffer[] | null {
  const count = box[2] ?? 0;
  const end = headerBytes(count);
  if (box[0] !== VERSION || count === 0 || box.length < end + ERASABLE_NONCE_BYTES + TAG_BYTES) return null;
  return Array.from({ length: count }, (_, index) =>
    box.subarray(headerBytes(index), headerBytes(index + 1)),
  );
}

/**
 * Opens a box. `boxKeys` are looked up by the hexadecimal key id; with one of them destroyed it never opens again. A
 * problem says what is wrong, never what is inside.
 */
export function openErasable(
  boxKeys: ReadonlyMap<string, Buffer>,
  place: ErasablePlace,
  box: Buffer,
): OpenedErasable {
  const ids = keyIdsOfBox(box);
  if (ids === null) return { ok: false, problem: 'the box is of a form that this version does not know' };
  const keys = ids.map((id) => boxKeys.get(id.toString('hex')));
  if (!keys.every((key) => key !== undefined)) return { ok: false, problem: 'a key of the box is missing' };
  const headerEnd = headerBytes(ids.length);
  const header = box.subarray(0, headerEnd);
  const start = headerEnd + ERASABLE_NONCE_BYTES;
  const decipher = createDecipheriv(CIPHER, extract(keys), box.subarray(headerEnd, start), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associatedData(header, place));
  decipher.setAuthTag(box.subarray(box.length - TAG_BYTES));
  try {
    const erasable = Buffer.concat([
      decipher.update(box.subarray(start, box.length - TAG_BYTES)),
      decipher.final(),
    ]);
    return { ok: true, erasable, isMasked: ((box[1] ?? 0) & MASKED) !== 0 };
  } catch {
    return { ok: false, problem: 'the box does not open: it was altered, moved, or sealed with other keys' };
  }
}

/** The token that stands for a person: the first 16 bytes of HMAC-SHA256(token key, "docket-token/1" ‖ 00). */
export function subjectToken(key: Pick<SubjectKey, 'tokenKey'>): Buffer {
  return createHmac('sha256', createSecretKey(key.tokenKey))
    .update(TOKEN_DOMAIN)
    .digest()
    .subarray(0, TOKEN_BYTES);
}

/** By key id, each once: whoever opens the box has no other order. */
function inOrder(keys: readonly SubjectKey[]): SubjectKey[] {
  if (keys.length === 1) return [...keys];
  const sorted = [...keys].sort((a, b) => Buffer.compare(a.keyId, b.keyId));
  return sorted.filter((key, index) => sorted[index - 1]?.keyId.equals(key.keyId) !== true);
}

/** Of one person's many records the key is made once, for as long as somebody holds theirs. */
const keysOfOne = new WeakMap<Buffer, KeyObject>();

/** As a key object: from bytes, Node takes three times as long to make a cipher (17 µs against 6). */
function boxKeyOf(sorted: readonly SubjectKey[]): KeyObject {
  const own = sorted.length === 1 ? sorted[0]?.boxKey : undefined;
  const known = own === undefined ? undefined : keysOfOne.get(own);
  if (known !== undefined) return known;
  const made = createSecretKey(extract(sorted.map(({ boxKey }) => boxKey)));
  if (own !== undefined) keysOfOne.set(own, made);
  return made;
}

/** HKDF-Extract (RFC 5869) over all keys: without one of them, what comes out is unknown. */
function extract(keys: readonly Buffer[]): Buffer {
  const hmac = createHmac('sha256', BOX_KEY_DOMAIN);
  for (const key of keys) hmac.update(key);
  return hmac.digest();
}

function headerBytes(keys: number): number {
  return FIXED_HEADER_BYTES + keys * KEY_ID_BYTES;
}

/** domain ‖ header ‖ partition (4) ‖ offset (8) ‖ length of the tenant (2) ‖ tenant ‖ topic. */
function associatedData(header: Buffer, { tenantId, topic, partition, offset }: ErasablePlace): Buffer {
  const tenant = Buffer.from(tenantId, 'utf8');
  const numbers = Buffer.alloc(14);
  numbers.writeInt32BE(partition, 0);
  numbers.writeBigInt64BE(BigInt(offset), 4);
  numbers.writeUInt16BE(tenant.length, 12);
  return Buffer.concat([BOX_DOMAIN, header, numbers, tenant, Buffer.from(topic, 'utf8')]);
}
