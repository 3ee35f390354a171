/**
 * Names shared by what exports SLO numbers, the generated rules, and dashboards. Gauges carry counts over closed
 * append minutes up to the watermark; they may fall, so `rate()` on them is a mistake.
 */
export const GAUGES = {
  /** Good events in the window. Labels: slo, tenant, service, window. */
  good: 'docket_slo_good',
  /** Bad events in the window. Labels: slo, tenant, service, window. */
  bad: 'docket_slo_bad',
  /** Good and bad events in the window; 0 from the start. Labels: slo, tenant, service, window. */
  total: 'docket_slo_total',
  /** Events that nobody can judge; in none of good, bad, total. Labels: slo, tenant, service, window. */
  unknown: 'docket_slo_unknown',
  /** Events appended too late for alert windows; they count in budgets only. Labels: as above. */
  late: 'docket_slo_late',
  /** Slices without traffic, which count as good; time slices only. Labels: as above. */
  emptySlices: 'docket_slo_empty_slices',
  /** (bad / total) / (1 − objective), where anything failed and the budget is a share. Labels: as above. */
  burnRate: 'docket_slo_burn_rate',
  /** Share of the error budget left by decided time, 1 = untouched; absent without data. Labels: slo, tenant, service. */
  budgetRemaining: 'docket_slo_error_budget_remaining_ratio',
  /** 1: nobody but the enforcer itself counts requests, so coverage has no data. Labels: slo, tenant, service. */
  selfReported: 'docket_slo_self_reported',
  /** Where the budget starts: its window, its calendar period, or its last reset. Unix seconds. Labels: as above. */
  budgetStart: 'docket_slo_budget_start_timestamp_seconds',
  /** The objective, 0…1; absolute budgets have none. Label: slo. */
  objective: 'docket_slo_objective',
  /** Bad events that an absolute budget holds. Label: slo. */
  maxCount: 'docket_slo_max_count',
  /** 1: data is due; 0: heartbeats say that nothing was in scope. Labels: slo, tenant, service. */
  expected: 'docket_slo_expected',
  /** End of the last closed append minute, Unix seconds. */
  watermark: 'docket_watermark_timestamp_seconds',
  /** When the last evaluation finished by this instance's clock, Unix seconds. */
  evaluated: 'docket_evaluator_evaluated_timestamp_seconds',
  /** 1 while this evaluator cannot see the present: the watermark is old or the store does not answer. */
  blind: 'docket_blind',
} as const;

/** Series that the generated rules record: replicas merged, sums divided. */
export const RECORDED = {
  bad: 'docket:slo_bad:max',
  total: 'docket:slo_total:max',
  /** Slices with traffic; time slices only. Labels: slo, tenant, service, window. */
  active: 'docket:slo_active_slices:max',
  /** Share of an absolute budget that is left, by whoever counts the most. Labels: slo, tenant, service. */
  budgetRemaining: 'docket:slo_error_budget_remaining:min',
  /** (bad / total) / (1 − objective); absent without events. Labels: slo, tenant, service, window. */
  burnRate: 'docket:slo_burn_rate:ratio',
  /** What is usual: the median burn over 1 h of the last 7 days, once an hour. Labels: as above, window 1h only. */
  baseline: 'docket:slo_burn_rate:median7d',
  /** 1 for each series that the inventory promises. Labels: slo, tenant, service. */
  inventory: 'docket:slo_inventory',
  /** 1: data is due, 0: it is not; the evaluator's word, else the inventory's. Labels: slo, tenant, service. */
  expected: 'docket:slo_expected:max',
  /** Where the links of alerts lead: Unix seconds, and from and to in milliseconds; lean rules only. Label: group. */
  linkAt: 'docket:alert_link:at_seconds',
  linkFrom: 'docket:alert_link:from_ms',
  linkTo: 'docket:alert_link:to_ms',
  /** Decisions by versions that did not decide a day ago; lean rules only. Labels: tenant, policy, version. */
  newVersions: 'docket:policy_new_version_decisions:5m',
  /** 1 when no evaluator sees the present; absent otherwise. */
  blind: 'docket:blind',
} as const;

