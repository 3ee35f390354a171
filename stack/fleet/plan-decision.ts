import type { Mode, Outcome } from '../../domain/contract/events.ts';
import { formatUuid } from '../../domain/contract/uuid.ts';
import type { DecisionReport } from '../../sdk/decision-report.ts';
import { actOut, sharesRequest } from './act-out.ts';
import { composeRationale } from './compose-rationale.ts';
import { planCost, planEffect, planScore, planTiming } from './plan-course.ts';
import { type PlannedLabel, planLabel } from './plan-label.ts';
import type { PlannedReport } from './planned-report.ts';
import { POLICIES, type PolicyProfile } from './policy-catalogue.ts';
import { bundleDigest, type PolicyVersions } from './policy-versions.ts';
import { Random } from './random.ts';
import type { FleetMember } from './roster.ts';
import { isOverblocking, outcomeMix, type Scene } from './scenario.ts';

/** A decision as it will be made, but for the moment: everything follows from the seed, the member and the index. */
export interface PlannedDecision {
  readonly report: PlannedReport;
  readonly label: PlannedLabel | null;
}

const SHADOW_SHARE = 0.02;
const ERASABLE_SHARE = 0.1;
const HIGH_RISK_SHARE = 0.15;
/** Decisions whose caller passed no context on: few enough for the objective of audit completeness. */
const BARE_SHARE = 0.0002;
const MODELS = [
  { id: 'assistant-large', version: '2026-02' },
  { id: 'assistant-small', version: '2026-01' },
  { id: 'classifier', version: '11' },
];
/** OPA says yes, no, or nothing: what it cannot say is said as the nearest of these. */
const OPA_OUTCOME: Readonly<Record<Outcome, Outcome>> = {
  ALLOW: 'ALLOW',
  DENY: 'DENY',
  REVIEW: 'DENY',
  REDACT: 'ALLOW',
  TRANSFORM: 'ALLOW',
  WARN: 'ALLOW',
  ERROR: 'ERROR',
  UNDEFINED: 'UNDEFINED',
};

/** The decision number `index` of a member. The same arguments give the same decision, ids included. */
export function planDecision(
  seed: number,
  member: FleetMember,
  index: number,
  scene: Scene,
  versions: PolicyVersions,
): PlannedDecision {
  const random = randomOf(seed, member, index);
  const policyId = random.weighted(member.policies);
  const drawn = random.weighted(outcomeMix(policyId, scene, member.afflictions));
  const outcome = member.route === 'opa' ? OPA_OUTCOME[drawn] : drawn;
  const profile = POLICIES[policyId];
  const outage = scene.scenario === 'engine-outage' && member.afflictions.troubledService;
  const overblocking = isOverblocking(policyId, scene, member.afflictions);
  const mode: Mode = member.route === 'sdk' && random.chance(SHADOW_SHARE) ? 'SHADOW' : 'ENFORCE';
  const version = versions[policyId];
  const report: PlannedReport = {
    decisionId: formatUuid(asUuid(random.bytes(16))),
    ...planContext(random),
    action: random.pick(member.actions),
    resource: `${member.service}/item-${random.whole(1, 5_000)}`,
    category: profile.category,
    risk: random.chance(HIGH_RISK_SHARE) ? 'HIGH' : 'LOW',
    model: random.pick(MODELS),
    policy: {
      id: policyId,
      version,
      bundleDigest: bundleDigest(member.tenant, policyId, version),
      signed: true,
    },
    rules: planRules(random, profile, outcome),
    outcome,
    rawOutcome: outcome.toLowerCase(),
    mode,
    ...planEffect(random, outcome, mode, outage),
    ...planTiming(random, outcome, outage),
    ...planScore(random, profile, outcome),
    ...planCost(random, policyId, outcome),
    rationale: planRationale(random, profile, outcome),
    ...(random.chance(0.2) ? { cohort: random.pick(['group-a', 'group-b', 'group-c']) } : {}),
    labels: { team: random.pick(['payments', 'platform', 'trust']), canary: String(random.chance(0.05)) },
    attributes: {
      locale: random.pick(['de', 'en', 'fr', 'es']),
      channel: random.pick(['web', 'app', 'api']),
    },
    ...planErasable(random),
  };
  const label = mode === 'ENFORCE' ? planLabel(random, outcome, overblocking) : null;
  const acted = actOut(seed, member, index, scene, report);
  if (acted.probe !== undefined) return { report: acted, label: null };
  if (!sharesRequest(member, index, scene)) return { report: acted, label };
  const { requestId, action } = planDecision(seed, member, index - 1, scene, versions).report;
  return { report: { ...acted, ...(requestId === undefined ? {} : { requestId }), action }, label };
}

function randomOf(seed: number, member: FleetMember, index: number): Random {
  return new Random(seed, member.tenant, member.enforcerId, index);
}

/** Version 4 and its variant, as RFC 9562 marks a random UUID. */
function asUuid(bytes: Buffer): Buffer {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes;
}

function planContext(random: Random): Pick<DecisionReport, 'requestId' | 'traceId' | 'spanId'> {
  const context = { requestId: `req-${random.hex(20)}`, traceId: random.hex(32), spanId: random.hex(16) };
  return random.chance(BARE_SHARE) ? { requestId: context.requestId } : context;
}

function planRules(
  random: Random,
  profile: PolicyProfile,
  outcome: Outcome,
): NonNullable<DecisionReport['rules']> {
  if (outcome === 'ERROR' || outcome === 'UNDEFINED') return [];
  const { id, layer } = random.pick(profile.rules);
  const effect = outcome === 'ALLOW' ? 'allow' : outcome.toLowerCase();
  return [{ id, layer, effect, overridden: random.chance(0.01) }];
}

function planRationale(random: Random, profile: PolicyProfile, outcome: Outcome): string {
  if (outcome === 'ERROR') return 'no decision: the engine failed';
  if (outcome === 'UNDEFINED') return 'no rule gave a result';
  return composeRationale(random, outcome === 'ALLOW' ? profile.allowed : profile.acted);
}

function planErasable(random: Random): Pick<DecisionReport, 'erasable'> {
  if (!random.chance(ERASABLE_SHARE)) return {};
  const subject = `subject-${random.whole(1, 2_000)}`;
  return {
    erasable: {
      subjects: [subject],
      principal: `${subject}@example.com`,
      input: JSON.stringify({ prompt: 'where is my order?', account: subject }),
      output: JSON.stringify({ text: 'it arrives tomorrow' }),
    },
  };
}
