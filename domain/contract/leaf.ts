import { createHash } from 'node:crypto';

/** What stands in front of every leaf's schema digest and canonical bytes. */
export const LEAF_DOMAIN = Buffer.concat([
  Buffer.from([0x00]),
  Buffer.from('docket-leaf/1', 'ascii'),
  Buffer.from([0x00]),
]);
/** What stands in front of the salt and canonical bytes of an erasable record. */
export const ERASE_DOMAIN = Buffer.concat([Buffer.from('docket-erase/1', 'ascii'), Buffer.from([0x00])]);

/**
 * The Merkle leaf of one offset: SHA-256(00 ‖ "docket-leaf/1" ‖ 00 ‖ S ‖ B).
 * @param schemaSha256 S: SHA-256 of the exact bytes of the released recorded schema (32 bytes).
 * @param canonicalBytes B: canonical Avro of the recorded form.
 * @returns 32 bytes.
 */
export function leafHash(schemaSha256: Buffer, canonicalBytes: Buffer): Buffer {
  return createHash('sha256').update(LEAF_DOMAIN).update(schemaSha256).update(canonicalBytes).digest();
}

/**
 * What a leaf says of erasable data: SHA-256("docket-erase/1" ‖ 00 ‖ salt ‖ canonical Avro of the erasable record).
 * The salt lives only inside the erasable record, so after an erasure the commitment can no longer be guessed at.
 */
export function eraseCommitment(salt: Uint8Array, canonicalErasable: Buffer): Buffer {
  return createHash('sha256').update(ERASE_DOMAIN).update(salt).update(canonicalErasable).digest();
}
