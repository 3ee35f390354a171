import { randomBytes, randomUUID } from 'node:crypto';
import type {
  Access,
  Decision,
  EnforcementOutcome,
  ErasureRequest,
  Incident,
  Label,
  PolicyChange,
  Rejection,
  RequestTally,
  SloAdjustment,
  Statement,
} from '../../domain/contract/events.ts';
import { parseUuid } from '../../domain/contract/uuid.ts';

/** 16 fresh bytes in the form of a UUID. */
function newId(): Buffer {
  return parseUuid(randomUUID()) ?? Buffer.alloc(16);
}

/** A decision that nothing is wrong with; change what the test is about. */
export function sampleDecision(changes: Partial<Decision> = {}): Decision {
  return {
    decision_id: newId(),
    tenant_id: 'acme',
    enforcer: { id: 'guard-1', version: '1.4.0', epoch: 1_700_000_000_000_000, sequence: 0 },
    enforcement_point: 'APPLICATION',
    service: 'checkout',
    environment: 'prod',
    region: 'eu-1',
    request_id: `req-${randomUUID()}`,
    trace_id: randomBytes(16),
    span_id: randomBytes(8),
    action: 'model.invoke',
    resource: 'prompt of the returns assistant',
    category: 'safety',
    risk: 'LOW',
    model: { id: 'assistant', version: '7' },
    policy: { id: 'content-safety', version: '12', bundle_digest: Buffer.alloc(32, 7), signed: true },
    rules: [{ id: 'no-weapons', layer: 'global', effect: 'deny', overridden: false }],
    outcome: 'ALLOW',
    raw_outcome: 'allow',
    mode: 'ENFORCE',
    fallback: 'NONE',
    applied: 'APPLIED',
    error: null,
    decided_at: Date.now() * 1000,
    latency_us: 4_200,
    overhead_us: 300,
    cached: false,
    cache_age_us: null,
    timed_out: false,
    score: 0.25,
    threshold: 0.8,
    cost_micros: 12,
    fallback_model: null,
    rate_limited: false,
    rationale: 'score below threshold',
    cohort: null,
    probe: null,
    labels: [{ key: 'team', value: 'returns' }],
    attributes: [{ key: 'locale', value: 'de' }],
    salt: randomBytes(16),
    erasable: null,
    ...changes,
  };
}

export function sampleTally(changes: Partial<RequestTally> = {}): RequestTally {
  const now = Date.now() * 1000;
  return {
    tally_id: newId(),
    tenant_id: 'acme',
    observer: { id: 'ingress-1', version: '2', kind: 'INGRESS', epoch: 1_700_000_000_000_000 },
    service: 'checkout',
    enforcement_point: 'EDGE',
    environment: 'prod',
    region: 'eu-1',
    interval_start: now - 10_000_000,
    interval_end: now,
    requests_in_scope: 10,
    evaluated: 10,
    skipped: [],
    dropped: [],
    failed: 0,
    backlog: 0,
    next_sequence: null,
    policies: [],
    salt: randomBytes(16),
    ...changes,
  };
}

export function sampleLabel(changes: Partial<Label> = {}): Label {
  return {
    label_id: newId(),
    tenant_id: 'acme',
    enforcer_id: 'guard-1',
    decision_id: newId(),
    source: 'RANDOM',
    verdict: 'LEGITIMATE',
    reviewer: 'reviewer-17',
    note: 'an ordinary question',
    labelled_at: Date.now() * 1000,
    salt: randomBytes(16),
    ...changes,
  };
}

export function samplePolicyChange(changes: Partial<PolicyChange> = {}): PolicyChange {
  return {
    change_id: newId(),
    tenant_id: 'acme',
    policy: { id: 'content-safety', version: '13', bundle_digest: Buffer.alloc(32, 8) },
    step: 'ACTIVATED',
    region: 'eu-1',
    rollout_share: 1,
    conflicts: null,
    reverts: null,
    who: 'release-bot',
    reason: 'stricter weapons rule',
    commit: '0f3c9a',
    compatible_models: ['assistant'],
    occurred_at: Date.now() * 1000,
    salt: randomBytes(16),
    ...changes,
  };
}

