import { isBypassed, sharesRequest } from './act-out.ts';
import { DueSchedule } from './due-schedule.ts';
import { FleetWorld, type TenantChanges } from './fleet-world.ts';
import { ingressTally, labelEvent } from './gateway-events.ts';
import { type FleetTokens, type Outboxes, openOutboxes } from './gateway-routes.ts';
import { IncidentPlay, type TenantIncidents } from './incident-play.ts';
import { IngressCounter } from './ingress-counter.ts';
import { type FleetCounts, FleetLedger } from './ledger.ts';
import { maintenanceEvent } from './operations-events.ts';
import { planDecision } from './plan-decision.ts';
import type { PlannedLabel } from './plan-label.ts';
import { type PlannedOutcome, planOutcomes } from './plan-outcomes.ts';
import type { PlannedReport } from './planned-report.ts';
import { type Connect, opaPlayer, type Player, sdkPlayer } from './players.ts';
import { Random } from './random.ts';
import { type FleetMember, fleetRoster } from './roster.ts';
import type { ScenarioName } from './scenario.ts';

export interface FleetOptions {
  readonly brokers: readonly string[];
  readonly gatewayUrl: string;
  readonly tenants: readonly ({ readonly id: string } & FleetTokens)[];
  readonly seed: number;
  /** Decisions per second over the whole fleet. */
  readonly rate: number;
  readonly timescale: number;
  readonly scenario: ScenarioName;
  readonly connect: Connect;
  /** Told of every attempt that failed: on which route, and the error or its code. Never gets a payload. */
  readonly onFailure: (route: string, cause: unknown) => void;
}

export interface FleetStats extends FleetCounts {
  readonly scenario: ScenarioName;
  /** Every send has ended, one way or the other. */
  readonly settled: boolean;
  readonly enforcers: readonly {
    readonly tenant: string;
    readonly id: string;
    readonly service: string;
    readonly route: 'sdk' | 'opa';
    readonly connected: boolean;
    readonly decisions: number;
  }[];
}

export interface Fleet {
  stats(): FleetStats;
  enter(scenario: ScenarioName): void;
  /** Makes no more events, sends what waits, and gives the last counts; may be called again. */
  stopPlaying(timeoutMs: number): Promise<FleetStats>;
}

const TICK_MS = 100;
const TALLY_MS = 10_000;
const MIN_TALLY_MS = 1_000;
const DEPLOY_MS = 180_000;
/** Longer than any window in which a deploy that is not known everywhere yet could look like a mismatch. */
const MIN_DEPLOY_MS = 30_000;
const MIN_LABEL_DELAY_MS = 500;
const MAX_LABELS = 5_000;
const MAX_OUTCOMES = 5_000;
const INCIDENT_MS = 600_000;
const MIN_INCIDENT_MS = 30_000;
const HOUR_MS = 3_600_000;
/** Most that one enforcer makes up for in one tick, after the machine stood still. */
const MAX_PER_TICK = 500;

/** One enforcer at work, with the ingress in front of its service. */
interface Post {
  readonly player: Player;
  readonly ingress: IngressCounter;
  index: number;
  /** Decisions that it made; those that are bypassed have an index too. */
  decided: number;
  /** Index of its first decision in the scenario that is played. */
  sceneStart: number;
  credit: number;
}

/** A label that somebody will give when the time has come. */
interface DueLabel {
  readonly dueMs: number;
  readonly tenant: string;
  readonly enforcerId: string;
  readonly decisionId: string;
  readonly label: PlannedLabel;
}

interface DueOutcome {
  readonly dueMs: number;
  readonly player: Player;
  readonly outcome: PlannedOutcome['report'];
}

/** Starts the fleet at once; whoever cannot be reached yet is tried again in the background. */
export function startFleet(options: FleetOptions): Fleet {
  return new PlayingFleet(options);
}

class PlayingFleet implements Fleet {
  readonly #options: FleetOptions;
  readonly #ledger = new FleetLedger();
  readonly #world: FleetWorld;
  readonly #outboxes: ReadonlyMap<string, Outboxes>;
  readonly #posts: readonly Post[];
  readonly #incidents: IncidentPlay;
  /** While it is full, nobody looks at new decisions. */
  readonly #labels = new DueSchedule<DueLabel>(MAX_LABELS);
  readonly #outcomes = new DueSchedule<DueOutcome>(MAX_OUTCOMES);
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #startedAtMs = Date.now();
  #nowMs = this.#startedAtMs;
  #stopping: Promise<void> | null = null;
  #settled = false;

