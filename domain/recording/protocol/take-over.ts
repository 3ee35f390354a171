import type { Guards } from './guards.ts';
import type { Effect, PartitionState } from './partition-states.ts';
import type { Handler, Transition } from './transition-shapes.ts';

/** From here on no lease can be granted to anyone before us; the server's clock is read after that, not before. */
export function take(state: PartitionState): Transition {
  return {
    state: {
      ...state,
      phase: { name: 'asking-clock' },
      epoch: state.epoch + 1,
      leaseUntilMs: Number.NEGATIVE_INFINITY,
    },
    effects: [{ name: 'forget' }, { name: 'read-clock', notBeforeMs: null }],
  };
}

export const startWait: Handler<'asking-clock', 'clock'> = ({ state, event, times, guards }) => {
  if (!guards.waitOutLeases) return askForStatements(state, guards);
  const untilMs = event.serverMs + times.leaseMs + times.maxInsertMs + times.marginMs;
  return {
    state: { ...state, phase: { name: 'waiting', untilMs } },
    effects: [{ name: 'read-clock', notBeforeMs: untilMs }],
  };
};

export const endWait: Handler<'waiting', 'clock'> = ({ state, phase, event, guards }) =>
  event.serverMs > phase.untilMs
    ? askForStatements(state, guards)
    : { state, effects: [{ name: 'read-clock', notBeforeMs: phase.untilMs }] };

function askForStatements(state: PartitionState, guards: Guards): Transition {
  if (!guards.waitOutStatements) return readBack(state);
  return {
    state: { ...state, phase: { name: 'awaiting-statements' } },
    effects: [{ name: 'read-statements' }],
  };
}

export const endStatements: Handler<'awaiting-statements', 'statements'> = ({ state, event }) =>
  event.running ? { state, effects: [{ name: 'read-statements' }] } : readBack(state);

export function readBack(state: PartitionState): Transition {
  return { state: { ...state, phase: { name: 'reading-back' } }, effects: [{ name: 'read-back' }] };
}

export const becomeReady: Handler<'reading-back', 'was-read-back'> = ({ state }) => ready(state, []);

export function ready(state: PartitionState, first: readonly Effect[]): Transition {
  return { state: { ...state, phase: { name: 'ready' } }, effects: [...first, { name: 'judge-next' }] };
}
