/**
 * Counts that alerts read beside those of SLOs, by the names of the catalogue of metrics. Label `window`: `5m`, `1h`,
 * `1d`; of steps of policies `1h`, `1d`, `30d`.
 */
export const SIGNAL_GAUGES = {
  /** Enforced decisions, and those that failed closed, or open on a HIGH risk. Labels: tenant, service. */
  decisions: 'docket_decisions',
  failClosed: 'docket_decisions_fail_closed',
  failOpenHighRisk: 'docket_decisions_fail_open_high_risk',
  denied: 'docket_decisions_denied',
  /** Requests on which rules both allowed and denied. Labels: tenant, service. */
  conflicts: 'docket_rule_conflicts',
  /** Decisions on probes, and those with another outcome than expected. Labels: tenant, service. */
  probes: 'docket_probes',
  probesMissed: 'docket_probes_missed',
  /** What tallies say. Labels: tenant, service, observer. */
  inScope: 'docket_requests_in_scope',
  evaluated: 'docket_requests_evaluated',
  /** Enforced decisions, denials, and those in which a rule matched. Labels: tenant, policy, version. */
  policyDecisions: 'docket_policy_decisions',
  policyDenied: 'docket_policy_denied',
  policyHits: 'docket_policy_hits',
  /** Labels: tenant, policy, region. */
  versionJudged: 'docket_version_judged',
  versionSkewed: 'docket_version_skewed',
  versionUnapproved: 'docket_version_unapproved',
  /** Steps of policies. Labels: tenant, policy. */
  unauthorised: 'docket_policy_changes_unauthorised',
  deployFailures: 'docket_policy_deploy_failures',
  conflictsFound: 'docket_policy_conflicts_found',
  /** No windows: labelled decisions that were allowed, and violations among them. Labels: tenant, policy. */
  labelledAllows: 'docket_labelled_allows',
  labelledAllowsViolating: 'docket_labelled_allows_violating',
} as const;