  constructor(options: FleetOptions) {
    this.#options = options;
    const tenants = options.tenants.map(({ id }) => id);
    this.#world = new FleetWorld(options.seed, tenants);
    this.#incidents = new IncidentPlay(options.seed, tenants, (tenant) => this.#world.versionsOf(tenant));
    const { gatewayUrl, timescale } = options;
    const onFailure = (route: string, cause: string) => this.#failed(route, cause);
    const routes = { gatewayUrl, timescale, ledger: this.#ledger, onFailure };
    this.#outboxes = new Map(options.tenants.map((tenant) => [tenant.id, openOutboxes(tenant, routes)]));
    this.#posts = fleetRoster(tenants).map((member) => this.#man(member));
    this.#report(this.#world.announceAll(this.#nowMs));
    this.#tell(this.#incidents.recallAll(this.#nowMs));
    for (const tenant of tenants) this.#declareMaintenance(tenant, this.#nowMs - 30 * HOUR_MS);
    this.enter(options.scenario);
    const deployMs = Math.max(MIN_DEPLOY_MS, DEPLOY_MS / options.timescale);
    const incidentMs = Math.max(MIN_INCIDENT_MS, INCIDENT_MS / options.timescale);
    this.#timers = [
      setInterval(() => this.#tick(), TICK_MS),
      setInterval(() => this.#report(this.#world.deployRoutinely(this.#now())), deployMs),
      setInterval(() => this.#tell(this.#incidents.goOn(this.#now())), incidentMs),
    ];
  }

  stats(): FleetStats {
    const counts = this.#ledger.counts();
    const dropped = this.#posts.reduce((sum, { player }) => sum + player.dropped(), counts.dropped);
    const enforcers = this.#posts.map(({ player, decided }) => {
      const { tenant, enforcerId, service, route } = player.member;
      return { tenant, id: enforcerId, service, route, connected: player.isReady(), decisions: decided };
    });
    return { ...counts, dropped, scenario: this.#world.scenario, settled: this.#settled, enforcers };
  }

  enter(scenario: ScenarioName): void {
    if (this.#stopping !== null || scenario === this.#world.scenario) return;
    this.#report(this.#world.enter(scenario, this.#now()));
    this.#tell(this.#incidents.enter(scenario, this.#now()));
    for (const post of this.#posts) post.sceneStart = post.index;
  }

  async stopPlaying(timeoutMs: number): Promise<FleetStats> {
    this.#stopping ??= this.#stop(timeoutMs);
    let deadline: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      deadline = setTimeout(resolve, timeoutMs);
    });
    await Promise.race([this.#stopping, late]);
    clearTimeout(deadline);
    return this.stats();
  }

  async #stop(timeoutMs: number): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const nowMs = this.#now();
    this.#sendTallies(nowMs);
    for (const post of this.#posts) this.#tally(post, [post.ingress.takeRest(nowMs)]);
    this.#sendLabels(Number.POSITIVE_INFINITY);
    this.#sendOutcomes(Number.POSITIVE_INFINITY);
    const outboxes = [...this.#outboxes.values()]
      .flatMap((each) => Object.values(each))
      .filter((outbox) => outbox !== null);
    const closing = [...this.#posts.map(({ player }) => player), ...outboxes];
    const results = await Promise.allSettled(closing.map((each) => each.close(timeoutMs * 0.8)));
    for (const result of results) if (result.status === 'rejected') this.#failed('close', result.reason);
    this.#settled = true;
  }

  #tick(): void {
    const before = this.#nowMs;
    const nowMs = this.#now();
    this.#sendTallies(nowMs);
    for (const post of this.#posts) {
      if (!post.player.isReady()) continue;
      const { weight } = post.player.member;
      post.credit += (this.#options.rate * weight * (nowMs - before)) / 1_000;
      post.credit = Math.min(post.credit, MAX_PER_TICK);
      for (; post.credit >= 1; post.credit--) this.#decide(post, nowMs);
    }
    this.#sendLabels(nowMs);
    this.#sendOutcomes(nowMs);
  }

  #decide(post: Post, nowMs: number): void {
    const { member } = post.player;
    const index = post.index++;
    const scene = { scenario: this.#world.scenario, decisionsSince: index - post.sceneStart };
    // It came in and was let through: all that anybody knows of it is that it was counted.
    if (isBypassed(this.#options.seed, member, index, scene)) {
      post.ingress.count();
      return;
    }
    const versions = this.#world.versionsOf(member.tenant, member.service);
    const { report, label } = planDecision(this.#options.seed, member, index, scene, versions);
    post.player.play(report, nowMs);
    post.decided++;
    // A shadow decision is about no request of its own, nor is the second one about the same; probes come from inside.
    const isCounted = report.mode === 'ENFORCE' && report.probe === undefined;
    if (isCounted && !sharesRequest(member, index, scene)) post.ingress.count();
    this.#awaitOutcomes(post.player, report, index, nowMs);
    if (label === null) return;
    const dueMs = nowMs + Math.max(MIN_LABEL_DELAY_MS, label.delayMs / this.#options.timescale);
    const { tenant, enforcerId } = member;
    this.#labels.add({ dueMs, tenant, enforcerId, decisionId: report.decisionId, label });
  }

  #awaitOutcomes(player: Player, report: PlannedReport, index: number, nowMs: number): void {
    const { tenant, enforcerId } = player.member;
    const random = new Random(this.#options.seed, 'outcomes', tenant, enforcerId, index);
    for (const { delayMs, report: outcome } of planOutcomes(random, report))
      this.#outcomes.add({ dueMs: nowMs + delayMs / this.#options.timescale, player, outcome });
  }

  #sendOutcomes(untilMs: number): void {
    for (const { player, outcome } of this.#outcomes.takeDue(untilMs)) player.settle(outcome, this.#nowMs);
  }

  #sendTallies(nowMs: number): void {
    for (const post of this.#posts) this.#tally(post, post.ingress.takeClosed(nowMs));
  }

  #tally({ player: { member } }: Post, intervals: ReturnType<IngressCounter['takeClosed']>): void {
    const versions = this.#world.versionsOf(member.tenant, member.service);
    const tallies = intervals.map((each) => ingressTally(member, each, this.#startedAtMs, versions));
    this.#outboxes.get(member.tenant)?.tallies.push(...tallies);
  }

  #sendLabels(untilMs: number): void {
    for (const { tenant, label, enforcerId, decisionId } of this.#labels.takeDue(untilMs)) {
      this.#outboxes.get(tenant)?.labels.push(labelEvent(label, enforcerId, decisionId, this.#nowMs));
    }
  }

  #report(changes: readonly TenantChanges[]): void {
    for (const { tenant, events } of changes) this.#outboxes.get(tenant)?.['policy-changes'].push(...events);
  }

  #tell(incidents: readonly TenantIncidents[]): void {
    for (const { tenant, events } of incidents) this.#outboxes.get(tenant)?.incidents.push(...events);
  }

  #declareMaintenance(tenant: string, fromMs: number): void {
    const service = this.#posts.find(({ player }) => player.member.tenant === tenant)?.player.member.service;
    if (service === undefined) return;
    const event = maintenanceEvent(service, fromMs, fromMs + HOUR_MS / 2, fromMs - HOUR_MS);
    this.#outboxes.get(tenant)?.['slo-adjustments']?.push(event);
  }

  #man(member: FleetMember): Post {
    const { brokers, connect, seed, timescale } = this.#options;
    const tallyIntervalMs = Math.max(MIN_TALLY_MS, Math.round(TALLY_MS / timescale));
    const ledger = this.#ledger;
    const onFailure = (error: unknown) => this.#failed('sdk', error);
    const outbox = this.#outboxes.get(member.tenant)?.opa;
    const player =
      member.route === 'opa' && outbox !== undefined
        ? opaPlayer(member, outbox)
        : sdkPlayer(member, { brokers, connect, seed, tallyIntervalMs, ledger, onFailure });
    return {
      player,
      ingress: new IngressCounter(tallyIntervalMs, this.#nowMs),
      index: 0,
      decided: 0,
      sceneStart: 0,
      credit: 0,
    };
  }

  #failed(route: string, cause: unknown): void {
    this.#ledger.failed();
    this.#options.onFailure(route, cause);
  }

  /** Milliseconds since 1970, never going back: an interval that is closed stays closed. */
  #now(): number {
    this.#nowMs = Math.max(this.#nowMs, Date.now());
    return this.#nowMs;
  }
}
