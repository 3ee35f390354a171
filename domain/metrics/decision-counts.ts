import { countsBy, FLOW_WINDOWS, RARE_WINDOWS } from './count.ts';

const perService = countsBy('service', FLOW_WINDOWS);
const perPoint = countsBy('point', FLOW_WINDOWS);
const perVersion = countsBy('version', FLOW_WINDOWS);
const perRegion = countsBy('region', FLOW_WINDOWS);

/**
 * Counts of decisions by service. Unless the help says otherwise, "decisions" are those of mode ENFORCE that are no
 * probes and were not late: a late batch must not look like a spike.
 */
export const SERVICE_COUNTS = {
  decisions: perService('decisions', 'decisions', 'Enforced decisions'),
  denied: perService('decisions_denied', 'decisions', 'Enforced decisions with outcome DENY'),
  errors: perService('decisions_errors', 'decisions', 'Enforced decisions with outcome ERROR'),
  undefined: perService('decisions_undefined', 'decisions', 'Enforced decisions with outcome UNDEFINED'),
  warned: perService('decisions_warned', 'decisions', 'Enforced decisions with outcome WARN'),
  fallback: perService('decisions_fallback', 'decisions', 'Enforced decisions for which a fallback stood in'),
  failOpen: perService('decisions_fail_open', 'decisions', 'Enforced decisions that failed open'),
  failClosed: perService('decisions_fail_closed', 'decisions', 'Enforced decisions that failed closed'),
  failOpenHighRisk: perService(
    'decisions_fail_open_high_risk',
    'decisions',
    'Enforced decisions of risk HIGH that failed open, late ones too',
  ),
  timedOut: perService('decisions_timed_out', 'decisions', 'Enforced decisions past their deadline'),
  cached: perService('decisions_cached', 'decisions', 'Enforced decisions from a cache'),
  cacheAged: perService('decisions_cache_aged', 'decisions', 'Cached decisions that tell their age'),
  cacheAge: perService('cache_age_micros', 'microseconds', 'Sum of the ages of cached decisions'),
  rateLimited: perService('decisions_rate_limited', 'decisions', 'Enforced decisions with a rate limit'),
  fallbackModel: perService(
    'decisions_fallback_model',
    'decisions',
    'Decisions that changed to another model',
  ),
  priced: perService('decisions_priced', 'decisions', 'Enforced decisions that tell their cost'),
  signatureKnown: perService('decisions_signature_known', 'decisions', 'Decisions that tell of a signature'),
  unsigned: perService('decisions_unsigned_policy', 'decisions', 'Decisions by a bundle without a signature'),
  traced: perService('decisions_traced', 'decisions', 'Enforced decisions with a trace id'),
  consent: perService('consent_decisions', 'decisions', 'Enforced decisions of category consent'),
  consentDenied: perService(
    'consent_denied',
    'decisions',
    'Enforced decisions of category consent with outcome DENY',
  ),
  dataAccess: perService('data_access_decisions', 'decisions', 'Decisions on access to data'),
  dataAccessDenied: perService(
    'data_access_denied',
    'decisions',
    'Decisions on access to data with outcome DENY',
  ),
  accessDenied: perService('access_denied', 'decisions', 'Denials of category access, late ones too'),
  crossTenantDenied: perService(
    'cross_tenant_denied',
    'decisions',
    'Denials of category cross-tenant, late ones too',
  ),
  adversarial: perService(
    'adversarial_attempts',
    'decisions',
    'Decisions of category adversarial, not ALLOW',
  ),
  adversarialDenied: perService(
    'adversarial_denied',
    'decisions',
    'Decisions of category adversarial with outcome DENY',
  ),
  redactions: perService(
    'redactions',
    'decisions',
    'Decisions to redact of which it is known whether it happened',
  ),
  redactionsFailed: perService('redactions_failed', 'decisions', 'Decisions to redact that were not applied'),
  probes: perService('probes', 'decisions', 'Decisions on probes'),
  probesMissed: perService('probes_missed', 'decisions', 'Probes with another outcome than expected'),
  probesHighRisk: perService('probes_high_risk', 'decisions', 'Decisions on probes of risk HIGH'),
  probesMissedHighRisk: perService(
    'probes_missed_high_risk',
    'decisions',
    'Probes of risk HIGH with another outcome than expected',
  ),
  records: perService(
    'audit_records',
    'records',
    'Recorded decisions of every mode, probes and late ones too',
  ),
  recordsComplete: perService('audit_records_complete', 'records', 'Recorded decisions with full context'),
  conflicts: perService('rule_conflicts', 'requests', 'Requests on which rules both allowed and denied'),
} as const;

/** The amount spent, also over a month: budgets are. */
export const COST_COUNTS = {
  cost: countsBy('service', ['1h', '1d', '30d'])('cost_micros', 'millionths', 'Cost of enforced decisions'),
} as const;

export const POINT_COUNTS = {
  pointDecisions: perPoint('point_decisions', 'decisions', 'Enforced decisions by enforcement point'),
  pointDenied: perPoint(
    'point_denied',
    'decisions',
    'Enforced decisions by enforcement point, with outcome DENY',
  ),
  pointFailed: perPoint(
    'point_failed',
    'decisions',
    'Enforced decisions by enforcement point: ERROR, timed out, or not applied',
  ),
} as const;

export const VERSION_COUNTS = {
  policyDecisions: perVersion('policy_decisions', 'decisions', 'Enforced decisions by policy version'),
  policyDenied: perVersion(
    'policy_denied',
    'decisions',
    'Enforced decisions by policy version, with outcome DENY',
  ),
  policyHits: perVersion(
    'policy_hits',
    'decisions',
    'Enforced decisions by policy version in which any rule matched',
  ),
} as const;

/** What a sample for review is drawn from. */
export const STRATUM_COUNTS = {
  inStratum: countsBy('stratum', ['30d'])(
    'decisions_in_stratum',
    'decisions',
    'Enforced decisions by the stratum of the sample for review that they are in, late ones too',
  ),
} as const;

export const RULE_COUNTS = {
  ruleHits: countsBy('rule', FLOW_WINDOWS)(
    'rule_hits',
    'decisions',
    'Enforced decisions in which a rule matched',
  ),
} as const;

export const REGION_COUNTS = {
  versionJudged: perRegion(
    'version_judged',
    'decisions',
    'Decisions by a policy of which an activation is known',
  ),
  versionSkewed: perRegion(
    'version_skewed',
    'decisions',
    'Decisions by a version that is not active in their region',
  ),
  versionUnapproved: perRegion(
    'version_unapproved',
    'decisions',
    'Decisions by a version that was not approved and signed',
  ),
} as const;

const perTenantRarely = countsBy('tenant', RARE_WINDOWS);

export const DUPLICATE_COUNTS = {
  duplicates: perTenantRarely('duplicates', 'records', 'Records that were sent again'),
  duplicatesConflicting: perTenantRarely(
    'duplicates_conflicting',
    'records',
    'Records that were sent again with other content',
  ),
} as const;
