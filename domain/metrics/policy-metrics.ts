import { RESULT_GAUGES } from '../slo/metric-names.ts';
import { REGION_COUNTS, SERVICE_COUNTS } from './decision-counts.ts';
import { computed, type Metric, shareOf } from './metric.ts';
import { CHANGE_COUNTS, CHANGE_PAIR_COUNTS } from './record-counts.ts';

const change = CHANGE_COUNTS;
const pair = CHANGE_PAIR_COUNTS;
const region = REGION_COUNTS;

/** How policies come into force, and whether what decides is what should. */
export const POLICY_METRICS: readonly Metric[] = [
  computed({
    id: 'M9',
    title: 'Policy deploy failure rate',
    definition: 'DEPLOY_FAILED ÷ (DEPLOYED + DEPLOY_FAILED).',
    source: 'policy_changes: step',
    query: `${change.deployFailures.name}{window="30d"} / (${change.deploys.name}{window="30d"} + ${change.deployFailures.name}{window="30d"} > 0)`,
    counts: [change.deploys, change.deployFailures, change.gatesPassed, change.gatesFailed],
    gotcha: 'Few events: alert on counts and show an interval, never a burn rate.',
  }),
  computed({
    id: 'M15',
    title: 'Policy rollback rate',
    definition: 'ROLLED_BACK ÷ ACTIVATED.',
    source: 'policy_changes: step',
    query: shareOf(change.rollbacks, change.activations, '30d'),
    counts: [change.rollbacks, change.activations],
    gotcha: 'A rollback may take out a version that was activated before the window: the rate can exceed 1.',
  }),
  computed({
    id: 'A10',
    title: 'Time to roll back',
    definition:
      'Mean time from the newest activation of a version to the rollback that reverts it: sum of times ÷ rollbacks of a known activation.',
    source: 'policy_changes: step, reverts, policy_version, occurred_at',
    query: `${pair.rollbackTime.name}{window="30d"} / 1e6 / (${pair.rollbacksTimed.name}{window="30d"} > 0)`,
    counts: [pair.rollbacksTimed, pair.rollbackTime],
    gotcha: 'A rollback that does not say what it reverts has no time.',
  }),
  computed({
    id: 'A21',
    title: 'Time to detect',
    definition:
      'Mean time from the beginning of an incident’s impact until it was noticed: sum of times ÷ incidents of 30 days of which both are known.',
    source: 'incidents: impact_started_at, detected_at',
    query: `${RESULT_GAUGES.incidentDetection} / (${RESULT_GAUGES.incidentsTimed} > 0)`,
    also: [RESULT_GAUGES.incidentsTimed, RESULT_GAUGES.incidentDetection],
    gotcha: 'What people say afterwards: an incident that says it was noticed before it began has no time.',
  }),
  computed({
    id: 'M12',
    title: 'Rule conflict count',
    definition:
      'Requests on which, within five minutes, a rule that allowed and a rule that denied both stood (neither overridden); and conflicting pairs found by gates.',
    source: 'decisions: request_id, rules.effect, rules.overridden; policy_changes: conflicts',
    counts: [SERVICE_COUNTS.conflicts, change.conflictsFound],
    gotcha:
      'A request is counted in the minute that completes the conflict, for the service whose decision did. Effects other than allow, permit, grant and deny, block, reject, forbid take no side. An overridden rule is a conflict that was solved. Late decisions and those without a request id are left out.',
  }),
  computed({
    id: 'A11',
    title: 'Version skew per region',
    definition:
      'Decisions by a version or bundle other than those active in their region ÷ decisions by policies of which a full activation is known. Active is the newest full activation (or rollback), and what was partly rolled out since.',
    source:
      'decisions: policy_version, policy_bundle_digest, region; policy_changes: step, region, rollout_share',
    query: shareOf(region.versionSkewed, region.versionJudged),
    counts: [region.versionJudged, region.versionSkewed],
    gotcha:
      'What the minute’s end knows counts, so enforcers that have not fetched a new version yet are skewed for a while: alert after ten minutes. A change of region null holds everywhere.',
  }),
  computed({
    id: 'A12',
    title: 'Unauthorised policy changes',
    definition:
      'Activations of a version that, ten minutes later, has no APPROVED or no SIGNED step, or was approved by its author; and decisions by such versions.',
    source: 'policy_changes: step, policy_version, who_token; decisions: policy_version',
    counts: [pair.unauthorised, region.versionUnapproved],
    gotcha:
      'Decisions are judged only where a full activation of the policy is known; a policy that nobody announces is in no count, but its version has no change. Approved by its author: the same token.',
  }),
  computed({
    id: 'A13',
    title: 'Unsigned-policy decisions',
    definition: 'Decisions whose enforcer says that the bundle has no valid signature ÷ those that say.',
    source: 'decisions: policy_signed',
    query: shareOf(SERVICE_COUNTS.unsigned, SERVICE_COUNTS.signatureKnown),
    counts: [SERVICE_COUNTS.unsigned, SERVICE_COUNTS.signatureKnown],
    gotcha: 'Null is not false: an enforcer that does not check is in neither.',
  }),
  computed({
    id: 'M11',
    title: 'Drift alert rate',
    definition: 'Minutes with verdict drift ÷ minutes in which there was enough data to judge, per policy.',
    source: 'drift_results: verdict',
    query: `${RESULT_GAUGES.driftMinutesAlerted}{window="1d"} / (${RESULT_GAUGES.driftMinutes}{window="1d"} > 0)`,
    also: [
      RESULT_GAUGES.driftMinutes,
      RESULT_GAUGES.driftMinutesAlerted,
      RESULT_GAUGES.driftVerdict,
      RESULT_GAUGES.driftPsi,
      RESULT_GAUGES.driftPValue,
    ],
    gotcha: 'Minutes overlap in the decisions that they look at (five minutes each): they are no samples.',
  }),
];
