import type { Decision } from '../contract/events.ts';
import { microsFromRfc3339 } from '../contract/rfc3339-micros.ts';
import { toSafeGrammar } from '../contract/safe-grammar.ts';
import { collectAttributes, collectLabels } from './collect-attributes.ts';
import { collectErasable } from './collect-erasable.ts';
import { judgeOutcome } from './judge-outcome.ts';
import { namePolicy, pathCode } from './name-policy.ts';
import { fieldOf, type JsonObject, objectOf, textOf } from './read-json.ts';
import { codeOf, errorOf, hexOf, identify, latencyOf, modeOf, placeOf, requestIdOf } from './read-origin.ts';

/** Why an event of OPA's decision log cannot be expressed as a decision. A closed union: safe as a metric label. */
export type OpaMisfit =
  | 'not_an_object'
  | 'nested_too_deep'
  | 'timestamp_not_readable'
  /** There is no timer in its metrics; a latency of 0 would count as a fast decision. */
  | 'latency_unknown'
  /** OPA's mask took the result away. */
  | 'outcome_erased'
  | 'outcome_not_recognized';

export type MappedDecision =
  | { readonly ok: true; readonly decision: Decision }
  | { readonly ok: false; readonly misfit: OpaMisfit };

export interface OpaContext {
  readonly tenantId: string;
  /** Stands for the enforcer where the event has no label `id`; a code. */
  readonly fallbackEnforcerId: string;
  /** 16 fresh random bytes at every call. */
  readonly newSalt: () => Uint8Array;
}

/**
 * Maps one event of OPA's decision log (facts: the Decision Log Service API of Open Policy Agent). Input, result,
 * the caches of builtins and the requester go into `erasable` only. OPA cannot know what was applied.
 * @returns the decision, or why the contract has no words for it; never throws for the content.
 */
export function mapOpaEvent(event: unknown, context: OpaContext): MappedDecision {
  const object = objectOf(event);
  if (object === null) return misfit('not_an_object');
  try {
    return mapObject(object, context);
  } catch (error) {
    // JSON.stringify gives up on what JSON.parse still read.
    if (error instanceof RangeError) return misfit('nested_too_deep');
    throw error;
  }
}

function mapObject(event: JsonObject, context: OpaContext): MappedDecision {
  const decidedAt = microsFromRfc3339(textOf(event, 'timestamp'));
  if (decidedAt === null) return misfit('timestamp_not_readable');
  const judged = judgeOutcome(event);
  if (typeof judged === 'string') return misfit(judged);
  const latencyUs = latencyOf(objectOf(fieldOf(event, 'metrics')));
  // A failed evaluation may end before its timers do; it is a failure however long it took.
  if (latencyUs === null && judged.outcome !== 'ERROR') return misfit('latency_unknown');

  const labels = objectOf(fieldOf(event, 'labels'));
  const enforcerId = toSafeGrammar(textOf(labels, 'id')) || context.fallbackEnforcerId;
  const id = identify(event, enforcerId);
  const decision: Decision = {
    decision_id: id.bytes,
    tenant_id: context.tenantId,
    enforcer: { id: enforcerId, version: codeOf(labels, 'version'), epoch: 0, sequence: null },
    ...placeOf(labels),
    request_id: requestIdOf(event),
    trace_id: hexOf(event, 'trace_id', 16),
    span_id: hexOf(event, 'span_id', 8),
    action: pathCode(event),
    resource: '',
    category: codeOf(labels, 'category') || null,
    risk: textOf(labels, 'risk').toUpperCase() === 'HIGH' ? 'HIGH' : 'LOW',
    model: null,
    policy: namePolicy(event),
    rules: evaluatedRule(event, judged.rawOutcome),
    outcome: judged.outcome,
    raw_outcome: judged.rawOutcome,
    mode: modeOf(labels),
    fallback: 'NONE',
    applied: 'UNKNOWN',
    error: judged.outcome === 'ERROR' ? errorOf(fieldOf(event, 'error')) : null,
    decided_at: decidedAt,
    latency_us: latencyUs ?? 0,
    overhead_us: null,
    cached: false,
    cache_age_us: null,
    timed_out: false,
    score: null,
    threshold: null,
    cost_micros: null,
    fallback_model: null,
    rate_limited: false,
    rationale: '',
    cohort: null,
    probe: null,
    labels: collectLabels(labels),
    attributes: collectAttributes(event, id.original),
    salt: context.newSalt(),
    erasable: collectErasable(event, context.newSalt()),
  };
  return { ok: true, decision };
}

/** The data path names the rule that was asked, and its value is what it decided. An ad-hoc query names none. */
function evaluatedRule(event: JsonObject, effect: string): Decision['rules'] {
  const id = pathCode(event);
  return textOf(event, 'path') === '' ? [] : [{ id, layer: null, effect, overridden: false }];
}

function misfit(reason: OpaMisfit): MappedDecision {
  return { ok: false, misfit: reason };
}
