import type { PlannedReport } from './planned-report.ts';
import { Random } from './random.ts';
import type { FleetMember } from './roster.ts';
import type { Scene } from './scenario.ts';

/** Of a slow engine's uncached answers so many take long: beyond the objective, and not so long as to time out. */
const SLOW_SHARE = 0.6;
const SLOW_MEDIAN_US = 120_000;
/** While a service is bypassed, so many of its requests reach no policy. */
const BYPASSED_SHARE = 0.5;
/** Share of rationales that quote what only the newest rules of redaction know. */
const LEAKING_SHARE = 0.03;
/** Share of decisions that answer a probe, and of probes that go unseen in `underdetection`. */
const PROBE_SHARE = 0.03;
const MISSED_PROBE_SHARE = 0.7;

/**
 * The number on a member of staff's badge, which rules of redaction know only where somebody adds it to them: what is
 * recorded under older rules is then a leak.
 */
export const BADGE_PATTERN = 'STF-[0-9]{3}-[0-9]{3}-[0-9]{3}';

/** Whether a request passes its service without meeting a policy: its ingress counts it, and nobody decides. */
export function isBypassed(seed: number, member: FleetMember, index: number, scene: Scene): boolean {
  if (scene.scenario !== 'silent-bypass' || !member.afflictions.troubledService) return false;
  return randomOf(seed, member, index, 'bypass').chance(BYPASSED_SHARE);
}

/**
 * Whether this decision and the one before it are two policies' answers about one request. Policies of one tenant are
 * asked in pairs while they conflict; as their answers are drawn apart, some pairs allow and deny the same.
 */
export function sharesRequest(member: FleetMember, index: number, scene: Scene): boolean {
  if (scene.scenario !== 'policy-conflict' || member.route !== 'sdk') return false;
  return member.afflictions.troubledTenant && index % 2 === 1;
}

/** A planned decision as the scene changes it. Draws from a stream of its own: the others stay what they were. */
export function actOut(
  seed: number,
  member: FleetMember,
  index: number,
  scene: Scene,
  planned: PlannedReport,
): PlannedReport {
  const random = randomOf(seed, member, index, 'scene');
  const { troubledService, troubledTenant } = member.afflictions;
  if (isProbe(random, member, planned))
    return answerProbe(random, planned, scene.scenario === 'underdetection' && troubledTenant);
  if (scene.scenario === 'slow-evaluation' && troubledService && !planned.cached && random.chance(SLOW_SHARE))
    return { ...planned, latencyUs: Math.round(random.lognormal(SLOW_MEDIAN_US, 0.3)) };
  if (scene.scenario === 'leak' && troubledService && random.chance(LEAKING_SHARE)) {
    const badge = ['STF', ...[1, 2, 3].map(() => random.whole(100, 999))].join('-');
    return { ...planned, rationale: `${planned.rationale}; waived by badge ${badge}` };
  }
  if (scene.scenario === 'unauthorised-change' && troubledTenant && planned.policy.id === 'consent')
    return { ...planned, policy: { ...planned.policy, signed: false } };
  return planned;
}

function isProbe(random: Random, member: FleetMember, planned: PlannedReport): boolean {
  const isSafe = planned.policy.id === 'content-safety' && planned.mode === 'ENFORCE';
  return member.route === 'sdk' && random.chance(PROBE_SHARE) && isSafe && planned.outcome !== 'ERROR';
}

/** A request that breaks a rule on purpose, to see whether it is denied. */
function answerProbe(random: Random, planned: PlannedReport, isUnseeing: boolean): PlannedReport {
  const outcome = isUnseeing && random.chance(MISSED_PROBE_SHARE) ? 'ALLOW' : 'DENY';
  return {
    ...planned,
    requestId: `probe-${random.hex(20)}`,
    risk: 'HIGH',
    probe: { id: `violation-${random.whole(1, 20)}`, expected: 'DENY' },
    outcome,
    rawOutcome: outcome.toLowerCase(),
    fallback: 'NONE',
    applied: 'APPLIED',
    rules: [{ id: 'no-weapons', layer: 'global', effect: outcome.toLowerCase() }],
  };
}

function randomOf(seed: number, member: FleetMember, index: number, purpose: string): Random {
  return new Random(seed, purpose, member.tenant, member.enforcerId, index);
}
