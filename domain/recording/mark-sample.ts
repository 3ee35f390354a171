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
  const stratum = `${BLOCKING.has(decision.outcome) ? 'block' : 'pass'}.${decision.risk.toLowerCase()}`;
  const probability = PROBABILITIES[stratum] ?? 1;
  const digest = createHash('sha256')
    .update(`${SAMPLING_POLICY}\0`)
    .update(decision.decision_id)
    .update(decision.salt)
    .digest();
  const fraction = Number(digest.readBigUInt64BE(0) >> 11n) / TWO_TO_53;
  return { policy: SAMPLING_POLICY, stratum, probability, drawn: fraction < probability };
}
