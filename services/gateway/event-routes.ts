import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { compileEventJson } from '../../domain/contract/event-json.ts';
import { inputOf } from '../../domain/contract/inputs.ts';
import type { SchemaRegistry } from '../../domain/contract/registry.ts';
import type { Identity, Role } from '../../domain/tenancy/tenants.ts';

export type EventFields = Record<string, unknown>;

export interface Problem {
  /** Where, as a JSON path such as `$[3].enforcer.id`. */
  readonly path: string;
  /** What is wanted. Never a value. */
  readonly message: string;
}

/** One kind of event that is taken as JSON. */
export interface EventRoute {
  readonly path: string;
  readonly subject: string;
  readonly roles: readonly Role[];
  readonly summary: string;
  /** The event's JSON form; what it gives still lacks what `complete` adds. */
  readonly schema: z.ZodType;
  /** What the types cannot say: field and what is wanted. */
  readonly check: (event: EventFields) => readonly { readonly field: string; readonly message: string }[];
  /** Adds the tenant, the salts and what follows from other fields. */
  readonly complete: (event: EventFields, identity: Identity) => EventFields;
}

interface RouteSpec extends Omit<EventRoute, 'schema' | 'check'> {
  /** In JSON form; a default claims nothing, so what is counted or timed has none. */
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly check?: EventRoute['check'];
}

const SALT_BYTES = 16;
const WITHHELD = ['salt', 'erasable.salt'];

const SPECS: readonly RouteSpec[] = [
  {
    path: '/v1/decisions',
    subject: 'decision',
    roles: ['enforcer'],
    summary: 'Decisions of an enforcer. Role: enforcer.',
    defaults: {
      'enforcer.version': '',
      'enforcer.epoch': 0,
      environment: '',
      region: '',
      request_id: '',
      resource: '',
      risk: 'LOW',
      'model.version': '',
      'policy.version': '',
      rules: [],
      'rules.overridden': false,
      raw_outcome: '',
      mode: 'ENFORCE',
      fallback: 'NONE',
      applied: 'UNKNOWN',
      'error.message': '',
      cached: false,
      timed_out: false,
      rate_limited: false,
      rationale: '',
      labels: {},
      attributes: {},
      'erasable.subjects': [],
    },
    complete: (event) => ({
      ...event,
      raw_outcome: event.raw_outcome === '' ? String(event.outcome).toLowerCase() : event.raw_outcome,
      erasable: event.erasable === null ? null : { ...(event.erasable as object), salt: newSalt() },
    }),
  },
  {
    path: '/v1/tallies',
    subject: 'request-tally',
    roles: ['enforcer'],
    summary: 'What an observer counted in an interval; the heartbeat. Role: enforcer.',
    defaults: {
      'observer.version': '',
      'observer.epoch': 0,
      environment: '',
      region: '',
      skipped: [],
      dropped: [],
      policies: [],
    },
    check: (event) =>
      Number(event.interval_end) < Number(event.interval_start)
        ? [{ field: 'interval_end', message: 'must not be before interval_start' }]
        : [],
    complete: (event) => event,
  },
  {
    path: '/v1/policy-changes',
    subject: 'policy-change',
    roles: ['enforcer'],
    summary: 'Steps in the life of a policy version. Role: enforcer.',
    defaults: { who: '', reason: '', compatible_models: [] },
    check: (event) => {
      const share = event.rollout_share;
      return typeof share === 'number' && (share < 0 || share > 1)
        ? [{ field: 'rollout_share', message: 'must be a share from 0 to 1' }]
        : [];
    },
    complete: (event, { subject }) => ({ ...event, who: event.who === '' ? subject : event.who }),
  },
  {
    path: '/v1/labels',
    subject: 'label',
    roles: ['enforcer', 'reviewer'],
    summary: 'Ground truth about decisions. Roles: reviewer, enforcer.',
    defaults: { reviewer: '', note: '' },
    complete: (event, { subject }) => ({
      ...event,
      reviewer: event.reviewer === '' ? subject : event.reviewer,
    }),
  },
];

/** Every route that takes events as JSON, with the schemas of the newest release. */
export function compileEventRoutes(registry: SchemaRegistry): readonly EventRoute[] {
  return SPECS.map((spec) => {
    const { type } = registry.newest(spec.subject);
    const { producerPath, keyPath } = inputOf(spec.subject);
    const identities = [producerPath, keyPath].filter((path) => path !== null).map((path) => path.join('.'));
    const options = { defaults: { tenant_id: '', ...spec.defaults }, withheld: WITHHELD, identities };
    return {
      ...spec,
      schema: compileEventJson(type, options),
      check: spec.check ?? (() => []),
      complete: (event, identity) => ({
        ...spec.complete(event, identity),
        tenant_id: identity.tenantId,
        salt: newSalt(),
      }),
    };
  });
}

function newSalt(): Buffer {
  return randomBytes(SALT_BYTES);
}
