import { INSERT_ORDER, type Phase } from '../../domain/recording/protocol/partition-states.ts';
import type { Batch, Doing, Memory, Owner, Seat, World, WorldRules } from './world.ts';

/**
 * A text that two worlds share exactly when the same can happen in both: times as far back as they matter, generations
 * by their order and whether they follow each other, members by who is the same, and owners without their numbers.
 */
export function worldKey(world: World, rules: WorldRules): string {
  const owners = world.owners.map((owner, index) => ({
    index,
    key: ownerKey(owner, world, index, rules),
  }));
  const order = owners.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ index }) => index);
  const statements = world.statements
    .filter(
      ({ awaitedBy, running, deadline }) => awaitedBy !== -1 || running || deadline === null || deadline >= 0,
    )
    .map(({ step, rows, deadline, running, awaitedBy }) => {
      const until = running ? 'r' : deadline === null ? 'n' : clip(deadline, -1);
      return `${INSERT_ORDER.indexOf(step)}.${rows}.${until}.${order.indexOf(awaitedBy)}`;
    })
    .sort();
  const { quarantine, duplicates, records } = world.stored;
  const store = `${quarantine}.${duplicates}.${records}.${world.progress}`;
  return `${store}|${statements.join(',')}|${owners.map(({ key }) => key).join('|')}`;
}

function ownerKey(owner: Owner, world: World, index: number, rules: WorldRules): string {
  const { machine, seat, losing } = owner;
  const { tenure } = machine;
  const members: number[] = [];
  const memberName = (member: number) => {
    if (member === -1) return '-';
    if (!members.includes(member)) members.push(member);
    return members.indexOf(member);
  };
  const isCurrent = (generation: number) => (generation === world.generation ? 'c' : '');
  // What will ever be asked: whether the seat, or the one after the coordinator’s generation, follows the tenure.
  const follows = tenure === null || seat === null ? 9 : Math.min(2, seat.generation - tenure.generation);
  const held =
    tenure === null ? '' : `${isCurrent(tenure.generation)}${memberName(Number(tenure.memberId))}.${follows}`;
  const seatKey = (from: Seat | null, withTime: boolean) =>
    from === null
      ? ''
      : `${isCurrent(from.generation)}${memberName(from.member)}${from.confirmed}${withTime ? clip(from.lastAt, -rules.leaseTicks - 1) : ''}`;
  return [
    phaseKey(machine.phase),
    machine.phase.name === 'released' ? '' : clip(machine.leaseUntilMs, -1),
    held,
    seatKey(seat, true),
    seatKey(losing, !rules.guards.leaseOfGeneration),
    memberName(world.members[index] ?? -1),
    doingKey(owner.doing, rules),
    batchKey(owner.stale),
    memoryKey(owner.memory),
    batchKey(owner.batch),
  ].join(';');
}

function phaseKey(phase: Phase): string {
  const steps = 'steps' in phase ? phase.steps.map((step) => INSERT_ORDER.indexOf(step)).join('') : '';
  const until = 'untilMs' in phase ? phase.untilMs : 'deadlineMs' in phase ? phase.deadlineMs : null;
  return `${PHASES.indexOf(phase.name)}.${steps}.${until === null ? '' : clip(until, -1)}`;
}

const PHASES: readonly Phase['name'][] = [
  'released',
  'asking-clock',
  'waiting',
  'awaiting-statements',
  'reading-back',
  'ready',
  'holding',
  'inserting',
  'settling',
  'settling-statements',
  'reading-absent',
  'saving',
];

function doingKey(doing: Doing | null, rules: WorldRules): string {
  if (doing === null) return '';
  const { effect, result, memory } = doing;
  const from =
    effect.name === 'read-clock' && effect.notBeforeMs !== null ? clip(effect.notBeforeMs, -1) : '';
  const came =
    result === null
      ? ''
      : result.name === 'clock'
        ? `c${clip(result.serverMs, -rules.leaseTicks - 1)}`
        : result.name === 'absent'
          ? `a${result.anyLeft}`
          : result.name;
  return `${effect.name}${from}:${came}:${memoryKey(memory)}`;
}

function memoryKey(memory: Memory | null): string {
  return memory === null ? '' : `${memory.next}.${memory.ahead}.${memory.seen}`;
}

function batchKey(batch: Batch | null): string {
  if (batch === null) return '';
  const { quarantine, duplicates, records } = batch.rows;
  return `${batch.end}.${quarantine}.${duplicates}.${records}.${batch.found}`;
}

/** A time before `earliest` is as good as `earliest`. */
function clip(time: number, earliest: number): number {
  return Math.max(time, earliest);
}
