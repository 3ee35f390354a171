import { ALL_GUARDS } from './guards.ts';
import { assigned, heartbeat, revoked } from './hold-tenure.ts';
import type { Effect, EventName, PartitionEvent, PartitionState, PhaseName } from './partition-states.ts';
import * as batch from './store-batch.ts';
import * as takeOver from './take-over.ts';
import {
  type Handler,
  type ProtocolContext,
  type Sender,
  stay,
  type Transition,
} from './transition-shapes.ts';

type Table = { readonly [P in PhaseName]: { readonly [E in EventName]: Handler<P, E> } };

/**
 * The recording protocol of one partition. Pure: the same state, event and context give the same next state and
 * effects. The driver only carries effects out; whatever is decided is decided here.
 */
export function transition(
  state: PartitionState,
  event: PartitionEvent,
  context: ProtocolContext,
): Transition {
  const guards = context.guards ?? ALL_GUARDS;
  if ('epoch' in event && event.epoch !== state.epoch && guards.sameEpoch) return { state, effects: [] };
  // The table pairs each handler with its phase and event; indexing by both at once is beyond the type checker.
  const handler: (here: never) => Transition = TABLE[state.phase.name][event.name];
  const here = { state, phase: state.phase, event, times: context.times, nowMs: context.nowMs, guards };
  return handler(here as never);
}

const again =
  (effect: Effect) =>
  ({ state }: Sender): Transition => ({ state, effects: [effect] });

/** What every phase does about what it did not ask for; with every guard on, a stray result does not get here. */
const NOTHING = {
  assigned,
  revoked,
  heartbeat,
  clock: stay,
  statements: stay,
  'was-read-back': stay,
  judged: stay,
  stored: stay,
  refused: stay,
  unanswered: stay,
  absent: stay,
  saved: stay,
  'put-off': stay,
  failed: stay,
};

const TABLE: Table = {
  released: { ...NOTHING, revoked: stay },
  'asking-clock': {
    ...NOTHING,
    clock: takeOver.startWait,
    failed: again({ name: 'read-clock', notBeforeMs: null }),
  },
  waiting: { ...NOTHING, clock: takeOver.endWait, failed: again({ name: 'read-clock', notBeforeMs: null }) },
  'awaiting-statements': {
    ...NOTHING,
    statements: takeOver.endStatements,
    failed: again({ name: 'read-statements' }),
  },
  'reading-back': { ...NOTHING, 'was-read-back': takeOver.becomeReady, failed: again({ name: 'read-back' }) },
  ready: { ...NOTHING, judged: batch.startBatch, failed: batch.startOver },
  holding: { ...NOTHING, heartbeat: batch.heartbeatWhileHolding },
  inserting: {
    ...NOTHING,
    stored: batch.nextStep,
    refused: batch.readAfterRefusal,
    unanswered: batch.settle,
    failed: batch.readAfterFailure,
  },
  settling: {
    ...NOTHING,
    clock: batch.endSettling,
    failed: again({ name: 'read-clock', notBeforeMs: null }),
  },
  'settling-statements': {
    ...NOTHING,
    statements: batch.endSettlingStatements,
    failed: again({ name: 'read-statements' }),
  },
  'reading-absent': { ...NOTHING, absent: batch.insertAbsent, failed: batch.readAbsentAgain },
  saving: {
    ...NOTHING,
    saved: batch.afterProgress,
    'put-off': batch.afterPuttingOff,
    failed: again({ name: 'save-progress' }),
  },
};
