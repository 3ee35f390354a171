import {
  type Effect,
  INSERT_ORDER,
  type InsertStep,
  type PartitionEvent,
  type PartitionResult,
} from '../../domain/recording/protocol/partition-states.ts';
import { transition } from '../../domain/recording/protocol/transition.ts';
import {
  allStored,
  type Batch,
  type Doing,
  type Memory,
  NO_ROWS,
  type Owner,
  rightTables,
  tableOf,
  Violation,
  type World,
  type WorldRules,
} from './world.ts';

/** Part of a result: the epoch is the machine's. */
export type Outcome = PartitionResult extends infer R
  ? R extends unknown
    ? Omit<R, 'epoch'>
    : never
  : never;

/** Gives an owner's machine an event, and starts what it asks for. */
export function tell(world: World, index: number, event: PartitionEvent, rules: WorldRules): World {
  const owner = ownerAt(world, index);
  const times = { leaseMs: rules.leaseTicks, maxInsertMs: 0, marginMs: 0 };
  const { state, effects } = transition(owner.machine, event, { times, nowMs: 0, guards: rules.guards });
  let next = replaceOwner(world, index, { ...owner, machine: state });
  if (state.epoch !== owner.machine.epoch) next = endEpoch(next, index, rules);
  for (const effect of effects) next = start(next, index, effect, rules);
  return next;
}

/** What the driver was doing has no one to tell its result to any more. A judged batch still arrives. */
function endEpoch(world: World, index: number, rules: WorldRules): World {
  const owner = ownerAt(world, index);
  const judging = owner.doing?.effect.name === 'judge-next' && owner.memory !== null;
  const stale = judging && owner.memory !== null ? judge(owner.memory, rules.maxBatch, rules) : owner.stale;
  return replaceOwner(detach(world, index), index, { ...owner, doing: null, stale });
}

/** No one waits for the answer to its insert any more. */
export function detach(world: World, index: number): World {
  if (!world.statements.some((statement) => statement.awaitedBy === index)) return world;
  const statements = world.statements.map((statement) =>
    statement.awaitedBy === index ? { ...statement, awaitedBy: -1 } : statement,
  );
  return { ...world, statements };
}

function start(world: World, index: number, effect: Effect, rules: WorldRules): World {
  const owner = ownerAt(world, index);
  const doing: Doing = { effect, result: null, memory: null };
  switch (effect.name) {
    case 'forget':
      return replaceOwner(world, index, { ...owner, memory: null, batch: null });
    case 'commit':
      checkCommit(world, owner);
      return world;
    case 'flow-on':
    case 'tell-lease-over':
      return world;
    case 'insert': {
      const rows = (owner.batch?.rows[effect.step] ?? 0) & ~(owner.batch?.found ?? 0);
      const { step, deadlineMs: deadline } = effect;
      const statement = { step, rows, deadline, running: false, awaitedBy: index };
      return replaceOwner({ ...world, statements: [...world.statements, statement] }, index, {
        ...owner,
        doing,
      });
    }
    case 'judge-next':
      // Nothing to judge: it waits for records that never come.
      if (owner.memory === null || owner.memory.next >= rules.log.length)
        return replaceOwner(world, index, { ...owner, doing: null, batch: null });
      return replaceOwner(world, index, { ...owner, doing, batch: null });
    default:
      return replaceOwner(world, index, { ...owner, doing });
  }
}

/** Where a commit points, everything below must be stored already; rows never go away, so late it is as true. */
function checkCommit(world: World, owner: Owner): void {
  const below = (1 << (owner.memory?.next ?? 0)) - 1;
  if ((allStored(world) & below) !== below || world.progress < (owner.memory?.next ?? 0))
    throw new Violation('a commit is ahead of the store');
}

/** The batch from `next`: each offset that is not known to be stored, in the table where it belongs. */
export function judge(memory: Memory, size: number, rules: WorldRules): Batch {
  const end = Math.min(rules.log.length, memory.next + size);
  let seen = memory.seen;
  const rows: Record<InsertStep, number> = { ...NO_ROWS };
  for (let offset = memory.next; offset < end; offset++) {
    if ((memory.ahead & (1 << offset)) !== 0) continue;
    const table = tableOf(offset, rules.log, seen);
    if (table === 'records') seen |= 1 << offset;
    rows[table] |= 1 << offset;
  }
  return { end, rows, found: 0 };
}

/** What a recorder reads when it takes the partition. */
export function readBack(world: World, rules: WorldRules): Memory {
  const next = world.progress;
  const all = allStored(world);
  const highest = 31 - Math.clz32(all);
  const ahead = rules.guards.readExactSet ? all : (1 << (highest + 1)) - 1;
  const above = ~((1 << next) - 1);
  const seen = rules.guards.loadLowerKeys ? world.stored.records : world.stored.records & above;
  return { next, ahead: ahead & above, seen };
}

/** The driver's part of saving progress: it moves on, and says that everything below is stored. */
export function saveProgress(world: World, index: number): World {
  const { batch } = ownerAt(world, index);
  const saved = { ...world, progress: Math.max(world.progress, batch?.end ?? 0) };
  return moveOn(saved, index);
}

/** The driver's part of putting progress off: it moves on, and says nothing. */
export function moveOn(world: World, index: number): World {
  const owner = ownerAt(world, index);
  const { batch, memory } = owner;
  if (batch === null || memory === null) return world;
  const below = (1 << batch.end) - 1;
  if ((allStored(world) & below) !== below) throw new Violation('progress is ahead of the rows');
  const moved = { next: batch.end, ahead: memory.ahead & ~below, seen: memory.seen | batch.rows.records };
  return replaceOwner(world, index, { ...owner, memory: moved });
}

/** Puts rows into a table. Throws Violation when one is there already, or does not belong there. */
export function store(world: World, step: InsertStep, rows: number, rules: WorldRules): World {
  if ((allStored(world) & rows) !== 0) throw new Violation('an offset is stored twice');
  rightTables(rules.log).forEach((table, offset) => {
    if ((rows & (1 << offset)) !== 0 && table !== step)
      throw new Violation(`offset ${offset} is judged as ${step} and belongs to ${table}`);
  });
  return { ...world, stored: { ...world.stored, [step]: world.stored[step] | rows } };
}

export function stepsOf(batch: Batch): ReadonlySet<InsertStep> {
  return new Set(INSERT_ORDER.filter((step) => batch.rows[step] !== 0));
}

export function ownerAt(world: World, index: number): Owner {
  const owner = world.owners[index];
  if (owner === undefined) throw new Error(`no owner ${index}`);
  return owner;
}

export function replaceOwner(world: World, index: number, owner: Owner): World {
  return { ...world, owners: world.owners.map((old, at) => (at === index ? owner : old)) };
}