/** Names of the generated alerts; each has `docs/runbooks/<name>.md`. */
export const ALERTS = {
  burnRate: 'BurnRate',
  burnAboveBaseline: 'BurnAboveBaseline',
  ratioBound: 'RatioBound',
  absoluteCount: 'AbsoluteCount',
  budgetSpent: 'BudgetSpent',
  budgetHalfSpent: 'BudgetHalfSpent',
  allBad: 'AllBad',
  noData: 'NoData',
  goodExceedsTotal: 'GoodExceedsTotal',
  servicesFailing: 'ServicesFailing',
  tenantsFailing: 'TenantsFailing',
  blind: 'DocketBlind',
  evaluatorStale: 'EvaluatorStale',
  watchdog: 'Watchdog',
  quarantineExcess: 'QuarantineExcess',
  partitionStopped: 'PartitionStopped',
  offsetsLost: 'OffsetsLost',
  leakFound: 'LeakFound',
  leaksUnknown: 'LeaksUnknown',
  vaultUnavailable: 'RecorderVaultUnavailable',
  failClosedExcess: 'FailClosedExcess',
  nothingEvaluated: 'NothingEvaluated',
  ruleConflicts: 'RuleConflicts',
  conflictsAtGate: 'ConflictsAtGate',
  hitRateDrop: 'HitRateDrop',
  overblocking: 'Overblocking',
  denialsDominate: 'DenialsDominate',
  falsePositives: 'FalsePositives',
  probesMissed: 'ProbesMissed',
  missedViolations: 'MissedViolations',
  versionMismatch: 'VersionMismatch',
  unapprovedVersion: 'UnapprovedVersion',
  unauthorisedChange: 'UnauthorisedPolicyChange',
  driftFound: 'DriftFound',
  failOpenHighRisk: 'FailOpenHighRisk',
  lateDecisions: 'LateDecisions',
  sequencesMissing: 'SequencesMissing',
  deployFailed: 'DeployFailed',
} as const;

export type AlertName = (typeof ALERTS)[keyof typeof ALERTS];

/** Scrape job under which Prometheus must know the evaluators. */
export const EVALUATOR_JOB = 'evaluator';

/** What the recorder says of its quarantine, of losses, and of the vault. */
export const RECORDER_GAUGES = {
  /** In how many partitions a tenant is above a limit. Label: tenant; at most 101. */
  excess: 'docket_recorder_quarantine_excess',
  /** 1: the partition waits for a person. Labels: topic, partition. */
  stopped: 'docket_recorder_partition_stopped',
  /** A counter: offsets that held nothing to read. Labels: topic, cause. */
  lost: 'docket_recorder_lost_offsets_total',
  /** 1: records wait for keys that the vault does not give. No labels. */
  vaultUnavailable: 'docket_recorder_vault_unavailable',
} as const;

/** What is said of leaks. */
export const LEAK_GAUGES = {
  /** Leaks that nobody has acknowledged; absent while the table cannot be read. Label: source (GATE, LOG, AUDIT). */
  unacknowledged: 'docket_leaks_unacknowledged',
  /** A counter: texts replaced in a service's own log. Label: rule. */
  inLogs: 'docket_log_leaks_total',
} as const;

