import { GAUGES, LEAK_GAUGES, RESULT_GAUGES } from '../slo/metric-names.ts';
import { COST_COUNTS, DUPLICATE_COUNTS, SERVICE_COUNTS, STRATUM_COUNTS } from './decision-counts.ts';
import { computed, type Metric, shareOf } from './metric.ts';
import { ACCESS_COUNTS, QUARANTINE_COUNTS, REJECTION_COUNTS, TALLY_COUNTS } from './record-counts.ts';

const service = SERVICE_COUNTS;

/** Whether decisions are right, recorded, private, and paid for. */
export const OVERSIGHT_METRICS: readonly Metric[] = [
  computed({
    id: 'M5',
    title: 'False-positive rate',
    definition:
      'Legitimate ÷ labelled among blocked decisions: strictly the false **discovery** rate. Wilson 95 % interval; no rate below 30 labels.',
    source: 'reviewed_decisions, review_results; labels of source RANDOM, newest per decision',
    also: [
      RESULT_GAUGES.falsePositiveRate,
      RESULT_GAUGES.falsePositiveLower,
      RESULT_GAUGES.falsePositiveUpper,
      RESULT_GAUGES.labelledBlocks,
      RESULT_GAUGES.labelsInsufficient,
    ],
    gotcha: 'Alert on the lower bound only. Weights of the sampling are not used yet: draw strata alike.',
  }),
  computed({
    id: 'M6',
    title: 'False-negative rate',
    definition:
      'Violations let pass ÷ all violations, each estimated as decisions of a stratum × violations among its labelled ones, with a 95 % interval (logit). And violations ÷ labelled among allowed decisions: the false **omission** rate.',
    source:
      'decisions: sample_stratum, sample_drawn; reviewed_decisions: verdict, outcome, sample_stratum; labels of source RANDOM, newest per decision; decisions of 30 days',
    query: `${RESULT_GAUGES.labelledAllowsViolating} / (${RESULT_GAUGES.labelledAllows} >= 30)`,
    counts: [STRATUM_COUNTS.inStratum],
    also: [
      RESULT_GAUGES.missedRate,
      RESULT_GAUGES.missedLower,
      RESULT_GAUGES.missedUpper,
      RESULT_GAUGES.missedInsufficient,
      RESULT_GAUGES.labelledAllows,
      RESULT_GAUGES.labelledAllowsViolating,
    ],
    gotcha:
      'No rate unless each stratum with decisions has 30 labels and a violation was found: label some of every stratum. Labels given before the strata were kept (migration 0016) do not count in it. The omission rate says nothing of how many violations were caught; do not compare it with M5.',
  }),
  computed({
    id: 'M7',
    title: 'Audit-trail completeness',
    definition:
      'Records with request id, trace id, policy version, and a rationale or rules ÷ records; and sequences announced five minutes ago that are in none of decisions, duplicates, quarantine.',
    source:
      'decisions: request_id, trace_id, policy_version, rationale, rules.id; view completeness (sequence_sets)',
    query: shareOf(service.recordsComplete, service.records),
    counts: [service.records, service.recordsComplete],
    also: [RESULT_GAUGES.missingSequences, RESULT_GAUGES.unnumberedEnforcers],
    gotcha: 'An enforcer that numbers nothing is unknown, not complete: it has no number of missing ones.',
  }),
  computed({
    id: 'L11',
    title: 'Audit generation',
    definition: 'Recorded decisions ÷ (recorded + given up by enforcers before they were sent).',
    source: 'decisions; tallies: dropped of observer ENFORCER',
    query: `sum by (tenant, service) (${service.records.name}{window="1h"}) / (sum by (tenant, service) (${service.records.name}{window="1h"}) + sum by (tenant, service) (${TALLY_COUNTS.dropped.name}{observer="ENFORCER",window="1h"}) > 0)`,
    counts: [service.records, TALLY_COUNTS.dropped],
    gotcha: 'An enforcer that dies without a last tally drops silently: M7 finds the gap.',
  }),
  computed({
    id: 'L9',
    title: 'Decision trace rate',
    definition: 'Enforced decisions with a trace id ÷ enforced decisions.',
    source: 'decisions: trace_id',
    query: shareOf(service.traced, service.decisions),
    counts: [service.traced],
    gotcha: 'It says that there is an id, not that the trace was kept.',
  }),
  computed({
    id: 'M8',
    title: 'Privacy leakage events',
    definition: 'Leaks that nobody has acknowledged; the objective is none.',
    source: 'leaks, leak_acknowledgements: leak_id, source',
    also: [LEAK_GAUGES.unacknowledged, LEAK_GAUGES.inLogs],
    gotcha:
      'As of now, not of a closed minute: a leak must show even while we are blind. A leak found twice is one.',
  }),
  computed({
    id: 'M14',
    title: 'Redaction failure rate',
    definition:
      'Decisions to REDACT that were not applied ÷ those of which it is known; and records of any kind that our own redaction could not handle.',
    source: 'decisions: outcome, applied; quarantine: reason redaction_failed',
    query: shareOf(service.redactionsFailed, service.redactions),
    counts: [service.redactions, service.redactionsFailed, QUARANTINE_COUNTS.redactionQuarantined],
    also: [RESULT_GAUGES.quarantined],
    gotcha: 'UNKNOWN and PENDING are in neither. What is in quarantine has not leaked.',
  }),
  computed({
    id: 'A14',
    title: 'Consent rejections',
    definition: 'Denied ÷ enforced decisions of category consent.',
    source: 'decisions: category, outcome',
    query: shareOf(service.consentDenied, service.consent),
    counts: [service.consent, service.consentDenied],
    gotcha: 'A rise may be a fault of the consent store and not of the policy.',
  }),
  computed({
    id: 'L5',
    title: 'Data-access events',
    definition: 'Enforced decisions of category data-access or at the point DATA; and those denied.',
    source: 'decisions: category, enforcement_point, outcome',
    query: shareOf(service.dataAccessDenied, service.dataAccess),
    counts: [service.dataAccess, service.dataAccessDenied],
    gotcha: 'Reads of our own records are not among these: they are in `docket_reads`.',
  }),
  computed({
    id: 'A15',
    title: 'Unauthorised access attempts',
    definition: 'Denials of category access, and refused reads of records.',
    source: 'decisions: category, outcome; access_log: granted',
    counts: [service.accessDenied, ACCESS_COUNTS.reads, ACCESS_COUNTS.readsRefused],
    gotcha: 'Denials that were reported late count, in the minute in which they were appended.',
  }),
  computed({
    id: 'A16',
    title: 'Cross-tenant attempts',
    definition: 'Denials of category cross-tenant, and refused reads that ask for another tenant.',
    source: 'decisions: category, outcome; access_log: granted, filters',
    counts: [service.crossTenantDenied, ACCESS_COUNTS.readsCrossTenant],
    gotcha:
      'Told under the tenant of who asked. A producer that names another tenant gets no further than the gateway.',
  }),
  computed({
    id: 'A17',
    title: 'Adversarial input attempts and blocked sessions',
    definition:
      'Enforced decisions of category adversarial that are not ALLOW; those denied; and distinct sessions (attribute `session_id`) with a denied one.',
    source: 'decisions: category, outcome, attributes',
    query: shareOf(service.adversarialDenied, service.adversarial),
    counts: [service.adversarial, service.adversarialDenied],
    also: [RESULT_GAUGES.sessionsBlocked],
    gotcha:
      'Sessions do not add up over windows or services: the same one may be in several. An id that looks personal is masked, and all masked ones are one. They are counted in the records of the last hour, so that no id is kept for it.',
  }),
  computed({
    id: 'A18',
    title: 'Human-review queue',
    definition:
      'Enforced decisions with outcome REVIEW of the last 30 days without any label; age of the oldest.',
    source: 'review_queue (decisions: outcome; labels: decision_id)',
    also: [RESULT_GAUGES.reviewQueue, RESULT_GAUGES.reviewQueueOldest],
    gotcha: 'A label of any source and verdict takes a decision out, UNSURE too.',
  }),
  computed({
    id: 'A19',
    title: 'Cost per decision, and cost budget burn',
    definition:
      'Cost ÷ decisions that tell one; and cost × (30 days ÷ window) ÷ the tenant’s budget: above 1 it will not last.',
    source: 'decisions: cost_micros; DOCKET_COST_BUDGETS_FILE',
    query: `sum by (tenant) (${COST_COUNTS.cost.name}{window="1d"}) * 30 / ${RESULT_GAUGES.costBudget}`,
    counts: [COST_COUNTS.cost, service.priced],
    also: [RESULT_GAUGES.costBudget],
    gotcha: 'In the tenant’s own currency: do not add tenants.',
  }),
  computed({
    id: 'L12',
    title: 'SLA violations',
    definition: 'Objectives of a service whose error budget is overspent.',
    source: 'slo_minutes: bad, total over 30 days of decided time',
    also: [RESULT_GAUGES.slaViolations, GAUGES.budgetRemaining, GAUGES.objective, GAUGES.expected],
    gotcha: 'Absent while no objective of the service has any data.',
  }),
  computed({
    id: 'A20',
    title: 'Refused, unreadable and repeated input',
    definition:
      'Events that gateways rejected, records in quarantine, and records that were sent again (with the same content or another).',
    source: 'rejections: reason, events; quarantine: reason; duplicates: content',
    counts: [REJECTION_COUNTS.rejected, ...Object.values(DUPLICATE_COUNTS)],
    also: [RESULT_GAUGES.quarantined],
    gotcha: 'A rejection whose number of events is not known counts as one.',
  }),
  computed({
    id: 'M10',
    title: 'Incidents tied to policy',
    definition:
      'Incidents opened within 30 days that are attributed to a version of the policy: how many, the sum of the confidences (1 where none is told), and the exact 95 % interval of a Poisson mean of that count (Garwood).',
    source: 'incidents: policy, confidence, severity; the newest step that says anything counts',
    also: [
      RESULT_GAUGES.incidents,
      RESULT_GAUGES.policyIncidents,
      RESULT_GAUGES.policyIncidentsWeighted,
      RESULT_GAUGES.policyIncidentsLower,
      RESULT_GAUGES.policyIncidentsUpper,
    ],
    gotcha:
      'A count with an interval, never a burn rate: two policies differ when their intervals do. An attribution that is changed takes the incident from one policy to the other, also for the past.',
  }),
  computed({
    id: 'M13',
    title: 'Enforcement error budget',
    definition:
      '1 − bad ÷ (total × (1 − objective)), over the SLO’s window of decided time; of an absolute budget 1 − bad ÷ the number that it holds.',
    source: 'slo_minutes: bad, total; slo_adjustments; config/slos',
    also: [GAUGES.budgetRemaining, GAUGES.budgetStart, GAUGES.maxCount],
    gotcha:
      'A rolling budget does not start again at midnight; a calendar one does with its period, and any with a reset. Absent without data.',
  }),
];
