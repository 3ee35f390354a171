import {
  COST_COUNTS,
  POINT_COUNTS,
  RULE_COUNTS,
  SERVICE_COUNTS,
  STRATUM_COUNTS,
  VERSION_COUNTS,
} from '../../../domain/metrics/decision-counts.ts';
import { amountsOf, REAL, REAL_IN_TIME, selectCounts } from './count-sql.ts';

const IN_TIME = 'is_counted';
const DENIED = `outcome = 'DENY'`;
const ADVERSARIAL = `category = 'adversarial' AND outcome != 'ALLOW'`;
const DATA_ACCESS = `(category = 'data-access' OR enforcement_point = 'DATA')`;
const REDACTED = `outcome = 'REDACT' AND applied IN ('APPLIED', 'NOT_APPLIED', 'FAILED')`;
const FULL_CONTEXT =
  "request_id != '' AND trace_id IS NOT NULL AND policy_version != '' " +
  "AND (rationale != '' OR notEmpty(`rules.id`))";

const inTime = (condition = 'true') => `countIf(${IN_TIME} AND ${condition})`;
const late = (condition: string) => `countIf(${REAL} AND ${condition})`;

// The rule conflicts are counted by a statement of their own.
type ByService = Omit<typeof SERVICE_COUNTS, 'conflicts'> & typeof COST_COUNTS;

const BY_SERVICE: Readonly<Record<keyof ByService, string>> = {
  decisions: inTime(),
  denied: inTime(DENIED),
  errors: inTime(`outcome = 'ERROR'`),
  undefined: inTime(`outcome = 'UNDEFINED'`),
  warned: inTime(`outcome = 'WARN'`),
  fallback: inTime(`fallback != 'NONE'`),
  failOpen: inTime(`fallback = 'FAIL_OPEN'`),
  failClosed: inTime(`fallback = 'FAIL_CLOSED'`),
  failOpenHighRisk: late(`fallback = 'FAIL_OPEN' AND risk = 'HIGH'`),
  timedOut: inTime('timed_out'),
  cached: inTime('cached'),
  cacheAged: inTime('cached AND cache_age_us IS NOT NULL'),
  cacheAge: `sumIf(ifNull(cache_age_us, 0), ${IN_TIME} AND cached)`,
  rateLimited: inTime('rate_limited'),
  fallbackModel: inTime('fallback_model IS NOT NULL'),
  priced: inTime('cost_micros IS NOT NULL'),
  cost: `sumIf(ifNull(cost_micros, 0), ${IN_TIME})`,
  signatureKnown: inTime('policy_signed IS NOT NULL'),
  unsigned: inTime('NOT ifNull(policy_signed, true)'),
  traced: inTime('trace_id IS NOT NULL'),
  consent: inTime(`category = 'consent'`),
  consentDenied: inTime(`category = 'consent' AND ${DENIED}`),
  dataAccess: inTime(DATA_ACCESS),
  dataAccessDenied: inTime(`${DATA_ACCESS} AND ${DENIED}`),
  accessDenied: late(`category = 'access' AND ${DENIED}`),
  crossTenantDenied: late(`category = 'cross-tenant' AND ${DENIED}`),
  adversarial: inTime(ADVERSARIAL),
  adversarialDenied: inTime(`category = 'adversarial' AND ${DENIED}`),
  redactions: inTime(REDACTED),
  redactionsFailed: inTime(`${REDACTED} AND applied != 'APPLIED'`),
  probes: 'countIf(probe_id IS NOT NULL)',
  probesMissed: 'countIf(probe_id IS NOT NULL AND probe_expected != outcome)',
  probesHighRisk: `countIf(probe_id IS NOT NULL AND risk = 'HIGH')`,
  probesMissedHighRisk: `countIf(probe_id IS NOT NULL AND risk = 'HIGH' AND probe_expected != outcome)`,
  records: 'count()',
  recordsComplete: `countIf(${FULL_CONTEXT})`,
};

/** What the expressions above are made of. All columns would cost more to name than these to read. */
const READ = [
  'tenant_id, service, append_time, mode, probe_id, probe_expected, outcome, fallback, applied, timed_out, category',
  'risk, cached, cache_age_us, rate_limited, fallback_model, cost_micros, policy_signed, policy_version, request_id',
  'trace_id, rationale, enforcement_point, `rules.id`',
];

/** Rows of metric_minutes of a range, as far as they are counts of single decisions. */
export const COUNT_DECISIONS: readonly string[] = [
  selectCounts({
    table: `(SELECT ${READ.join(', ')}, ${REAL_IN_TIME} AS is_counted FROM decisions)`,
    service: 'service',
    amounts: amountsOf({ ...SERVICE_COUNTS, ...COST_COUNTS }, BY_SERVICE),
  }),
  selectCounts({
    table: 'decisions',
    where: REAL_IN_TIME,
    service: 'service',
    detail: 'enforcement_point',
    amounts: amountsOf(POINT_COUNTS, {
      pointDecisions: 'count()',
      pointDenied: `countIf(${DENIED})`,
      pointFailed: `countIf(outcome = 'ERROR' OR timed_out OR applied IN ('NOT_APPLIED', 'FAILED'))`,
    }),
  }),
  selectCounts({
    table: 'decisions',
    where: REAL_IN_TIME,
    policy: 'policy_id',
    detail: 'policy_version',
    amounts: amountsOf(VERSION_COUNTS, {
      policyDecisions: 'count()',
      policyDenied: `countIf(${DENIED})`,
      policyHits: 'countIf(notEmpty(`rules.id`))',
    }),
  }),
  selectCounts({
    table: 'decisions ARRAY JOIN arrayDistinct(`rules.id`) AS rule',
    where: REAL_IN_TIME,
    policy: 'policy_id',
    detail: 'rule',
    amounts: amountsOf(RULE_COUNTS, { ruleHits: 'count()' }),
  }),
  selectCounts({
    table: 'decisions',
    where: `${REAL} AND sample_stratum != ''`,
    policy: 'policy_id',
    detail: 'sample_stratum',
    amounts: amountsOf(STRATUM_COUNTS, { inStratum: 'count()' }),
  }),
];
