import { type Deploy, deployEvents, rollbackEvent } from './deploy-policy.ts';
import { POLICY_IDS, type PolicyId } from './policy-catalogue.ts';
import { firstVersions, nextVersion, type PolicyVersions } from './policy-versions.ts';
import { Random } from './random.ts';
import type { ScenarioName } from './scenario.ts';

/** Policy changes to be reported for one tenant. */
export interface TenantChanges {
  readonly tenant: string;
  readonly events: readonly object[];
}

const REASONS = ['raise coverage of a rule', 'fix a rule that never matched', 'follow a new guideline'];
const NOTHING: TenantChanges[] = [];

/** Which scenario is played and which policy versions run. Its first tenant is the one that gets strict versions. */
export class FleetWorld {
  readonly #seed: number;
  readonly #tenants: readonly string[];
  readonly #versions: Map<string, PolicyVersions>;
  #scenario: ScenarioName = 'normal';
  #deploys = 0;
  #versionBeforeStrict = '';

  constructor(seed: number, tenants: readonly string[]) {
    this.#seed = seed;
    this.#tenants = tenants;
    this.#versions = new Map(tenants.map((tenant) => [tenant, firstVersions()]));
  }

  get scenario(): ScenarioName {
    return this.#scenario;
  }

  versionsOf(tenant: string): PolicyVersions {
    return this.#versions.get(tenant) ?? firstVersions();
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

  /** Switches the scenario; overblocking begins with a deploy and ends with its rollback. */
  enter(scenario: ScenarioName, nowMs: number): TenantChanges[] {
    const before = this.#scenario;
    this.#scenario = scenario;
    const tenant = this.#tenants[0];
    if (tenant === undefined || before === scenario) return NOTHING;
    const current = this.versionsOf(tenant)['content-safety'];
    if (scenario === 'overblocking') {
      this.#versionBeforeStrict = current;
      return this.#roll(tenant, 'content-safety', nextVersion(current), 'block more, to be safe', nowMs);
    }
    if (before !== 'overblocking') return NOTHING;
    this.#setVersion(tenant, 'content-safety', this.#versionBeforeStrict);
    const back = this.#deploy(tenant, 'content-safety', this.#versionBeforeStrict, 'blocks too much');
    return [{ tenant, events: [rollbackEvent(back, current, nowMs)] }];
  }

  /** A deploy as there is one now and then, of any tenant and policy; it changes nothing about the outcomes. */
  deployRoutinely(nowMs: number): TenantChanges[] {
    const random = new Random(this.#seed, 'deploy', this.#deploys);
    const tenant = random.pick(this.#tenants);
    const policy = random.pick(POLICY_IDS);
    // The strict version stays until it is rolled back.
    if (this.#scenario === 'overblocking' && policy === 'content-safety') {
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
