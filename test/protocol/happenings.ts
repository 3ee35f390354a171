import type { PartitionResult } from '../../domain/recording/protocol/partition-states.ts';
import * as drive from './drive-owner.ts';
import { FRESH_OWNER, type Seat, type Statement, type World, type WorldRules } from './world.ts';

/** One thing that can happen next, and the world after it. `next` throws Violation if it must not come to that. */
export interface Happening {
  readonly label: string;
  readonly next: () => World;
}

/** Everything that can happen next: to owners, in the group, in the store, and the passing of time. */
export function happenings(world: World, rules: WorldRules): Happening[] {
  return [
    ...world.owners.flatMap((_, index) => [
      ...groupSide(world, index, rules),
      ...driverSide(world, index, rules),
      ...crash(world, index),
    ]),
    ...world.statements.flatMap((statement, index) => inStore(world, statement, index, rules)),
    ...rebalances(world, rules),
    { label: 'the clock moves on', next: () => tick(world) },
  ];
}

// ── A process and its group ──────────────────────────────────────────────────────────────────────────────────────

/**
 * A heartbeat’s answer may arrive any time after the coordinator gave it. Of all that can be on their way, the model
 * lets the youngest arrive: a longer lease allows whatever a shorter one does.
 */
function groupSide(world: World, index: number, rules: WorldRules): Happening[] {
  const { seat, losing } = drive.ownerAt(world, index);
  const found: Happening[] = [];
  if (losing !== null)
    found.push({
      label: `${index} sees that the partition was taken away`,
      next: () => {
        const seen = { ...drive.ownerAt(world, index), losing: null, seat: null };
        return drive.tell(drive.replaceOwner(world, index, seen), index, { name: 'revoked' }, rules);
      },
    });
  if (seat !== null)
    found.push({
      label: `${index} gets a heartbeat’s answer`,
      next: () => hearBeat(world, index, seat, rules),
    });
  // kafkajs may send one with the new generation while it still waits for its assignment. With the guard on, the
  // driver and the machine both pass it by.
  if (losing !== null && !rules.guards.leaseOfGeneration)
    found.push({
      label: `${index} gets the answer to a heartbeat of a generation that it does not know yet`,
      next: () => hearBeat(world, index, losing, rules),
    });
  return found;
}

/** The first heartbeat of an assignment names its generation: only then the machine hears of it. */
function hearBeat(world: World, index: number, heard: Seat, rules: WorldRules): World {
  const owner = drive.ownerAt(world, index);
  const tenure = { memberId: String(heard.member), generation: heard.generation };
  const confirms = heard === owner.seat && !heard.confirmed;
  let next = world;
  if (confirms) {
    next = drive.replaceOwner(world, index, { ...owner, seat: { ...heard, confirmed: true } });
    next = drive.tell(next, index, { name: 'assigned', tenure }, rules);
  }
  const from = rules.guards.leaseFromSending ? heard.lastAt : 0;
  const leaseUntilMs = from + rules.leaseTicks;
  return drive.tell(next, index, { name: 'heartbeat', tenure, leaseUntilMs }, rules);
}

/** Any of the live processes take part; who does not is out. Evictions and new members are cases of it. */
function rebalances(world: World, rules: WorldRules): Happening[] {
  const found: Happening[] = [];
  for (let present = 1; present < 1 << rules.owners; present++) {
    for (let chosen = 0; chosen < rules.owners; chosen++) {
      if ((present & (1 << chosen)) === 0) continue;
      const generations = rules.forgetsGroups
        ? [world.generation + 1, world.generation]
        : [world.generation + 1];
      for (const generation of generations) {
        const forgotten = generation === world.generation;
        found.push({
          label: `${forgotten ? 'forgotten group' : 'rebalance'}: ${presentNames(present)} take part, ${chosen} gets it`,
          next: () => rebalance(world, { present, chosen, generation, forgotten }, rules),
        });
      }
    }
  }
  return found;
}

function presentNames(present: number): string {
  return [0, 1, 2].filter((index) => (present & (1 << index)) !== 0).join(' and ');
}

function rebalance(
  world: World,
  {
    present,
    chosen,
    generation,
    forgotten,
  }: { present: number; chosen: number; generation: number; forgotten: boolean },
  rules: WorldRules,
): World {
  const members = world.members.map((member, index) => {
    if ((present & (1 << index)) === 0) return -1;
    if (!rules.forgetsGroups) return 0;
    return member === -1 || forgotten ? freshMember(world, index) : member;
  });
  const owners = world.owners.map((owner, index) => {
    const member = members[index] ?? -1;
    if (member === -1) return owner;
    const seat = { generation, member, lastAt: 0, confirmed: false };
    return index === chosen ? { ...owner, seat, losing: null } : { ...owner, losing: seat };
  });
  return { ...world, generation, members, owners };
}

