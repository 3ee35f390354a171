import { randomBytes, randomUUID } from 'node:crypto';
import type { Decision, EnforcementPoint, RuleMatch } from '../domain/contract/events.ts';
import { toKeyValues } from '../domain/contract/key-values.ts';
import { parseUuid } from '../domain/contract/uuid.ts';

/** What an enforcer says of one decision. Everything it leaves out takes a default that claims nothing. */
export interface DecisionReport {
  /** A UUID; made if left out. Give it if you may report the same decision twice. */
  readonly decisionId?: string;
  readonly action: string;
  readonly outcome: Decision['outcome'];
  readonly policy: {
    readonly id: string;
    readonly version: string;
    readonly bundleDigest?: Uint8Array;
    readonly signed?: boolean;
  };
  /** Time from question to decision, in microseconds. */
  readonly latencyUs: number;
  readonly resource?: string;
  readonly requestId?: string;
  /** W3C trace and span ids, in hexadecimal. */
  readonly traceId?: string;
  readonly spanId?: string;
  readonly category?: string;
  readonly risk?: Decision['risk'];
  readonly model?: { readonly id: string; readonly version: string };
  readonly rules?: readonly (Pick<RuleMatch, 'id' | 'effect'> & {
    readonly layer?: string;
    readonly overridden?: boolean;
  })[];
  readonly rawOutcome?: string;
  readonly mode?: Decision['mode'];
  readonly fallback?: Decision['fallback'];
  readonly applied?: Decision['applied'];
  readonly error?: { readonly class: string; readonly message: string };
  readonly decidedAt?: Date;
  readonly overheadUs?: number;
  readonly cached?: boolean;
  readonly cacheAgeUs?: number;
  readonly timedOut?: boolean;
  readonly score?: number;
  readonly threshold?: number;
  readonly costMicros?: number;
  readonly fallbackModel?: string;
  readonly rateLimited?: boolean;
  /** Why, in words. Personal data in it is redacted before it is sent, and again when it is recorded. */
  readonly rationale?: string;
  readonly cohort?: string;
  readonly probe?: { readonly id: string; readonly expected: Decision['outcome'] };
  readonly labels?: Readonly<Record<string, string>>;
  readonly attributes?: Readonly<Record<string, string>>;
  /** What must be forgotten when one of the subjects asks: kept apart from everything else. */
  readonly erasable?: {
    readonly subjects: readonly string[];
    readonly principal?: string;
    readonly input?: string;
    readonly output?: string;
  };
}

/** What is the same for all decisions of one enforcer. */
export interface EnforcerContext {
  readonly tenant: string;
  readonly enforcer: { readonly id: string; readonly version: string; readonly epoch: number };
  readonly enforcementPoint: EnforcementPoint;
  readonly service: string;
  readonly environment: string;
  readonly region: string;
}

const SALT_BYTES = 16;

/** The event of a report, with fresh salts. Throws TypeError for a decision id that is no UUID. */
export function toDecision(report: DecisionReport, context: EnforcerContext, sequence: number): Decision {
  const decisionId = parseUuid(report.decisionId ?? randomUUID());
  if (decisionId === null) throw new TypeError('decisionId must be a UUID');
  return {
    decision_id: decisionId,
    tenant_id: context.tenant,
    enforcer: { ...context.enforcer, sequence },
    enforcement_point: context.enforcementPoint,
    service: context.service,
    environment: context.environment,
    region: context.region,
    request_id: report.requestId ?? '',
    trace_id: report.traceId === undefined ? null : Buffer.from(report.traceId, 'hex'),
    span_id: report.spanId === undefined ? null : Buffer.from(report.spanId, 'hex'),
    action: report.action,
    resource: report.resource ?? '',
    category: report.category ?? null,
    risk: report.risk ?? 'LOW',
    model: report.model ?? null,
    policy: toPolicy(report.policy),
    rules: (report.rules ?? []).map((rule) => ({
      id: rule.id,
      layer: rule.layer ?? null,
      effect: rule.effect,
      overridden: rule.overridden ?? false,
    })),
    outcome: report.outcome,
    raw_outcome: report.rawOutcome ?? report.outcome.toLowerCase(),
    mode: report.mode ?? 'ENFORCE',
    fallback: report.fallback ?? 'NONE',
    applied: report.applied ?? 'UNKNOWN',
    error: report.error ?? null,
    decided_at: (report.decidedAt?.getTime() ?? Date.now()) * 1000,
    latency_us: Math.round(report.latencyUs),
    overhead_us: report.overheadUs ?? null,
    cached: report.cached ?? false,
    cache_age_us: report.cacheAgeUs ?? null,
    timed_out: report.timedOut ?? false,
    score: report.score ?? null,
    threshold: report.threshold ?? null,
    cost_micros: report.costMicros ?? null,
    fallback_model: report.fallbackModel ?? null,
    rate_limited: report.rateLimited ?? false,
    rationale: report.rationale ?? '',
    cohort: report.cohort ?? null,
    probe: report.probe ?? null,
    labels: toKeyValues(report.labels ?? {}),
    attributes: toKeyValues(report.attributes ?? {}),
    salt: randomBytes(SALT_BYTES),
    erasable: report.erasable === undefined ? null : toErasable(report.erasable),
  };
}

function toPolicy(policy: DecisionReport['policy']): Decision['policy'] {
  return {
    id: policy.id,
    version: policy.version,
    bundle_digest: policy.bundleDigest ?? null,
    signed: policy.signed ?? null,
  };
}

function toErasable(erasable: NonNullable<DecisionReport['erasable']>): Decision['erasable'] {
  return {
    salt: randomBytes(SALT_BYTES),
    subjects: erasable.subjects,
    principal: erasable.principal ?? null,
    input: erasable.input ?? null,
    output: erasable.output ?? null,
  };
}
