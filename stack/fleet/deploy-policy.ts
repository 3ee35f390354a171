import { createHash } from 'node:crypto';
import type { PolicyStep } from '../../domain/contract/events.ts';
import { formatUuid, uuidFromText } from '../../domain/contract/uuid.ts';
import type { PolicyId } from './policy-catalogue.ts';
import { bundleDigest } from './policy-versions.ts';

/** A version on its way into production. `number` counts the deploys of a run: with the seed it makes the ids. */
export interface Deploy {
  readonly seed: number;
  readonly number: number;
  readonly tenant: string;
  readonly policy: PolicyId;
  readonly version: string;
  readonly reason: string;
}

const STEPS: readonly { readonly step: PolicyStep; readonly who: string; readonly minutesBefore: number }[] =
  [
    { step: 'AUTHORED', who: 'policy-author', minutesBefore: 9 },
    { step: 'APPROVED', who: 'policy-approver', minutesBefore: 6 },
    { step: 'SIGNED', who: 'release-signer', minutesBefore: 4 },
    { step: 'GATE_PASSED', who: 'ci', minutesBefore: 3 },
    { step: 'DEPLOYED', who: 'ci', minutesBefore: 1 },
    { step: 'ACTIVATED', who: 'ci', minutesBefore: 0 },
  ];
const SHARE: Readonly<Partial<Record<PolicyStep, number>>> = { DEPLOYED: 0.1, ACTIVATED: 1 };

/** Bodies for `POST /v1/policy-changes`: every step from authored to activated, the last one at `nowMs`. */
export function deployEvents(deploy: Deploy, nowMs: number): object[] {
  return STEPS.map(({ step, who, minutesBefore }) => ({
    ...changeEvent(deploy, step, nowMs - minutesBefore * 60_000),
    who,
    rollout_share: SHARE[step] ?? null,
    conflicts: step === 'GATE_PASSED' ? 0 : null,
    reverts: null,
  }));
}

/** Bodies of a version that its author activated: nobody else approved it, and it was not signed. */
export function unauthorisedEvents(deploy: Deploy, nowMs: number): object[] {
  const steps = [
    ['AUTHORED', 2_000],
    ['APPROVED', 1_000],
    ['ACTIVATED', 0],
  ] as const;
  return steps.map(([step, msBefore]) => ({
    ...changeEvent(deploy, step, nowMs - msBefore),
    who: 'policy-author',
    rollout_share: SHARE[step] ?? null,
    conflicts: null,
    reverts: null,
  }));
}

/** The body that takes `reverts` out of service again: `deploy.version` is what runs from now on. */
export function rollbackEvent(deploy: Deploy, reverts: string, nowMs: number): object {
  return {
    ...changeEvent(deploy, 'ROLLED_BACK', nowMs),
    who: 'on-call',
    rollout_share: 1,
    conflicts: null,
    reverts,
  };
}

function changeEvent(deploy: Deploy, step: PolicyStep, occurredAtMs: number): object {
  const { seed, number, tenant, policy, version, reason } = deploy;
  const name = `fleet-change/${seed}/${number}/${tenant}/${policy}/${version}/${step}`;
  return {
    change_id: formatUuid(uuidFromText(name)),
    policy: { id: policy, version, bundle_digest: bundleDigest(tenant, policy, version).toString('hex') },
    step,
    region: null,
    reason,
    commit: createHash('sha1').update(`fleet-commit/${tenant}/${policy}/${version}`).digest('hex'),
    compatible_models: ['assistant-large', 'assistant-small', 'classifier'],
    occurred_at: new Date(occurredAtMs).toISOString(),
  };
}