export function sampleAccess(changes: Partial<Access> = {}): Access {
  return {
    access_id: newId(),
    tenant_id: 'acme',
    actor: 'auditor-3',
    role: 'auditor',
    action: 'decisions.search',
    granted: true,
    filters: [{ key: 'policy', value: 'content-safety' }],
    rows: 2,
    read_at: Date.now() * 1000,
    salt: randomBytes(16),
    ...changes,
  };
}

export function sampleRejection(changes: Partial<Rejection> = {}): Rejection {
  return {
    rejection_id: newId(),
    tenant_id: 'acme',
    gateway_id: 'gateway-1',
    route: 'opa.logs',
    reason: 'not_json',
    events: null,
    bytes: 17,
    rejected_at: Date.now() * 1000,
    salt: randomBytes(16),
    ...changes,
  };
}

/** Its signature is none: whoever verifies it must refuse it. */
export function sampleStatement(changes: Partial<Statement> = {}): Statement {
  return {
    statement_id: newId(),
    tenant_id: 'acme',
    kind: 'PRUNE',
    about: null,
    ranges: [{ topic: 'docket.decisions.v1', partition: 0, first_offset: 0, last_offset: 99 }],
    rows: 100,
    details: [{ key: 'reason', value: 'retention' }],
    issued_at: Date.now() * 1000,
    key_name: 'vault-1',
    signature: randomBytes(64),
    salt: randomBytes(16),
    ...changes,
  };
}

export function sampleErasureRequest(changes: Partial<ErasureRequest> = {}): ErasureRequest {
  return {
    erasure_id: newId(),
    tenant_id: 'acme',
    requested_by: 'operator-1',
    held: false,
    reason: 'asked for it in writing',
    requested_at: Date.now() * 1000,
    salt: randomBytes(16),
    ...changes,
  };
}

export function sampleOutcome(changes: Partial<EnforcementOutcome> = {}): EnforcementOutcome {
  return {
    outcome_id: newId(),
    tenant_id: 'acme',
    enforcer: { id: 'guard-1', epoch: 1_700_000_000_000_000 },
    decision_id: newId(),
    attempt: 1,
    applied: 'APPLIED',
    final: true,
    error_class: null,
    attempted_at: Date.now() * 1000,
    salt: randomBytes(16),
    ...changes,
  };
}

export function sampleIncident(changes: Partial<Incident> = {}): Incident {
  const now = Date.now() * 1000;
  return {
    record_id: newId(),
    incident_id: newId(),
    tenant_id: 'acme',
    step: 'OPENED',
    severity: 'SEV2',
    category: 'overblocking',
    owner: 'on-call-2',
    impact_started_at: now - 600_000_000,
    detected_at: now,
    mitigated_at: null,
    policy: { id: 'content-safety', version: '13' },
    confidence: 0.8,
    missed_violations: null,
    models: [{ id: 'assistant', version: '7' }],
    safe_fallback: 'answers from the help pages',
    summary: 'version 13 blocks ordinary questions',
    evidence_digest: null,
    occurred_at: now,
    salt: randomBytes(16),
    ...changes,
  };
}

export function sampleAdjustment(changes: Partial<SloAdjustment> = {}): SloAdjustment {
  const now = Date.now() * 1000;
  return {
    adjustment_id: newId(),
    tenant_id: 'acme',
    slo: 'enforcement-success',
    service: 'checkout',
    kind: 'EXCLUSION',
    from_time: now,
    until_time: now + 1_800_000_000,
    declared_at: now,
    who: 'on-call-2',
    reason: 'the policy engine moves to another region',
    salt: randomBytes(16),
    ...changes,
  };
}
