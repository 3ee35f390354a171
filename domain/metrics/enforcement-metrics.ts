import { GAUGES, RESULT_GAUGES } from '../slo/metric-names.ts';
import { POINT_COUNTS, RULE_COUNTS, SERVICE_COUNTS, VERSION_COUNTS } from './decision-counts.ts';
import { computed, type Metric, shareOf } from './metric.ts';
import { TALLY_COUNTS } from './record-counts.ts';

const service = SERVICE_COUNTS;
const point = POINT_COUNTS;
const SLO_COUNTS = [GAUGES.good, GAUGES.bad, GAUGES.total, GAUGES.unknown, GAUGES.late, GAUGES.burnRate];

// Of very many objectives nothing is shown that is 0, and good only where it is not total less bad.
function goodShare(slo: string): string {
  const of = (gauge: string) => `${gauge}{slo="${slo}",window="1h"}`;
  return `1 - (${of(GAUGES.bad)} or 0 * ${of(GAUGES.total)}) / (${of(GAUGES.total)} > 0)`;
}

function pointShare(part: (typeof POINT_COUNTS)[keyof typeof POINT_COUNTS], where: string): string {
  const selector = `{enforcement_point="${where}",window="1h"}`;
  return `${part.name}${selector} / (${point.pointDecisions.name}${selector} > 0)`;
}

