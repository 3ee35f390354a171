import { randomBytes } from 'node:crypto';

const SALT_BYTES = 16;

/** A salt of its own for every leaf, and for every commitment to erasable data. */
export function newSalt(): Buffer {
  return randomBytes(SALT_BYTES);
}
