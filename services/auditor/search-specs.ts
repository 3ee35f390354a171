import type { SearchSpec } from '../../domain/audit/search-filters.ts';
import type { Outcome } from '../../domain/contract/events.ts';

/** Keyed by outcome, so that the compiler sees one that the contract gains. */
const OUTCOMES: Readonly<Record<Outcome, true>> = {
  ALLOW: true,
  DENY: true,
  REDACT: true,
  TRANSFORM: true,
  WARN: true,
  REVIEW: true,
  ERROR: true,
  UNDEFINED: true,
};

/** Filters of GET /v1/decisions. */
export const DECISION_SEARCH = {
  name: 'decisions',
  filters: {
    tenant: { kind: 'code' },
    policy: { kind: 'code' },
    policy_version: { kind: 'code' },
    outcome: { kind: 'one-of', values: Object.keys(OUTCOMES) },
    rule: { kind: 'code' },
    trace_id: { kind: 'hex', bytes: 16 },
    request_id: { kind: 'code' },
    service: { kind: 'code' },
    enforcer: { kind: 'code' },
  },
} as const satisfies SearchSpec;

/** Fields of POST /v1/decisions/search-by-subject, beside the subject. */
export const SUBJECT_SEARCH = {
  name: 'decisions-by-subject',
  filters: DECISION_SEARCH.filters,
} as const satisfies SearchSpec;

/** Filters of GET /v1/decisions/:id and of its erasable part. */
export const DECISION_LOOKUP = {
  name: 'decision',
  filters: { enforcer: { kind: 'code' } },
} as const satisfies SearchSpec;

/** Filters of GET /v1/access-log. */
export const ACCESS_SEARCH = {
  name: 'accesses',
  filters: {
    tenant: { kind: 'code' },
    action: { kind: 'code' },
    role: { kind: 'code' },
    granted: { kind: 'one-of', values: ['true', 'false'] },
  },
} as const satisfies SearchSpec;
