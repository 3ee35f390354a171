import type { Guards } from './guards.ts';
import type {
  Effect,
  EventName,
  PartitionEvent,
  PartitionState,
  Phase,
  PhaseName,
} from './partition-states.ts';

/** Times that make the protocol. A take-over costs their sum. */
export interface ProtocolTimes {
  readonly leaseMs: number;
  /** Longest that the store lets an insert run. */
  readonly maxInsertMs: number;
  /** For clocks that are set or differ between the store's servers. */
  readonly marginMs: number;
}

export interface ProtocolContext {
  readonly times: ProtocolTimes;
  /** The server's clock by our own reckoning. Only saves statements that would be refused: safety rests on the store. */
  readonly nowMs: number;
  readonly guards?: Guards;
}

export interface Transition {
  readonly state: PartitionState;
  readonly effects: readonly Effect[];
}

/** What sending needs to know. */
export interface Sender {
  readonly state: PartitionState;
  readonly nowMs: number;
  readonly guards: Guards;
}

/** What a handler gets: the phase and the event are the ones it stands for in the table. */
interface Here<P extends PhaseName, E extends EventName> extends Sender {
  readonly phase: Extract<Phase, { name: P }>;
  readonly event: Extract<PartitionEvent, { name: E }>;
  readonly times: ProtocolTimes;
}

export type Handler<P extends PhaseName, E extends EventName> = (here: Here<P, E>) => Transition;

/** For whatever happens the same way in many phases. */
export type OnEvent<E extends EventName> = (
  here: Sender & { readonly event: Extract<PartitionEvent, { name: E }> },
) => Transition;

export const stay = ({ state }: Sender): Transition => ({ state, effects: [] });