/** What else the evaluator computes, beside SLOs. Absent numbers mean "too little data"; a 0/1 gauge says so. */
export const RESULT_GAUGES = {
  /** Labels: tenant, policy. Absent when there is too little data. */
  driftPsi: 'docket_drift_psi',
  /** Labels: tenant, policy. Not adjusted for the number of policies; the verdict is. */
  driftPValue: 'docket_drift_p_value',
  /** 1 for the verdict that holds. Labels: tenant, policy, verdict (ok, drift, insufficient_data). */
  driftVerdict: 'docket_drift_verdict',
  /** Legitimate share of labelled blocks, and its Wilson 95 % bounds. Labels: tenant, policy (`*`: all). */
  falsePositiveRate: 'docket_false_positive_ratio',
  falsePositiveLower: 'docket_false_positive_lower_ratio',
  falsePositiveUpper: 'docket_false_positive_upper_ratio',
  /** How many blocks are labelled. Labels: tenant, policy. */
  labelledBlocks: 'docket_false_positive_labelled_blocks',
  /** 1: too few labels for a rate. Labels: tenant, policy. */
  labelsInsufficient: 'docket_false_positive_insufficient',
  /** Sequences announced and never recorded, after the settle time; absent if nothing can be judged. Label: tenant. */
  missingSequences: 'docket_sequences_missing',
  /** Enforcers that leave decisions unnumbered: their completeness is unknown. Label: tenant. */
  unnumberedEnforcers: 'docket_enforcers_unnumbered',
  /** Records put into quarantine. Labels: reason, window. */
  quarantined: 'docket_quarantined_records',
  /** Minutes in which drift was judged, and those with drift. Labels: tenant, policy, window (1h, 1d). */
  driftMinutes: 'docket_drift_minutes',
  driftMinutesAlerted: 'docket_drift_minutes_alerted',
  /** Labelled decisions that were allowed, and violations among them. Labels: tenant, policy. */
  labelledAllows: 'docket_labelled_allows',
  labelledAllowsViolating: 'docket_labelled_allows_violating',
  /** Share of violations that were missed, weighted by stratum, and its 95 % interval. Labels: tenant, policy. */
  missedRate: 'docket_false_negative_ratio',
  missedLower: 'docket_false_negative_lower_ratio',
  missedUpper: 'docket_false_negative_upper_ratio',
  /** 1 when labels do not suffice for it. Labels: tenant, policy. */
  missedInsufficient: 'docket_false_negative_insufficient',
  /** Incidents opened within 30 days. Labels: tenant, severity. */
  incidents: 'docket_incidents',
  /** Those of which the beginning and the detection are known, and the sum of the times between. Labels: as above. */
  incidentsTimed: 'docket_incidents_timed',
  incidentDetection: 'docket_incident_detection_seconds',
  /** Incidents of 30 days attributed to a policy, the sum of confidences, and a 95 % interval. Labels: tenant, policy. */
  policyIncidents: 'docket_policy_incidents',
  policyIncidentsWeighted: 'docket_policy_incidents_weighted',
  policyIncidentsLower: 'docket_policy_incidents_lower',
  policyIncidentsUpper: 'docket_policy_incidents_upper',
  /** Exact quantiles, in seconds. Labels: tenant, service, cached (any, true, false), quantile, window (5m, 1h). */
  latency: 'docket_decision_latency_seconds',
  /** Decision events that wait at enforcers. Labels: tenant, service. */
  backlog: 'docket_backlog_events',
  /** Distinct sessions with a denied attempt. Labels: tenant, service, window (5m, 1h). */
  sessionsBlocked: 'docket_adversarial_sessions_blocked',
  /** Decisions to REVIEW without a label, and the age of the oldest. Labels: tenant, service. */
  reviewQueue: 'docket_review_queue_depth',
  reviewQueueOldest: 'docket_review_queue_oldest_seconds',
  /** What DOCKET_COST_BUDGETS_FILE says. Label: tenant. */
  costBudget: 'docket_cost_budget_micros',
  /** Objectives with an overspent budget; absent without any budget. Labels: tenant, service. */
  slaViolations: 'docket_sla_violations',
  /** Known services that are not exported because of the configured bound. */
  servicesCut: 'docket_evaluator_services_cut',
  /** Known policies that are not exported because of the configured bound. */
  policiesCut: 'docket_evaluator_policies_cut',
  /** Tenants whose missing sequences are not exported because of the configured bound; they have the fewest. */
  tenantsCut: 'docket_evaluator_tenants_cut',
} as const;
