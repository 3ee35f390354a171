import { type Deploy, deployEvents, rollbackEvent, unauthorisedEvents } from './deploy-policy.ts';
import { POLICY_IDS, type PolicyId } from './policy-catalogue.ts';
import { firstVersions, nextVersion, type PolicyVersions } from './policy-versions.ts';
import { Random } from './random.ts';
import { TROUBLED_SERVICE } from './roster.ts';
import type { ScenarioName } from './scenario.ts';

/** Policy changes to be reported for one tenant. */
export interface TenantChanges {
  readonly tenant: string;
  readonly events: readonly object[];
}

const REASONS = ['raise coverage of a rule', 'fix a rule that never matched', 'follow a new guideline'];
const NOTHING: TenantChanges[] = [];

/** The policy whose version a scenario is about. */
const CHANGED_BY: Readonly<Partial<Record<ScenarioName, PolicyId>>> = {
  overblocking: 'content-safety',
  'version-mismatch': 'content-safety',
  'unauthorised-change': 'consent',
};

/** Which scenario is played and which policy versions run. Its first tenant is the one that gets strict versions. */
export class FleetWorld {
  readonly #seed: number;
  readonly #tenants: readonly string[];
  readonly #versions: Map<string, PolicyVersions>;
  #scenario: ScenarioName = 'normal';
  #deploys = 0;
  /** The version to go back to when the scenario ends. */
  #versionBefore = '';
  /** Policies that the troubled service still has in a former version. */
  #heldBack: Partial<PolicyVersions> | null = null;

  constructor(seed: number, tenants: readonly string[]) {
    this.#seed = seed;
    this.#tenants = tenants;
    this.#versions = new Map(tenants.map((tenant) => [tenant, firstVersions()]));
  }

  get scenario(): ScenarioName {
    return this.#scenario;
  }

  /** What a tenant's service runs; without a service what all run that did not miss a rollout. */
  versionsOf(tenant: string, service?: string): PolicyVersions {
    const versions = this.#versions.get(tenant) ?? firstVersions();
    const isBehind = this.#heldBack !== null && tenant === this.#tenants[0] && service === TROUBLED_SERVICE;
    return isBehind ? { ...versions, ...this.#heldBack } : versions;
  }

  /** How the versions that run at the start came to be. */
  announceAll(nowMs: number): TenantChanges[] {
    return this.#tenants.map((tenant) => ({
      tenant,
      events: POLICY_IDS.flatMap((policy) =>
        deployEvents(
          this.#deploy(tenant, policy, this.versionsOf(tenant)[policy], 'first version of this fleet'),
          nowMs,
        ),
      ),
    }));
  }

  /**
   * Switches the scenario. Overblocking and an unauthorised change begin with a new version and end with its rollback;
   * a version mismatch begins with a rollout that one service misses, and ends when it has caught up.
   */
  enter(scenario: ScenarioName, nowMs: number): TenantChanges[] {
    const before = this.#scenario;
    const tenant = this.#tenants[0];
    if (tenant === undefined || before === scenario) return NOTHING;
    const ended = this.#leave(before, tenant, nowMs);
    this.#scenario = scenario;
    const policy = CHANGED_BY[scenario];
    if (policy === undefined) return ended;
    const current = this.versionsOf(tenant)[policy];
    this.#versionBefore = current;
    const reason = scenario === 'overblocking' ? 'block more, to be safe' : 'follow a new guideline';
    if (scenario === 'version-mismatch') this.#heldBack = { [policy]: current };
    if (scenario !== 'unauthorised-change')
      return [...ended, ...this.#roll(tenant, policy, nextVersion(current), reason, nowMs)];
    const version = nextVersion(current);
    this.#setVersion(tenant, policy, version);
    const events = unauthorisedEvents(this.#deploy(tenant, policy, version, 'no need to ask'), nowMs);
    return [...ended, { tenant, events }];
  }

  #leave(scenario: ScenarioName, tenant: string, nowMs: number): TenantChanges[] {
    this.#heldBack = null;
    const policy = CHANGED_BY[scenario];
    if (policy === undefined || scenario === 'version-mismatch') return NOTHING;
    const current = this.versionsOf(tenant)[policy];
    this.#setVersion(tenant, policy, this.#versionBefore);
    const reason = scenario === 'overblocking' ? 'blocks too much' : 'nobody approved it';
    const back = this.#deploy(tenant, policy, this.#versionBefore, reason);
    return [{ tenant, events: [rollbackEvent(back, current, nowMs)] }];
  }

  /** A deploy as there is one now and then, of any tenant and policy; it changes nothing about the outcomes. */
  deployRoutinely(nowMs: number): TenantChanges[] {
    const random = new Random(this.#seed, 'deploy', this.#deploys);
    const tenant = random.pick(this.#tenants);
    const policy = random.pick(POLICY_IDS);
    // What a scenario changed stays until it ends.
    if (CHANGED_BY[this.#scenario] === policy) {
      this.#deploys++;
      return NOTHING;
    }
    const version = nextVersion(this.versionsOf(tenant)[policy]);
    return this.#roll(tenant, policy, version, random.pick(REASONS), nowMs);
  }

  #roll(tenant: string, policy: PolicyId, version: string, reason: string, nowMs: number): TenantChanges[] {
    this.#setVersion(tenant, policy, version);
    return [{ tenant, events: deployEvents(this.#deploy(tenant, policy, version, reason), nowMs) }];
  }

  #setVersion(tenant: string, policy: PolicyId, version: string): void {
    this.#versions.set(tenant, { ...this.versionsOf(tenant), [policy]: version });
  }

  #deploy(tenant: string, policy: PolicyId, version: string, reason: string): Deploy {
    return { seed: this.#seed, number: this.#deploys++, tenant, policy, version, reason };
  }
}
