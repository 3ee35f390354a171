import { GAUGES, LEAK_GAUGES, RESULT_GAUGES } from '../slo/metric-names.ts';
import { type ExportedMetric, gauge } from './gauge.ts';

const SLO_SERIES = ['slo', 'tenant', 'service'];
const SLO_WINDOW = [...SLO_SERIES, 'window'];
const POLICY = ['tenant', 'policy'];
const SEVERITY = ['tenant', 'severity'];

/** Good, bad and total of each SLO, and what follows from them. */
export const SLO_GAUGES: readonly ExportedMetric[] = [
  gauge(GAUGES.good, 'events', 'Good events in the window', ...SLO_WINDOW),
  gauge(GAUGES.bad, 'events', 'Bad events in the window', ...SLO_WINDOW),
  gauge(GAUGES.total, 'events', 'Good and bad events in the window', ...SLO_WINDOW),
  gauge(GAUGES.unknown, 'events', 'Events that cannot be judged', ...SLO_WINDOW),
  gauge(GAUGES.late, 'events', 'Events too late for alert windows', ...SLO_WINDOW),
  gauge(GAUGES.emptySlices, 'slices', 'Slices without traffic', ...SLO_WINDOW),
  gauge(
    GAUGES.burnRate,
    'ratio',
    'Share of events that failed over the share that may; absent where none failed',
    ...SLO_WINDOW,
  ),
  gauge(GAUGES.expected, '0 or 1', '1 when data is due', ...SLO_SERIES),
  gauge(GAUGES.selfReported, '0 or 1', '1 when nobody but the enforcer counts requests', ...SLO_SERIES),
  gauge(GAUGES.budgetRemaining, 'share', 'Share of the error budget left', ...SLO_SERIES),
  gauge(GAUGES.budgetStart, 'Unix seconds', 'Where the budget starts', ...SLO_SERIES),
  gauge(GAUGES.maxCount, 'events', 'Bad events that an absolute budget holds', 'slo'),
  gauge(GAUGES.objective, 'share', 'Objective as a share', 'slo'),
  gauge(
    RESULT_GAUGES.slaViolations,
    'objectives',
    'Objectives whose budget is overspent',
    'tenant',
    'service',
  ),
];

/** Drift, review and completeness, as of the end of the last closed minute. */
export const FINDING_GAUGES: readonly ExportedMetric[] = [
  gauge(RESULT_GAUGES.driftPsi, 'index', 'Population stability index of the outcome mix', ...POLICY),
  gauge(RESULT_GAUGES.driftPValue, 'probability', 'p of the two-sample chi-squared test', ...POLICY),
  gauge(RESULT_GAUGES.driftVerdict, '0 or 1', '1 for the verdict that holds', ...POLICY, 'verdict'),
  gauge(RESULT_GAUGES.driftMinutes, 'minutes', 'Minutes in which drift was judged', ...POLICY, 'window'),
  gauge(
    RESULT_GAUGES.driftMinutesAlerted,
    'minutes',
    'Minutes in which drift was found',
    ...POLICY,
    'window',
  ),
  gauge(RESULT_GAUGES.falsePositiveRate, 'share', 'Legitimate share of labelled blocks', ...POLICY),
  gauge(
    RESULT_GAUGES.falsePositiveLower,
    'share',
    'Lower Wilson 95 % bound of the legitimate share',
    ...POLICY,
  ),
  gauge(
    RESULT_GAUGES.falsePositiveUpper,
    'share',
    'Upper Wilson 95 % bound of the legitimate share',
    ...POLICY,
  ),
  gauge(RESULT_GAUGES.labelledBlocks, 'decisions', 'Labelled blocks', ...POLICY),
  gauge(RESULT_GAUGES.labelsInsufficient, '0 or 1', '1 when there are too few labels for a rate', ...POLICY),
  gauge(RESULT_GAUGES.labelledAllows, 'decisions', 'Labelled decisions with outcome ALLOW', ...POLICY),
  gauge(
    RESULT_GAUGES.labelledAllowsViolating,
    'decisions',
    'Labelled decisions with outcome ALLOW that are violations',
    ...POLICY,
  ),
  gauge(RESULT_GAUGES.missingSequences, 'sequences', 'Sequences announced and never recorded', 'tenant'),
  gauge(RESULT_GAUGES.unnumberedEnforcers, 'enforcers', 'Enforcers that do not number decisions', 'tenant'),
  gauge(RESULT_GAUGES.quarantined, 'records', 'Quarantined records in the window', 'reason', 'window'),
];

