import type { Outcome } from '../../domain/contract/events.ts';

export type PolicyId = 'content-safety' | 'data-access' | 'consent' | 'cost-guard';

export interface PolicyProfile {
  readonly category: string;
  /** The first version that runs; every deploy raises the second number. */
  readonly version: { readonly major: number; readonly minor: number };
  readonly rules: readonly { readonly id: string; readonly layer: string }[];
  /** Shares of outcomes on an ordinary day; they sum to 1. */
  readonly mix: Readonly<Record<Outcome, number>>;
  /** Score above which the policy acts; null: it does not score. */
  readonly threshold: number | null;
  readonly allowed: readonly string[];
  readonly acted: readonly string[];
}

/** Errors and undefined results are rare enough that an ordinary day stays within the objectives. */
const RARE = { ERROR: 0.0002, UNDEFINED: 0.0001 };

export const POLICIES: Readonly<Record<PolicyId, PolicyProfile>> = {
  'content-safety': {
    category: 'safety',
    version: { major: 3, minor: 2 },
    rules: [
      { id: 'no-self-harm', layer: 'global' },
      { id: 'no-weapons', layer: 'global' },
      { id: 'no-harassment', layer: 'tenant' },
      { id: 'prompt-injection', layer: 'service' },
    ],
    mix: { ALLOW: 0.9207, DENY: 0.048, REDACT: 0.012, WARN: 0.015, REVIEW: 0.003, TRANSFORM: 0.001, ...RARE },
    threshold: 0.8,
    allowed: ['score below threshold', 'no category matched', 'benign request'],
    acted: [
      'classifier above threshold for harassment',
      'prompt tries to override instructions',
      'asks for dangerous details',
    ],
  },
  'data-access': {
    category: 'data-access',
    version: { major: 12, minor: 0 },
    rules: [
      { id: 'purpose-limitation', layer: 'global' },
      { id: 'region-bound-data', layer: 'tenant' },
      { id: 'mask-personal-data', layer: 'tenant' },
    ],
    mix: { ALLOW: 0.8947, DENY: 0.062, REDACT: 0.032, WARN: 0.004, REVIEW: 0.005, TRANSFORM: 0.002, ...RARE },
    threshold: null,
    allowed: ['purpose covers the record', 'record is in the caller’s region', 'role grants read access'],
    acted: [
      'purpose does not cover the record',
      'record must not leave its region',
      'column holds personal data',
    ],
  },
  consent: {
    category: 'consent',
    version: { major: 5, minor: 7 },
    rules: [
      { id: 'consent-given', layer: 'global' },
      { id: 'consent-current', layer: 'tenant' },
    ],
    mix: { ALLOW: 0.9397, DENY: 0.045, REDACT: 0.002, WARN: 0.006, REVIEW: 0.006, TRANSFORM: 0.001, ...RARE },
    threshold: null,
    allowed: ['consent is on file', 'no consent needed for this purpose'],
    acted: ['no consent on file', 'consent has been withdrawn', 'consent is older than the policy allows'],
  },
  'cost-guard': {
    category: 'cost',
    version: { major: 2, minor: 4 },
    rules: [
      { id: 'daily-budget', layer: 'tenant' },
      { id: 'token-ceiling', layer: 'service' },
      { id: 'prefer-small-model', layer: 'service' },
    ],
    mix: { ALLOW: 0.9187, DENY: 0.021, REDACT: 0.001, WARN: 0.034, REVIEW: 0.001, TRANSFORM: 0.024, ...RARE },
    threshold: 0.9,
    allowed: ['within budget', 'estimated cost is low'],
    acted: ['daily budget is nearly used up', 'prompt exceeds the token ceiling', 'a smaller model will do'],
  },
};

export const POLICY_IDS = Object.keys(POLICIES) as PolicyId[];
