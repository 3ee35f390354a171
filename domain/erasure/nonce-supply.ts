import { randomFillSync } from 'node:crypto';
import { ERASABLE_NONCE_BYTES } from './erasable-box.ts';

const NONCES_AT_ONCE = 1024;

/** Random nonces, drawn many at a time: to ask the system for each would take longer than a box. */
export function createNonceSupply(): () => Uint8Array {
  const pool = new Uint8Array(NONCES_AT_ONCE * ERASABLE_NONCE_BYTES);
  let next = pool.length;
  return () => {
    if (next === pool.length) {
      randomFillSync(pool);
      next = 0;
    }
    next += ERASABLE_NONCE_BYTES;
    return pool.subarray(next - ERASABLE_NONCE_BYTES, next);
  };
}