/** How decisions are made and whether they take effect. */
export const ENFORCEMENT_METRICS: readonly Metric[] = [
  computed({
    id: 'M1',
    title: 'Decision latency p50, p90, p99',
    definition:
      'Of the latencies in ascending order, the one at place ⌈q · n⌉: at least the share q took no longer. Over all decisions (`cached="any"`), and over cached and uncached ones apart.',
    source: 'decisions: latency_us, cached; mode ENFORCE, no probes, not late',
    query: `${RESULT_GAUGES.latency}{cached="false",quantile="0.99",window="5m"}`,
    also: [RESULT_GAUGES.latency],
    gotcha:
      'Quantiles can neither be averaged nor added over services. An objective does not use them: it counts decisions within its threshold (`decision-latency`), which is exact for any grouping.',
  }),
  computed({
    id: 'M2',
    title: 'Enforcement success',
    definition:
      'Enforced decisions that were applied without fallback, and neither ERROR nor UNDEFINED ÷ those whose effect is known, each once it is final: by its outcome, or five minutes on. An objective with the indicator `first-attempt-success` judges the first attempt alone.',
    source:
      'slo_minutes of the indicators enforcement-success and first-attempt-success; decisions: applied, fallback, outcome; outcomes: attempt, applied, final',
    query: goodShare('enforcement-success'),
    also: SLO_COUNTS,
    gotcha:
      'What is UNKNOWN is in neither; under 90 % known there is no data. PENDING is bad until an outcome says otherwise. Retries that succeed hide first attempts that fail: look at both.',
  }),
  computed({
    id: 'M3',
    title: 'Enforcement coverage',
    definition:
      'Distinct evaluated request ids ÷ requests in scope less skipped ones, as counted by an observer that is not the enforcer. Skipped requests are told apart.',
    source:
      'slo_minutes of the indicator coverage; tallies: requests_in_scope, evaluated, skipped, failed by observer',
    query: goodShare('coverage'),
    counts: [TALLY_COUNTS.inScope, TALLY_COUNTS.skipped, TALLY_COUNTS.evaluated, TALLY_COUNTS.failed],
    also: [...SLO_COUNTS, GAUGES.selfReported],
    gotcha:
      'What an enforcer says of itself (`observer="ENFORCER"`) proves no coverage. Do not add observers: each counts the same requests.',
  }),
  computed({
    id: 'M4',
    title: 'Hit rate per policy and rule',
    definition:
      'Decisions in which the rule matched ÷ decisions of its policy; for a policy, those in which any rule matched.',
    source: 'decisions: rules.id, policy_id, policy_version; mode ENFORCE, no probes, not late',
    query: `${RULE_COUNTS.ruleHits.name}{window="1h"} / on (tenant, policy) group_left () sum by (tenant, policy) (${VERSION_COUNTS.policyDecisions.name}{window="1h"} > 0)`,
    counts: [RULE_COUNTS.ruleHits, ...Object.values(VERSION_COUNTS)],
    gotcha:
      'Rates of rules add up to more than 1 where several match; a rule that stands twice in one decision counts once. Beyond the bound, rules and versions are in `__other__`. Denials by version show a new one that blocks more.',
  }),
  computed({
    id: 'A1',
    title: 'Error and reject rates',
    definition: 'Enforced decisions with outcome ERROR, DENY, UNDEFINED or WARN ÷ enforced decisions.',
    source: 'decisions: outcome',
    query: shareOf(service.errors, service.decisions),
    counts: [service.decisions, service.errors, service.denied, service.undefined, service.warned],
    gotcha: 'Late decisions are left out, as in every alert window; they are in `docket_slo_late`.',
  }),
  computed({
    id: 'A2',
    title: 'Fail-open and fail-closed share',
    definition: 'Enforced decisions with that fallback ÷ enforced decisions.',
    source: 'decisions: fallback',
    query: shareOf(service.failClosed, service.decisions),
    counts: [service.failOpen, service.failClosed, service.fallback],
    gotcha: 'CACHED and SAFE_RESPONSE are fallbacks too: they are in `docket_decisions_fallback` only.',
  }),
  computed({
    id: 'A3',
    title: 'Fail-open on a HIGH-risk policy',
    definition: 'Number of enforced decisions of risk HIGH that failed open.',
    source: 'decisions: risk, fallback',
    counts: [service.failOpenHighRisk],
    gotcha: 'Always a page, so late ones count as well: in the minute in which they were appended.',
  }),
  computed({
    id: 'A4',
    title: 'Timeouts',
    definition: 'Enforced decisions past their deadline ÷ enforced decisions.',
    source: 'decisions: timed_out',
    query: shareOf(service.timedOut, service.decisions),
    counts: [service.timedOut],
    gotcha: 'The deadline is the enforcer’s own; compare services with care.',
  }),
  computed({
    id: 'A5',
    title: 'Cache share and staleness',
    definition:
      'Cached ÷ enforced decisions; and the mean age, as the sum of ages ÷ cached decisions that tell one.',
    source: 'decisions: cached, cache_age_us',
    query: `${service.cacheAge.name}{window="1h"} / 1e6 / (${service.cacheAged.name}{window="1h"} > 0)`,
    counts: [service.cached, service.cacheAged, service.cacheAge],
    gotcha: 'A cached decision may be by a version that is no longer active: see the version skew.',
  }),
  computed({
    id: 'A6',
    title: 'Fallback-model and rate-limit share',
    definition:
      'Enforced decisions that changed to another model, or in which a rate limit took part ÷ enforced decisions.',
    source: 'decisions: fallback_model, rate_limited',
    query: shareOf(service.rateLimited, service.decisions),
    counts: [service.fallbackModel, service.rateLimited],
    gotcha: 'A fallback model is no fallback of the policy: the decision itself was made.',
  }),
  computed({
    id: 'A7',
    title: 'Admission, CI gate and edge rejections',
    definition: 'Denied ÷ enforced decisions at one enforcement point (ADMISSION, CI_CD, EDGE, …).',
    source: 'decisions: enforcement_point, outcome',
    query: pointShare(point.pointDenied, 'ADMISSION'),
    counts: [point.pointDecisions, point.pointDenied],
    gotcha: 'Gates that report steps of a policy instead of decisions are in `docket_policy_gates_failed`.',
  }),
  computed({
    id: 'L8',
    title: 'Invocation failures',
    definition:
      'Enforced decisions at SERVERLESS that are ERROR, timed out or not applied ÷ enforced decisions there.',
    source: 'decisions: enforcement_point, outcome, timed_out, applied',
    query: pointShare(point.pointFailed, 'SERVERLESS'),
    counts: [point.pointFailed],
    gotcha: 'An invocation that dies before it reports is not among these: it is a missing sequence.',
  }),
  computed({
    id: 'A8',
    title: 'Probes missed',
    definition: 'Probes with another outcome than expected ÷ probes.',
    source: 'decisions: probe_id, probe_expected, outcome',
    query: shareOf(service.probesMissed, service.probes),
    counts: [service.probes, service.probesMissed, service.probesHighRisk, service.probesMissedHighRisk],
    gotcha:
      'A probe that was never answered is in neither; whoever sends probes must miss it, or coverage will.',
  }),
  computed({
    id: 'A9',
    title: 'Async evaluation backlog',
    definition: 'Sum over observers of the backlog in the newest tally of the last 30 minutes.',
    source: 'tallies: backlog, observer_id, observer_epoch',
    also: [RESULT_GAUGES.backlog],
    gotcha: 'Absent when no observer of the service has been heard of for 30 minutes; that is not 0.',
  }),
];
