import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

export interface SampleMark {
  readonly policy: string;
  readonly stratum: string;
  /** Probability of being drawn. Above 0 in every stratum: else nothing could be said of it. */
  readonly probability: number;
  readonly drawn: boolean;
}

export const SAMPLING_POLICY = 'sampling/1';

const BLOCKING = new Set(['DENY', 'REDACT', 'TRANSFORM', 'REVIEW']);
const PROBABILITIES: Readonly<Record<string, number>> = {
  'block.high': 0.5,
  'block.low': 0.25,
  'pass.high': 0.1,
  'pass.low': 0.02,
};
const TWO_TO_53 = 2 ** 53;
const TWO_TO_21 = 2 ** 21;
/** What is hashed in front of decision id and salt. */
export const SAMPLE_PREFIX: Uint8Array = Buffer.from(`${SAMPLING_POLICY}\0`, 'utf8');

/** The stratum of a decision, and the probability of being drawn in it. */
export function stratumOf(outcome: string, risk: string): { stratum: string; probability: number } {
  const stratum = `${BLOCKING.has(outcome) ? 'block' : 'pass'}.${risk.toLowerCase()}`;
  return { stratum, probability: PROBABILITIES[stratum] ?? 1 };
}

/** The first 53 bits of a digest, as a fraction in [0, 1). */
export function drawFraction(digests: Uint8Array, at: number): number {
  const view = new DataView(digests.buffer, digests.byteOffset + at, 8);
  return (view.getUint32(0) * TWO_TO_21 + (view.getUint32(4) >>> 11)) / TWO_TO_53;
}

/**
 * Marks a decision for review: drawn when the first 53 bits of SHA-256(policy ‖ decision id ‖ salt), as a fraction,
 * are below the probability of its stratum. Anyone can recompute it, nobody can foresee it without the salt.
 */
export function markSample(decision: {
  outcome: string;
  risk: string;
  decision_id: Uint8Array;
  salt: Uint8Array;
}): SampleMark {
  const { stratum, probability } = stratumOf(decision.outcome, decision.risk);
  const digest = createHash('sha256')
    .update(SAMPLE_PREFIX)
    .update(decision.decision_id)
    .update(decision.salt)
    .digest();
  return { policy: SAMPLING_POLICY, stratum, probability, drawn: drawFraction(digest, 0) < probability };
}
