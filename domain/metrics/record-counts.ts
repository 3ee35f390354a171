import { countsBy, FLOW_WINDOWS, RARE_WINDOWS } from './count.ts';

const perObserver = countsBy('observer', FLOW_WINDOWS);
const perPolicy = countsBy('policy', RARE_WINDOWS);
const perTenant = countsBy('tenant', ['5m', '1h', '1d', '30d']);

/** Counts of request tallies, by who counted: INGRESS, MODEL_SERVER, ENFORCER. */
export const TALLY_COUNTS = {
  inScope: perObserver('requests_in_scope', 'requests', 'Requests that a policy should have decided'),
  skipped: perObserver('requests_skipped', 'requests', 'Requests not evaluated on purpose'),
  evaluated: perObserver('requests_evaluated', 'requests', 'Requests that were evaluated'),
  failed: perObserver('requests_failed', 'requests', 'Requests whose evaluation failed'),
  dropped: perObserver('audit_records_dropped', 'records', 'Decision events given up before they were sent'),
} as const;

/** Steps in the life of policies. */
export const CHANGE_COUNTS = {
  deploys: perPolicy('policy_deploys', 'deploys', 'Policy versions deployed'),
  deployFailures: perPolicy('policy_deploy_failures', 'deploys', 'Policy deploys that failed'),
  activations: perPolicy('policy_activations', 'activations', 'Policy versions activated'),
  rollbacks: perPolicy('policy_rollbacks', 'rollbacks', 'Policy versions rolled back'),
  gatesPassed: perPolicy('policy_gates_passed', 'gates', 'Policy versions that passed their gate'),
  gatesFailed: perPolicy('policy_gates_failed', 'gates', 'Policy versions that failed their gate'),
  conflictsFound: perPolicy('policy_conflicts_found', 'rule pairs', 'Conflicting rule pairs found by gates'),
} as const;

/** What takes other steps of the same policy to tell. */
export const CHANGE_PAIR_COUNTS = {
  rollbacksTimed: perPolicy('policy_rollbacks_timed', 'rollbacks', 'Rollbacks of a known activation'),
  rollbackTime: perPolicy(
    'policy_rollback_micros',
    'microseconds',
    'Sum of times from activation to rollback',
  ),
  unauthorised: perPolicy(
    'policy_changes_unauthorised',
    'activations',
    'Activations without an approval and a signature, or approved by their author',
  ),
} as const;

/** Reads of records. */
export const ACCESS_COUNTS = {
  reads: perTenant('reads', 'reads', 'Reads of records that were granted'),
  readsRefused: perTenant('reads_refused', 'reads', 'Reads of records that were refused'),
  readsCrossTenant: perTenant('reads_cross_tenant', 'reads', 'Refused reads that ask for another tenant'),
} as const;

export const REJECTION_COUNTS = {
  rejected: countsBy('reason', FLOW_WINDOWS)(
    'gateway_rejected_events',
    'events',
    'Events that a gateway rejected; one where their number is not known',
  ),
} as const;

/** Decisions in quarantine because redaction failed, and all of what was recorded. */
export const QUARANTINE_COUNTS = {
  redactionQuarantined: countsBy('tenant', FLOW_WINDOWS)(
    'records_redaction_failed',
    'records',
    'Records in quarantine because they could not be redacted',
  ),
} as const;
