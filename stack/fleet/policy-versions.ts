import { createHash } from 'node:crypto';
import { POLICIES, POLICY_IDS, type PolicyId } from './policy-catalogue.ts';

/** Which version of each policy a tenant runs. */
export type PolicyVersions = Readonly<Record<PolicyId, string>>;

/** The versions that run before the fleet deploys anything. */
export function firstVersions(): PolicyVersions {
  return Object.fromEntries(POLICY_IDS.map((id) => [id, firstVersion(id)])) as PolicyVersions;
}

function firstVersion(policy: PolicyId): string {
  const { major, minor } = POLICIES[policy].version;
  return `${major}.${minor}.0`;
}

/** The version after this one: the second number raised. */
export function nextVersion(version: string): string {
  const [major = '0', minor = '0'] = version.split('.');
  return `${major}.${Number(minor) + 1}.0`;
}

/** SHA-256 that stands for the bundle of a version. */
export function bundleDigest(tenant: string, policy: PolicyId, version: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(['fleet-bundle', tenant, policy, version]))
    .digest();
}
