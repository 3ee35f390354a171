import { hash } from 'node:crypto';

const SAMPLE = Buffer.alloc(16_384);
const TRIES = 5;

/**
 * Whether the processor has instructions for SHA-256, which neither Node nor its crypto tells: then SHA-256 is quicker
 * than SHA-512, while in plain instructions SHA-512 takes half as many rounds per byte and is the quicker one. Compares
 * two times of the same machine, so that its clock does not matter; takes well under a millisecond. A wrong answer,
 * from a machine that stood still at every try, costs speed and nothing else.
 */
export function hasSha256Instructions(): boolean {
  return quickestMs('sha256') < quickestMs('sha512');
}

function quickestMs(algorithm: string): number {
  let quickest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < TRIES; i++) {
    const started = performance.now();
    hash(algorithm, SAMPLE, 'binary');
    quickest = Math.min(quickest, performance.now() - started);
  }
  return quickest;
}
