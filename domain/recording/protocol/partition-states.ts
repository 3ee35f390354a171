/**
 * One partition in one recorder, as a state machine: what it can be doing, what can happen to it, and what it can ask
 * its driver to do. All times are milliseconds of the store's clock.
 */

/** What a batch puts into the store, in the order in which it does: this is the one place that orders it. */
export const INSERT_ORDER = ['lost', 'quarantine', 'duplicates', 'records'] as const;
export type InsertStep = (typeof INSERT_ORDER)[number];

/** Ownership of the partition as the group's coordinator gave it. */
export interface Tenure {
  readonly memberId: string;
  readonly generation: number;
}

/** The first of `steps` is at hand, the others follow; none is left in the last phase, when progress is saved. */
export type Phase =
  /** Someone else's, or no one's. */
  | { readonly name: 'released' }
  /** Assigned: reads the server's clock for the first time since. */
  | { readonly name: 'asking-clock' }
  /** Waits until the server's clock has passed every lease and every longest insert of a former owner. */
  | { readonly name: 'waiting'; readonly untilMs: number }
  /** Waits until no statement of a former owner runs, as one may past its limit. */
  | { readonly name: 'awaiting-statements' }
  /** Reads progress, the exact set of stored offsets above it, and the keys of the last million offsets. */
  | { readonly name: 'reading-back' }
  /** Taken: the driver collects and judges the next batch. Nothing is under way in the store. */
  | { readonly name: 'ready' }
  /** A batch is judged, but the lease is over: waits for a heartbeat. */
  | { readonly name: 'holding'; readonly steps: readonly InsertStep[] }
  | { readonly name: 'inserting'; readonly steps: readonly InsertStep[]; readonly deadlineMs: number }
  /** The answer is unknown: until its deadline has passed, the statement may still start. */
  | { readonly name: 'settling'; readonly steps: readonly InsertStep[]; readonly deadlineMs: number }
  /** … and then it may still be running. */
  | { readonly name: 'settling-statements'; readonly steps: readonly InsertStep[] }
  /** The statement is over: reads back which of its rows are absent. */
  | { readonly name: 'reading-absent'; readonly steps: readonly InsertStep[] }
  | { readonly name: 'saving'; readonly steps: readonly InsertStep[] };

export type PhaseName = Phase['name'];

export interface PartitionState {
  readonly phase: Phase;
  /** Counts how often the partition was taken or let go. What began in an earlier epoch has no effect any more. */
  readonly epoch: number;
  readonly tenure: Tenure | null;
  /** No insert is sent after it, nor started by the store. −Infinity before the first heartbeat of a tenure. */
  readonly leaseUntilMs: number;
}

export const RELEASED: PartitionState = {
  phase: { name: 'released' },
  epoch: 0,
  tenure: null,
  leaseUntilMs: Number.NEGATIVE_INFINITY,
};

/** What the group says; it is always heard. */
type GroupEvent =
  | { readonly name: 'assigned'; readonly tenure: Tenure }
  | { readonly name: 'revoked' }
  /** A heartbeat was answered: the lease that its sending grants. */
  | { readonly name: 'heartbeat'; readonly tenure: Tenure; readonly leaseUntilMs: number };

/** What came of an effect; heard only in the epoch that asked for it. */
type Result =
  | { readonly name: 'clock'; readonly serverMs: number }
  | { readonly name: 'statements'; readonly running: boolean }
  | { readonly name: 'was-read-back' }
  /** Which tables have rows of the batch. */
  | { readonly name: 'judged'; readonly steps: ReadonlySet<InsertStep> }
  | { readonly name: 'stored' }
  /** The store answered that it did not store; the statement is over. */
  | { readonly name: 'refused' }
  /** No answer, or none that says what became of the statement. */
  | { readonly name: 'unanswered' }
  | { readonly name: 'absent'; readonly anyLeft: boolean }
  | { readonly name: 'saved' }
  /** Progress is saved with a later batch, which is at hand already. */
  | { readonly name: 'put-off' }
  /** Reading, judging or saving failed, without a trace in the store. */
  | { readonly name: 'failed' };

export type PartitionResult = Result & { readonly epoch: number };
export type PartitionEvent = GroupEvent | PartitionResult;
export type EventName = PartitionEvent['name'];

/** What the driver is asked to do. Each ends in one result of the same epoch, unless it says otherwise. */
export type Effect =
  /** Reads the server's clock, no earlier than it shows `notBeforeMs` by our own reckoning. Ends in `clock`. */
  | { readonly name: 'read-clock'; readonly notBeforeMs: number | null }
  /** Whether any statement about the partition runs, whoever sent it. Ends in `statements`. */
  | { readonly name: 'read-statements' }
  /** Ends in `was-read-back`. */
  | { readonly name: 'read-back' }
  /** Collects and judges the next batch. Ends in `judged`. */
  | { readonly name: 'judge-next' }
  /** To be sent in this very tick. Ends in `stored`, `refused` or `unanswered`. */
  | { readonly name: 'insert'; readonly step: InsertStep; readonly deadlineMs: number | null }
  /** Which rows of the step at hand are not in the store. Ends in `absent`. */
  | { readonly name: 'read-absent'; readonly step: InsertStep }
  /** Ends in `saved`, or `put-off` if more waits to be recorded. */
  | { readonly name: 'save-progress' }
  /** A hint for whoever looks for the beginning; nothing comes of it. */
  | { readonly name: 'commit' }
  /** The partition was kept: lets its records flow on. Nothing comes of it. */
  | { readonly name: 'flow-on' }
  /** Forgets what is queued and judged, and pauses the flow. Nothing comes of it. */
  | { readonly name: 'forget' }
  /** Tells that an insert was not sent because the lease was over. Nothing comes of it. */
  | { readonly name: 'tell-lease-over' };