/** An id that this owner has nowhere in use. */
function freshMember(world: World, index: number): number {
  const { machine, seat, losing } = drive.ownerAt(world, index);
  const used = [world.members[index], seat?.member, losing?.member, Number(machine.tenure?.memberId)];
  return Math.max(-1, ...used.filter((id): id is number => id !== undefined && !Number.isNaN(id))) + 1;
}

// ── A process and its driver ─────────────────────────────────────────────────────────────────────────────────────

function driverSide(world: World, index: number, rules: WorldRules): Happening[] {
  const owner = drive.ownerAt(world, index);
  const { doing, stale } = owner;
  const found: Happening[] = [];
  if (stale !== null) {
    found.push({
      label: `${index} has judged a batch of an earlier epoch`,
      next: () => {
        const epoch = owner.machine.epoch - 1;
        const result = { name: 'judged', steps: drive.stepsOf(stale), epoch } as const;
        // Where nobody checks the epoch, the driver would go on with this batch.
        const batch = rules.guards.sameEpoch ? owner.batch : stale;
        return drive.tell(
          drive.replaceOwner(world, index, { ...owner, stale: null, batch }),
          index,
          result,
          rules,
        );
      },
    });
  }
  if (doing === null) return found;
  if (doing.result !== null) {
    found.push({ label: `${index} hears: ${doing.result.name}`, next: () => hear(world, index, rules) });
    return found;
  }
  return [...found, ...work(world, index, rules)];
}

function hear(world: World, index: number, rules: WorldRules): World {
  const owner = drive.ownerAt(world, index);
  const { doing } = owner;
  if (doing === null || doing.result === null) return world;
  const memory = doing.memory ?? owner.memory;
  return drive.tell(
    drive.replaceOwner(world, index, { ...owner, doing: null, memory }),
    index,
    doing.result,
    rules,
  );
}

/** The store’s side of what an owner asks for. What it reads may reach the owner much later. */
function work(world: World, index: number, rules: WorldRules): Happening[] {
  const owner = drive.ownerAt(world, index);
  const { effect } = owner.doing ?? {};
  switch (effect?.name) {
    case 'read-clock':
      // Any earlier reading would only be asked for again.
      if (effect.notBeforeMs !== null && effect.notBeforeMs >= 0) return [];
      return [atOnce(world, index, 'the clock is read', { name: 'clock', serverMs: 0 }, rules)];
    case 'read-statements':
      if (world.statements.some((statement) => statement.running)) return [];
      return [atOnce(world, index, 'no statement runs', { name: 'statements', running: false }, rules)];
    case 'read-back': {
      const memory = drive.readBack(world, rules);
      const known = drive.replaceOwner(world, index, { ...owner, memory });
      return [atOnce(known, index, 'what is stored is read', { name: 'was-read-back' }, rules)];
    }
    case 'read-absent': {
      if (owner.batch === null) return [];
      const rows = owner.batch.rows[effect.step];
      const left = rows & ~world.stored[effect.step];
      const batch = { ...owner.batch, found: owner.batch.found | (rows & ~left) };
      return [
        answer(world, index, 'what is absent is read', { name: 'absent', anyLeft: left !== 0 }, { batch }),
      ];
    }
    case 'judge-next':
      return judgeNext(world, index, rules);
    case 'save-progress': {
      const label = `${index} saves progress`;
      const saved = () => tellResult(drive.saveProgress(world, index), index, { name: 'saved' }, rules);
      const putOff = () => tellResult(drive.moveOn(world, index), index, { name: 'put-off' }, rules);
      const isLast = (owner.batch?.end ?? 0) >= rules.log.length;
      return [
        { label, next: saved },
        ...(isLast ? [] : [{ label: `${index} puts progress off`, next: putOff }]),
      ];
    }
    case 'insert':
      return [
        {
          label: `${index} gives up waiting for an answer`,
          next: () => tellResult(drive.detach(world, index), index, { name: 'unanswered' }, rules),
        },
      ];
    default:
      return [];
  }
}

function judgeNext(world: World, index: number, rules: WorldRules): Happening[] {
  const owner = drive.ownerAt(world, index);
  const { memory } = owner;
  if (memory === null) return [];
  const most = Math.min(rules.maxBatch, rules.log.length - memory.next);
  return Array.from({ length: most }, (_, less) => ({
    label: `${index} judges ${less + 1} from ${memory.next}`,
    next: () => {
      const batch = drive.judge(memory, less + 1, rules);
      const judged = drive.replaceOwner(world, index, { ...owner, batch });
      return tellResult(judged, index, { name: 'judged', steps: drive.stepsOf(batch) }, rules);
    },
  }));
}

/**
 * A reading that is heard in the same step. Hearing it later would make no difference: all that it does is ask for the
 * next reading, and group and clock treat the phases before and after alike.
 */
function atOnce(
  world: World,
  index: number,
  label: string,
  outcome: drive.Outcome,
  rules: WorldRules,
): Happening {
  return { label: `${index}: ${label}`, next: () => tellResult(world, index, outcome, rules) };
}

