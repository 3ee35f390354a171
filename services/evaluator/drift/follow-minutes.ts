import { type MinuteRange, minutesOf } from '../../../domain/rollup/append-minutes.ts';
import {
  CURRENT_MINUTES,
  type DriftReference,
  type DriftResult,
  judgeDrift,
  type OutcomeCount,
  type PolicyMix,
  REFERENCE_MIN_DECISIONS,
  REFERENCE_MINUTES,
} from './judge-drift.ts';

interface Policy {
  readonly tenant: string;
  readonly policy: string;
  readonly counts: OutcomeCount[];
  reference: DriftReference | null;
  readonly known: boolean;
}

export interface FollowedMinutes {
  readonly references: readonly DriftReference[];
  readonly results: readonly DriftResult[];
}

/**
 * Goes through minutes in order: judges each policy against its reference, then freezes references that became
 * possible. The answer for a minute depends on that minute and earlier ones only, so it is the same whether minutes
 * are closed one by one or together, and whether another evaluator is ahead of this one.
 */
export function followMinutes(
  range: MinuteRange,
  bucketMs: number,
  known: readonly DriftReference[],
  counts: readonly OutcomeCount[],
): FollowedMinutes {
  const policies = gatherPolicies(known, counts);
  const results: DriftResult[] = [];
  for (const minuteMs of minutesOf(range, bucketMs)) {
    const mixes = policies.flatMap((policy) => mixOf(policy, minuteMs, bucketMs) ?? []);
    results.push(...judgeDrift(minuteMs, mixes));
    for (const policy of policies) policy.reference ??= freeze(policy, minuteMs, bucketMs);
  }
  const references = policies.flatMap(({ known: isKnown, reference }) =>
    isKnown || reference === null ? [] : [reference],
  );
  return { references, results };
}

function gatherPolicies(known: readonly DriftReference[], counts: readonly OutcomeCount[]): Policy[] {
  const policies = new Map<string, Policy>();
  for (const reference of known) {
    const { tenant, policy } = reference;
    policies.set(JSON.stringify([tenant, policy]), { tenant, policy, counts: [], reference, known: true });
  }
  for (const count of counts) {
    const key = JSON.stringify([count.tenant, count.policy]);
    const { tenant, policy } = count;
    const entry = policies.get(key) ?? { tenant, policy, counts: [], reference: null, known: false };
    entry.counts.push(count);
    policies.set(key, entry);
  }
  return [...policies.values()];
}

/** Null for a policy that has neither a reference in force nor a decision in the window. */
function mixOf(policy: Policy, minuteMs: number, bucketMs: number): PolicyMix | null {
  const windowMs = minuteMs - (CURRENT_MINUTES - 1) * bucketMs;
  const { reference } = policy;
  if (reference === null || reference.toMinuteMs >= minuteMs) {
    const current = mixBetween(policy.counts, windowMs, minuteMs);
    return current.size === 0 ? null : { ...policy, reference: new Map(), current };
  }
  // Decisions that the reference is made of must not be compared with it.
  const current = mixBetween(policy.counts, Math.max(windowMs, reference.toMinuteMs + bucketMs), minuteMs);
  const frozen = new Map(reference.outcomes.map((outcome, bin) => [outcome, reference.counts[bin] ?? 0]));
  return { ...policy, reference: frozen, current };
}

function freeze(policy: Policy, minuteMs: number, bucketMs: number): DriftReference | null {
  const windowMs = minuteMs - (REFERENCE_MINUTES - 1) * bucketMs;
  const mix = mixBetween(policy.counts, windowMs, minuteMs);
  const decisions = [...mix.values()].reduce((sum, count) => sum + count, 0);
  if (decisions < REFERENCE_MIN_DECISIONS) return null;
  const outcomes = [...mix.keys()].sort();
  const minutes = policy.counts
    .map((count) => count.minuteMs)
    .filter((at) => at >= windowMs && at <= minuteMs);
  return {
    tenant: policy.tenant,
    policy: policy.policy,
    outcomes,
    counts: outcomes.map((outcome) => mix.get(outcome) ?? 0),
    fromMinuteMs: minutes.reduce((first, at) => Math.min(first, at), minuteMs),
    toMinuteMs: minuteMs,
  };
}

function mixBetween(counts: readonly OutcomeCount[], firstMs: number, lastMs: number): Map<string, number> {
  const mix = new Map<string, number>();
  for (const { minuteMs, outcome, decisions } of counts) {
    if (minuteMs >= firstMs && minuteMs <= lastMs) mix.set(outcome, (mix.get(outcome) ?? 0) + decisions);
  }
  return mix;
}
