import type { EnforcementOutcome, Incident, SloAdjustment } from '../../domain/contract/events.ts';
import { checkAdjustment } from '../../domain/operations/check-adjustment.ts';
import { checkIncident } from '../../domain/operations/check-incident.ts';
import { checkOutcome } from '../../domain/operations/check-outcome.ts';
import type { FieldProblem } from '../../domain/operations/field-problem.ts';
import type { Identity, Role } from '../../domain/tenancy/tenants.ts';
import { newSalt } from './new-salt.ts';

export type EventFields = Record<string, unknown>;

/** One kind of event that is taken as JSON: what its schema does not say of it. */
export interface RouteSpec {
  readonly path: string;
  readonly subject: string;
  readonly roles: readonly Role[];
  readonly summary: string;
  /** In JSON form; a default claims nothing, so what is counted or timed has none. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** What the types cannot say: field and what is wanted. */
  readonly check?: (event: EventFields) => readonly FieldProblem[];
  /** Adds what follows from other fields and from who sends it. */
  readonly complete: (event: EventFields, identity: Identity) => EventFields;
}

/** Kinds of events that are taken as JSON. */
export const ROUTE_SPECS: readonly RouteSpec[] = [
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
  {
    path: '/v1/outcomes',
    subject: 'enforcement-outcome',
    roles: ['enforcer'],
    summary: 'Later attempts to apply decisions, and how they ended. Role: enforcer.',
    defaults: { 'enforcer.epoch': 0 },
    check: (event) => checkOutcome(event as object as EnforcementOutcome),
    complete: (event) => event,
  },
  {
    path: '/v1/incidents',
    subject: 'incident',
    roles: ['enforcer', 'sre'],
    summary: 'Steps in the lives of incidents. Roles: sre, enforcer.',
    defaults: { owner: '', models: [], 'models.version': '', 'policy.version': '', summary: '' },
    check: (event) => checkIncident(event as object as Incident),
    complete: (event, { subject }) => ({ ...event, owner: event.owner === '' ? subject : event.owner }),
  },
  {
    // Not an enforcer: whoever spends a budget must not be able to give itself a new one.
    path: '/v1/slo-adjustments',
    subject: 'slo-adjustment',
    roles: ['sre'],
    summary: 'Declared resets, exclusions and corrections of error budgets. Role: sre.',
    defaults: { who: '', reason: '' },
    check: (event) => checkAdjustment(event as object as SloAdjustment),
    complete: (event, { subject }) => ({ ...event, who: event.who === '' ? subject : event.who }),
  },
];