function tellResult(world: World, index: number, outcome: drive.Outcome, rules: WorldRules): World {
  const owner = drive.ownerAt(world, index);
  const result = { ...outcome, epoch: owner.machine.epoch } as PartitionResult;
  return drive.tell(drive.replaceOwner(world, index, { ...owner, doing: null }), index, result, rules);
}

function answer(
  world: World,
  index: number,
  label: string,
  outcome: drive.Outcome,
  also: Partial<Pick<import('./world.ts').Owner, 'batch' | 'memory'>> = {},
): Happening {
  const owner = drive.ownerAt(world, index);
  const result = { ...outcome, epoch: owner.machine.epoch } as PartitionResult;
  return {
    label: `${index}: ${label}`,
    next: () =>
      drive.replaceOwner(world, index, {
        ...owner,
        batch: also.batch ?? owner.batch,
        doing: owner.doing === null ? null : { ...owner.doing, result, memory: also.memory ?? null },
      }),
  };
}

/** SIGKILL and a new start: all is forgotten, but what was sent is on its way. */
function crash(world: World, index: number): Happening[] {
  if (drive.ownerAt(world, index) === FRESH_OWNER) return [];
  return [
    {
      label: `${index} crashes and starts again`,
      next: () => {
        const members = world.members.map((member, at) => (at === index ? -1 : member));
        return drive.replaceOwner({ ...drive.detach(world, index), members }, index, FRESH_OWNER);
      },
    },
  ];
}

// ── In the store ─────────────────────────────────────────────────────────────────────────────────────────────────

function inStore(world: World, statement: Statement, at: number, rules: WorldRules): Happening[] {
  const { step, rows, deadline, running } = statement;
  if (!running) {
    if (deadline !== null && deadline < 0)
      return [over('the store refuses an insert', world, at, 'refused', rules)];
    const started = { ...statement, running: true };
    const statements = world.statements.map((other, index) => (index === at ? started : other));
    return [{ label: 'the store starts an insert', next: () => ({ ...world, statements }) }];
  }
  const found = [
    over('an insert fails, or dies with the engine', world, at, 'refused', rules),
    over('an insert is stored', world, at, 'stored', rules, rows),
  ];
  if (!rules.partialInserts) return found;
  for (let part = (rows - 1) & rows; part > 0; part = (part - 1) & rows) {
    found.push(over(`only a part of an insert (${step}) is stored`, world, at, 'refused', rules, part));
  }
  return found;
}

function over(
  label: string,
  world: World,
  at: number,
  name: 'stored' | 'refused',
  rules: WorldRules,
  rows = 0,
): Happening {
  return {
    label,
    next: () => {
      const statement = world.statements[at];
      if (statement === undefined) return world;
      const statements = world.statements.filter((_, index) => index !== at);
      const left = drive.store({ ...world, statements }, statement.step, rows, rules);
      if (statement.awaitedBy === -1) return left;
      return answer(left, statement.awaitedBy, name, { name }).next();
    },
  };
}

// ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** One tick: the clock stays 0, and everything else is one tick longer ago. */
function tick(world: World): World {
  return {
    ...world,
    statements: world.statements.map((statement) => ({
      ...statement,
      deadline: statement.deadline === null ? null : statement.deadline - 1,
    })),
    owners: world.owners.map((owner, index) => ({
      ...owner,
      seat: shiftSeat(world, index, owner.seat),
      losing: shiftSeat(world, index, owner.losing),
      doing: owner.doing === null ? null : shiftDoing(owner.doing),
      machine: shiftMachine(owner.machine),
    })),
  };
}

function shiftSeat(world: World, index: number, seat: Seat | null): Seat | null {
  if (seat === null) return null;
  const isCounted = seat.generation === world.generation && seat.member === world.members[index];
  return isCounted ? seat : { ...seat, lastAt: seat.lastAt - 1 };
}

type OwnerState = World['owners'][number];

function shiftMachine(machine: OwnerState['machine']): OwnerState['machine'] {
  const { phase } = machine;
  const leaseUntilMs = machine.leaseUntilMs - 1;
  if (phase.name === 'waiting')
    return { ...machine, leaseUntilMs, phase: { ...phase, untilMs: phase.untilMs - 1 } };
  if (phase.name === 'inserting' || phase.name === 'settling')
    return { ...machine, leaseUntilMs, phase: { ...phase, deadlineMs: phase.deadlineMs - 1 } };
  return { ...machine, leaseUntilMs };
}

function shiftDoing(doing: NonNullable<OwnerState['doing']>): NonNullable<OwnerState['doing']> {
  const { effect, result } = doing;
  const shifted =
    effect.name === 'read-clock' && effect.notBeforeMs !== null
      ? { ...effect, notBeforeMs: effect.notBeforeMs - 1 }
      : effect;
  if (result?.name !== 'clock') return { ...doing, effect: shifted };
  return { ...doing, effect: shifted, result: { ...result, serverMs: result.serverMs - 1 } };
}
