import type { Guards } from './guards.ts';
import { extend } from './hold-tenure.ts';
import { INSERT_ORDER, type InsertStep, type PartitionState } from './partition-states.ts';
import { readBack, ready } from './take-over.ts';
import type { Handler, Sender, Transition } from './transition-shapes.ts';

export const startBatch: Handler<'ready', 'judged'> = (here) => {
  const steps = INSERT_ORDER.filter((step) => here.event.steps.has(step));
  return here.guards.progressLast ? insertOrSave(here, steps) : save(here.state, steps);
};

function insertOrSave(here: Sender, steps: readonly InsertStep[]): Transition {
  if (steps.length > 0) return insert(here, steps);
  return here.guards.progressLast ? save(here.state, []) : ready(here.state, [{ name: 'commit' }]);
}

/**
 * Sends the step at hand, with the lease as its deadline: whoever has the partition after us waits until that has
 * passed. Ownership is what the state says in this very tick.
 */
function insert(here: Sender, steps: readonly InsertStep[]): Transition {
  const { state, nowMs, guards } = here;
  const step = steps[0];
  if (step === undefined) return insertOrSave(here, steps);
  if (guards.leaseOnInserts && nowMs > state.leaseUntilMs) {
    return { state: { ...state, phase: { name: 'holding', steps } }, effects: [{ name: 'tell-lease-over' }] };
  }
  const deadlineMs = state.leaseUntilMs;
  return {
    state: { ...state, phase: { name: 'inserting', steps, deadlineMs } },
    effects: [{ name: 'insert', step, deadlineMs: guards.leaseOnInserts ? deadlineMs : null }],
  };
}

export const heartbeatWhileHolding: Handler<'holding', 'heartbeat'> = (here) =>
  insert({ ...here, state: extend(here.state, here.event, here.guards) }, here.phase.steps);

export const nextStep: Handler<'inserting', 'stored'> = (here) =>
  insertOrSave(here, here.phase.steps.slice(1));

/** It is over, but an error may come after the rows: which of them are there has to be read. */
export const readAfterRefusal: Handler<'inserting', 'refused'> = ({ state, phase }) =>
  readAbsent(state, phase.steps);

/** Nothing was sent; going through the store again keeps the way the same. */
export const readAfterFailure: Handler<'inserting', 'failed'> = ({ state, phase }) =>
  readAbsent(state, phase.steps);

export const settle: Handler<'inserting', 'unanswered'> = ({ state, phase, guards }) => {
  const { steps, deadlineMs } = phase;
  if (!guards.settleDeadline) return settleStatements(state, steps, guards);
  return {
    state: { ...state, phase: { name: 'settling', steps, deadlineMs } },
    effects: [{ name: 'read-clock', notBeforeMs: deadlineMs }],
  };
};

export const endSettling: Handler<'settling', 'clock'> = ({ state, phase, event, guards }) =>
  event.serverMs > phase.deadlineMs
    ? settleStatements(state, phase.steps, guards)
    : { state, effects: [{ name: 'read-clock', notBeforeMs: phase.deadlineMs }] };

function settleStatements(state: PartitionState, steps: readonly InsertStep[], guards: Guards): Transition {
  if (!guards.settleStatements) return readAbsent(state, steps);
  return {
    state: { ...state, phase: { name: 'settling-statements', steps } },
    effects: [{ name: 'read-statements' }],
  };
}

export const endSettlingStatements: Handler<'settling-statements', 'statements'> = ({
  state,
  phase,
  event,
}) => (event.running ? { state, effects: [{ name: 'read-statements' }] } : readAbsent(state, phase.steps));

function readAbsent(state: PartitionState, steps: readonly InsertStep[]): Transition {
  const [step] = steps;
  return {
    state: { ...state, phase: { name: 'reading-absent', steps } },
    effects: step === undefined ? [] : [{ name: 'read-absent', step }],
  };
}

export const insertAbsent: Handler<'reading-absent', 'absent'> = (here) =>
  here.event.anyLeft ? insert(here, here.phase.steps) : insertOrSave(here, here.phase.steps.slice(1));

export const readAbsentAgain: Handler<'reading-absent', 'failed'> = ({ state, phase }) =>
  readAbsent(state, phase.steps);

/**
 * Progress carries no lease: it states that rows are stored, which stays true whoever says it and whenever. A zombie's
 * is at most lower than another's, and readers take the highest.
 */
function save(state: PartitionState, steps: readonly InsertStep[]): Transition {
  return { state: { ...state, phase: { name: 'saving', steps } }, effects: [{ name: 'save-progress' }] };
}

export const afterProgress: Handler<'saving', 'saved'> = (here) =>
  here.phase.steps.length > 0 ? insert(here, here.phase.steps) : ready(here.state, [{ name: 'commit' }]);

/** No commit: it would be ahead of the progress. Whoever comes next reads back what is stored above that. */
export const afterPuttingOff: Handler<'saving', 'put-off'> = (here) =>
  here.phase.steps.length > 0 ? insert(here, here.phase.steps) : ready(here.state, []);

/** A batch that could not be judged left nothing in the store, but what we remember of it may be half done. */
export const startOver: Handler<'ready', 'failed'> = ({ state }) => ({
  ...readBack(state),
  effects: [{ name: 'forget' }, { name: 'read-back' }],
});
