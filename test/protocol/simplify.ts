import type { Owner, World, WorldRules } from './world.ts';

/**
 * Takes out of a world what cannot matter any more, so that worlds with the same future become equal: statements that
 * can never start, seats whose heartbeats extend nothing, a loss that takes nothing away, results nobody heeds.
 */
export function simplify(world: World, rules: WorldRules): World {
  const statements = world.statements.filter(
    ({ awaitedBy, running, deadline }) => awaitedBy !== -1 || running || deadline === null || deadline >= 0,
  );
  return {
    ...world,
    statements: statements.length === world.statements.length ? world.statements : statements,
    owners: world.owners.map((owner, index) => simplifyOwner(owner, world, index, rules)),
  };
}

function simplifyOwner(owner: Owner, world: World, index: number, rules: WorldRules): Owner {
  const { guards } = rules;
  const { machine, seat, losing } = owner;
  const isCounted = seat?.generation === world.generation && seat.member === world.members[index];
  const leaseUntil = guards.leaseFromSending ? (seat?.lastAt ?? 0) + rules.leaseTicks : rules.leaseTicks;
  const dropSeat =
    seat !== null && !isCounted && seat.confirmed && (leaseUntil <= machine.leaseUntilMs || leaseUntil < 0);
  const dropLosing = losing !== null && machine.phase.name === 'released' && seat === null;
  const dropStale = owner.stale !== null && guards.sameEpoch;
  if (!dropSeat && !dropLosing && !dropStale) return owner;
  return {
    ...owner,
    seat: dropSeat ? null : seat,
    losing: dropLosing ? null : losing,
    stale: dropStale ? null : owner.stale,
  };
}
