import type { Decision, KeyValue } from '../../domain/contract/events.ts';
import { DEFAULT_KEYS } from '../../domain/redaction/key-patterns.ts';
import type { ConsumedRecord } from './consume-topic.ts';

/** A pattern for each entity that Docket finds. They miss much that it finds, and cut what is none. */
export const PLAIN_PATTERNS: readonly RegExp[] = [
  /[\w.+-]+@[\w-]+\.[\w.-]+/g,
  /\+?\d{1,3}[ .-]\(?\d{2,4}\)?[ .-]\d{3,4}[ .-]\d{3,4}/g,
  /\b(?:\d[ -]?){13,19}\b/g,
  /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}\b/g,
  /\b(?:\d{1,3}\.){3}\d{1,3}\b/g,
  /\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b/gi,
  /\bBearer [\w.~+/-]{16,}=*/g,
  /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\b\d{3}-\d{2}-\d{4}\b/g,
  /:\/\/[^\s/:@]+:[^\s/@]+@/g,
  // One for all makers of keys: one after the other takes twice as long.
  new RegExp(`\\b(?:${DEFAULT_KEYS.map(({ pattern }) => pattern).join('|')})`, 'g'),
  /\b(?:password|passwd|secret|token|api[_-]?key)["']?\s*[:=]\s*["']?[^\s"',;&]+/gi,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*-----END [A-Z ]*PRIVATE KEY-----/g,
];

/** A row for JSONEachRow. Bytes are hexadecimal, for JSON has none. */
export function toNaiveRow(topic: string, record: ConsumedRecord, decision: Decision): object {
  const { enforcer, model, policy, error, probe, rules, labels, attributes, erasable } = decision;
  return {
    topic,
    partition: record.partition,
    offset: record.offset,
    append_time: toSeconds(Number(record.timestamp), 1e3),
    decision_id: hex(decision.decision_id),
    tenant_id: decision.tenant_id,
    enforcer_id: enforcer.id,
    enforcer_version: enforcer.version,
    enforcer_epoch: enforcer.epoch,
    enforcer_sequence: enforcer.sequence,
    enforcement_point: decision.enforcement_point,
    service: decision.service,
    environment: decision.environment,
    region: decision.region,
    request_id: decision.request_id,
    trace_id: hex(decision.trace_id),
    span_id: hex(decision.span_id),
    action: decision.action,
    resource: redact(decision.resource),
    category: decision.category,
    risk: decision.risk,
    model_id: model?.id ?? null,
    model_version: model?.version ?? null,
    policy_id: policy.id,
    policy_version: policy.version,
    policy_bundle_digest: hex(policy.bundle_digest),
    policy_signed: policy.signed,
    'rules.id': rules.map((rule) => rule.id),
    'rules.layer': rules.map((rule) => rule.layer),
    'rules.effect': rules.map((rule) => rule.effect),
    'rules.overridden': rules.map((rule) => rule.overridden),
    outcome: decision.outcome,
    raw_outcome: decision.raw_outcome,
    mode: decision.mode,
    fallback: decision.fallback,
    applied: decision.applied,
    error_class: error?.class ?? null,
    error_message: error === null ? null : redact(error.message),
    decided_at: toSeconds(decision.decided_at, 1e6),
    latency_us: decision.latency_us,
    overhead_us: decision.overhead_us,
    cached: decision.cached,
    cache_age_us: decision.cache_age_us,
    timed_out: decision.timed_out,
    score: decision.score,
    threshold: decision.threshold,
    cost_micros: decision.cost_micros,
    fallback_model: decision.fallback_model,
    rate_limited: decision.rate_limited,
    rationale: redact(decision.rationale),
    cohort: decision.cohort,
    probe_id: probe?.id ?? null,
    probe_expected: probe?.expected ?? null,
    'labels.key': labels.map(({ key }) => key),
    'labels.value': redactedValues(labels),
    'attributes.key': attributes.map(({ key }) => key),
    'attributes.value': redactedValues(attributes),
    salt: hex(decision.salt),
    erasable_box: erasable === null ? null : inTheClear(erasable),
  };
}

/** What Docket keeps in a box, such a service keeps as it is: it has no way to forget a person. */
function inTheClear({ subjects, principal, input, output }: NonNullable<Decision['erasable']>): string {
  return JSON.stringify({
    subjects,
    principal,
    input: input === null ? null : redact(input),
    output: output === null ? null : redact(output),
  });
}

function redact(text: string): string {
  return PLAIN_PATTERNS.reduce((rest, pattern) => rest.replace(pattern, '[redacted]'), text);
}

function redactedValues(pairs: readonly KeyValue[]): string[] {
  return pairs.map(({ value }) => redact(value));
}

function hex(bytes: Uint8Array | null): string | null {
  return bytes === null
    ? null
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** Seconds since 1970 with a fraction, as ClickHouse reads a DateTime64 of that scale. */
function toSeconds(time: number, perSecond: number): string {
  const fraction = String(time % perSecond).padStart(Math.log10(perSecond), '0');
  return `${Math.floor(time / perSecond)}.${fraction}`;
}
