import { formatUuid, uuidFromText } from '../../domain/contract/uuid.ts';
import { incidentEvent, type PlayedIncident } from './operations-events.ts';
import { POLICY_IDS } from './policy-catalogue.ts';
import type { PolicyVersions } from './policy-versions.ts';
import { Random } from './random.ts';
import type { ScenarioName } from './scenario.ts';

/** Steps of incidents to be reported for one tenant. */
export interface TenantIncidents {
  readonly tenant: string;
  readonly events: readonly object[];
}

interface RunningIncident {
  readonly tenant: string;
  readonly incident: PlayedIncident;
}

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const SMALL = [
  { category: 'missed-violation', summary: 'a rule let through what it should have stopped' },
  { category: 'overblocking', summary: 'ordinary questions were blocked after a deploy' },
  { category: 'context-drift', summary: 'a new kind of request matched no rule' },
];
const NOTHING: readonly TenantIncidents[] = [];

/**
 * The incidents of a fleet: one of yesterday that is over, small ones now and then, and a large one for as long as a
 * scenario goes wrong. Which they are follows from the seed; when they are, from the clock.
 */
export class IncidentPlay {
  readonly #seed: number;
  readonly #tenants: readonly string[];
  readonly #versionsOf: (tenant: string) => PolicyVersions;
  #count = 0;
  #small: RunningIncident | null = null;
  #large: RunningIncident | null = null;

  constructor(seed: number, tenants: readonly string[], versionsOf: (tenant: string) => PolicyVersions) {
    this.#seed = seed;
    this.#tenants = tenants;
    this.#versionsOf = versionsOf;
  }

  /** What is known of yesterday. */
  recallAll(nowMs: number): readonly TenantIncidents[] {
    return this.#tenants.map((tenant) => {
      const startedMs = nowMs - DAY_MS;
      const mitigatedMs = startedMs + 34 * MINUTE_MS;
      const incident = { ...this.#plan(tenant, startedMs), detectedMs: startedMs + 6 * MINUTE_MS };
      const over = { ...incident, mitigatedMs };
      return {
        tenant,
        events: [
          incidentEvent(incident, 'OPENED', incident.detectedMs),
          incidentEvent(over, 'MITIGATED', mitigatedMs),
          incidentEvent(over, 'CLOSED', mitigatedMs + 90 * MINUTE_MS),
        ],
      };
    });
  }

  /** In turn: a small incident is opened, and over. */
  goOn(nowMs: number): readonly TenantIncidents[] {
    if (this.#small !== null) {
      const ended = end(this.#small, nowMs);
      this.#small = null;
      return ended;
    }
    const tenant = this.#tenants[this.#count % Math.max(1, this.#tenants.length)];
    if (tenant === undefined) return NOTHING;
    this.#small = { tenant, incident: this.#plan(tenant, nowMs) };
    return opening(this.#small, nowMs);
  }

  /** The scenario changes: the large incident of the one before is over, and the next may have one of its own. */
  enter(scenario: ScenarioName, nowMs: number): readonly TenantIncidents[] {
    const ended = this.#large === null ? NOTHING : end(this.#large, nowMs);
    this.#large = null;
    const tenant = this.#tenants[0];
    if (tenant === undefined || (scenario !== 'overblocking' && scenario !== 'engine-outage')) return ended;
    const isOutage = scenario === 'engine-outage';
    const version = this.#versionsOf(tenant)['content-safety'];
    const incident: PlayedIncident = {
      ...this.#plan(tenant, nowMs),
      severity: isOutage ? 'SEV1' : 'SEV2',
      category: isOutage ? 'engine-outage' : 'overblocking',
      policy: isOutage ? null : { id: 'content-safety', version },
      confidence: isOutage ? null : 0.9,
      missedViolations: null,
      summary: isOutage ? 'the policy engine does not answer' : 'a new version blocks ordinary questions',
    };
    this.#large = { tenant, incident };
    return [...ended, ...opening(this.#large, nowMs)];
  }

  #plan(tenant: string, startedMs: number): PlayedIncident {
    const number = this.#count++;
    const random = new Random(this.#seed, 'incident', number);
    const kind = random.pick(SMALL);
    const policy = random.pick(POLICY_IDS);
    return {
      ...kind,
      id: formatUuid(uuidFromText(`fleet-incident/${this.#seed}/${number}/${tenant}/${startedMs}`)),
      severity: random.pick(['SEV3', 'SEV4']),
      policy: { id: policy, version: this.#versionsOf(tenant)[policy] },
      confidence: Math.round(random.next() * 100) / 100,
      missedViolations: kind.category === 'missed-violation' ? random.whole(1, 9) : null,
      startedMs,
      detectedMs: startedMs,
      mitigatedMs: null,
    };
  }
}

function opening({ tenant, incident }: RunningIncident, nowMs: number): readonly TenantIncidents[] {
  return [{ tenant, events: [incidentEvent(incident, 'OPENED', nowMs)] }];
}

function end({ tenant, incident }: RunningIncident, nowMs: number): readonly TenantIncidents[] {
  const over = { ...incident, mitigatedMs: nowMs };
  const steps = ['MITIGATED', 'CLOSED'] as const;
  return [{ tenant, events: steps.map((step) => incidentEvent(over, step, nowMs)) }];
}
