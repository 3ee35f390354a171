import type { Outcome } from '../../domain/contract/events.ts';
import { POLICIES, type PolicyId } from './policy-catalogue.ts';

export const SCENARIOS = [
  'normal',
  'overblocking',
  'engine-outage',
  'drift',
  'slow-evaluation',
  'policy-conflict',
  'silent-bypass',
  'leak',
  'underdetection',
  'version-mismatch',
  'unauthorised-change',
] as const;
export type ScenarioName = (typeof SCENARIOS)[number];

export type OutcomeMix = Readonly<Record<Outcome, number>>;

/** What is acted out when a decision is made. */
export interface Scene {
  readonly scenario: ScenarioName;
  /** How many decisions the enforcer has made since the scenario began. */
  readonly decisionsSince: number;
}

/** In `drift` the mix has moved all the way after so many decisions of an enforcer. */
const DRIFT_DECISIONS = 1_000;
const DRIFT_TARGET: Partial<OutcomeMix> = { ALLOW: -0.3, WARN: 0.18, UNDEFINED: 0.12 };
/** Share of would-be allowed requests that the strict version of content-safety denies. */
const OVERBLOCKED_SHARE = 0.4;
/** While the engine is out, this share of evaluations finds no engine. */
const OUTAGE_ERROR_SHARE = 0.9;

/** Whether a name is that of a scenario. */
export function isScenario(name: string): name is ScenarioName {
  return (SCENARIOS as readonly string[]).includes(name);
}

/** What a scenario does to one enforcer: most hit one service or its tenant, drift hits all. */
export interface Afflictions {
  /** Of the tenant whose policies go wrong: too strict, in conflict, blind to violations, changed by nobody knows whom. */
  readonly troubledTenant: boolean;
  /** The service whose engine fails or is slow, which is bypassed, leaks, or misses a rollout. */
  readonly troubledService: boolean;
}

/** The shares (sum 1) of outcomes of a policy's decisions in a scene. */
export function outcomeMix(policy: PolicyId, scene: Scene, afflictions: Afflictions): OutcomeMix {
  const usual = POLICIES[policy].mix;
  if (isOverblocking(policy, scene, afflictions)) {
    const moved = usual.ALLOW * OVERBLOCKED_SHARE;
    return { ...usual, ALLOW: usual.ALLOW - moved, DENY: usual.DENY + moved };
  }
  if (scene.scenario === 'engine-outage' && afflictions.troubledService) {
    const left = 1 - OUTAGE_ERROR_SHARE;
    const rest = Object.entries(usual).map(([outcome, share]) => [outcome, share * left]);
    const mix = Object.fromEntries(rest) as OutcomeMix;
    return { ...mix, ERROR: mix.ERROR + OUTAGE_ERROR_SHARE };
  }
  if (scene.scenario === 'drift') {
    const progress = Math.min(1, scene.decisionsSince / DRIFT_DECISIONS);
    const moved = Object.entries(usual).map(([outcome, share]) => [
      outcome,
      share + progress * (DRIFT_TARGET[outcome as Outcome] ?? 0),
    ]);
    return Object.fromEntries(moved) as OutcomeMix;
  }
  return usual;
}

/** Whether this policy runs the version that denies too much. */
export function isOverblocking(policy: PolicyId, scene: Scene, afflictions: Afflictions): boolean {
  return scene.scenario === 'overblocking' && afflictions.troubledTenant && policy === 'content-safety';
}
