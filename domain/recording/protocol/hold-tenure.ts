import type { Guards } from './guards.ts';
import type { PartitionEvent, PartitionState, Tenure } from './partition-states.ts';
import { readBack, take } from './take-over.ts';
import type { OnEvent } from './transition-shapes.ts';

/** Kept: everything goes on as it was, waits included, queue and all. Not kept: whatever we knew may be outdated. */
export const assigned: OnEvent<'assigned'> = (here) => {
  const { state, event } = here;
  if (!isKept(state.tenure, event.tenure, here.guards)) {
    return take({ ...state, tenure: event.tenure });
  }
  const kept = { ...state, tenure: event.tenure };
  const waits = ['asking-clock', 'waiting', 'awaiting-statements'].includes(state.phase.name);
  if (waits && !here.guards.keepWaiting) return readBack(kept);
  return { state: kept, effects: [{ name: 'flow-on' }] };
};

export const revoked: OnEvent<'revoked'> = ({ state }) => ({
  state: {
    phase: { name: 'released' },
    epoch: state.epoch + 1,
    tenure: null,
    leaseUntilMs: Number.NEGATIVE_INFINITY,
  },
  effects: [{ name: 'forget' }],
});

/** A heartbeat of another generation says nothing about this tenure. A lease never becomes shorter. */
export const heartbeat: OnEvent<'heartbeat'> = ({ state, event, guards }) => ({
  state: extend(state, event, guards),
  effects: [],
});

export function extend(
  state: PartitionState,
  event: Extract<PartitionEvent, { name: 'heartbeat' }>,
  guards: Guards,
): PartitionState {
  if (guards.leaseOfGeneration && !isSame(state.tenure, event.tenure)) return state;
  return { ...state, leaseUntilMs: Math.max(state.leaseUntilMs, event.leaseUntilMs) };
}

function isSame(held: Tenure | null, given: Tenure): boolean {
  return held !== null && held.memberId === given.memberId && held.generation === given.generation;
}

/** Nobody else can have had the partition between two consecutive generations that both gave it to us. */
function isKept(held: Tenure | null, given: Tenure, guards: Guards): boolean {
  if (held === null) return false;
  if (guards.keepOnlyAsSameMember && held.memberId !== given.memberId) return false;
  return !guards.keepOnlyDirectly || held.generation === given.generation - 1;
}