/** What stands at the end of the last closed minute and is no sum. */
export const LEVEL_GAUGES: readonly ExportedMetric[] = [
  gauge(
    RESULT_GAUGES.latency,
    'seconds',
    'Decision latency; absent without decisions',
    'tenant',
    'service',
    'cached',
    'quantile',
    'window',
  ),
  gauge(
    RESULT_GAUGES.sessionsBlocked,
    'sessions',
    'Distinct sessions with a denied adversarial attempt',
    'tenant',
    'service',
    'window',
  ),
  gauge(RESULT_GAUGES.backlog, 'events', 'Decision events that wait to be sent', 'tenant', 'service'),
  gauge(
    RESULT_GAUGES.reviewQueue,
    'decisions',
    'Decisions to REVIEW that nobody labelled',
    'tenant',
    'service',
  ),
  gauge(
    RESULT_GAUGES.reviewQueueOldest,
    'seconds',
    'Age of the oldest decision that waits for review; absent if there is none',
    'tenant',
    'service',
  ),
  gauge(RESULT_GAUGES.missedRate, 'share', 'Estimated share of all violations that were let pass', ...POLICY),
  gauge(RESULT_GAUGES.missedLower, 'share', 'Lower 95 % bound of that share', ...POLICY),
  gauge(RESULT_GAUGES.missedUpper, 'share', 'Upper 95 % bound of that share', ...POLICY),
  gauge(
    RESULT_GAUGES.missedInsufficient,
    '0 or 1',
    '1 when labels do not suffice to estimate what was missed',
    ...POLICY,
  ),
  gauge(RESULT_GAUGES.incidents, 'incidents', 'Incidents opened within 30 days', ...SEVERITY),
  gauge(
    RESULT_GAUGES.incidentsTimed,
    'incidents',
    'Incidents of which it is known when they began and were noticed',
    ...SEVERITY,
  ),
  gauge(
    RESULT_GAUGES.incidentDetection,
    'seconds',
    'Sum of times from the beginning of incidents until they were noticed',
    ...SEVERITY,
  ),
  gauge(
    RESULT_GAUGES.policyIncidents,
    'incidents',
    'Incidents of 30 days attributed to the policy; absent without any',
    ...POLICY,
  ),
  gauge(
    RESULT_GAUGES.policyIncidentsWeighted,
    'incidents',
    'The same, each counted with the confidence of its attribution',
    ...POLICY,
  ),
  gauge(
    RESULT_GAUGES.policyIncidentsLower,
    'incidents',
    'Lower 95 % bound of their expected number',
    ...POLICY,
  ),
  gauge(
    RESULT_GAUGES.policyIncidentsUpper,
    'incidents',
    'Upper 95 % bound of their expected number',
    ...POLICY,
  ),
  gauge(RESULT_GAUGES.costBudget, 'millionths', 'Cost that a tenant may have in 30 days', 'tenant'),
];

const counter = (name: string, unit: string, help: string, ...labels: string[]): ExportedMetric => ({
  ...gauge(name, unit, help, ...labels),
  type: 'counter',
});

/** What the evaluator says of itself. */
export const OWN_METRICS: readonly ExportedMetric[] = [
  gauge(GAUGES.blind, '0 or 1', '1 while this evaluator does not see the present'),
  gauge(GAUGES.watermark, 'Unix seconds', 'End of the last closed append minute'),
  gauge(GAUGES.evaluated, 'Unix seconds', 'When the last evaluation finished'),
  gauge(RESULT_GAUGES.servicesCut, 'services', 'Services left out because of the bound on series'),
  gauge(RESULT_GAUGES.policiesCut, 'policies', 'Policies left out because of the bound on series'),
  gauge(RESULT_GAUGES.tenantsCut, 'tenants', 'Tenants whose missing sequences are left out'),
  counter('docket_evaluator_minutes_closed_total', 'minutes', 'Minutes closed here'),
  counter('docket_evaluator_failures_total', 'evaluations', 'Failed evaluations'),
];

/** Leaks, as the evaluator counts them and finds them itself. */
export const LEAK_METRICS: readonly ExportedMetric[] = [
  gauge(
    LEAK_GAUGES.unacknowledged,
    'leaks',
    'Leaks that nobody has acknowledged, by source; absent while that cannot be read',
    'source',
  ),
  counter('docket_leak_scan_rows_total', 'records', 'Stored records looked through again'),
  counter('docket_leak_scan_leaks_total', 'leaks', 'Leaks that the scan found'),
  gauge(
    'docket_leak_scan_pending_offsets',
    'offsets',
    'Offsets that are recorded and not looked through under the newest ruleset; absent while that is not known',
  ),
  counter(
    'docket_leak_scan_failures_total',
    'steps',
    'Steps of the scan, or reads of the table of leaks, that failed; each is tried again',
  ),
  counter(LEAK_GAUGES.inLogs, 'texts', 'Texts replaced in the service’s own log, by rule', 'rule'),
  counter(
    'docket_leak_events_total',
    'leaks',
    'Leaks found, by source and by whether they were put on their way to the table',
    'source',
    'fate',
  ),
  counter('docket_leak_write_failures_total', 'inserts', 'Inserts of leaks that failed; each is tried again'),
];
