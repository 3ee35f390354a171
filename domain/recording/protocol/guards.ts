/**
 * What keeps every offset stored exactly once. The recorder runs with all of them; each can be switched off only to
 * show, by exploring every interleaving, that without it an offset is stored twice or not at all.
 */
export interface Guards {
  /** A new owner waits until the server's clock has passed every lease that a former owner may still hold. */
  readonly waitOutLeases: boolean;
  /** … and until none of the partition's statements runs any more: an engine can stall past every limit. */
  readonly waitOutStatements: boolean;
  /** Only who had the partition in the directly preceding generation goes on without waiting. */
  readonly keepOnlyDirectly: boolean;
  /** … under the same membership: a group that was forgotten counts its generations from the start again. */
  readonly keepOnlyAsSameMember: boolean;
  /** … and whoever was still waiting goes on waiting: having had the partition is not having taken it. */
  readonly keepWaiting: boolean;
  /** What is stored is read back as the exact set of offsets; the highest one would hide holes. */
  readonly readExactSet: boolean;
  /** Every insert carries a deadline on the server's clock, after which the store refuses it. */
  readonly leaseOnInserts: boolean;
  /** The lease runs from the sending of a heartbeat; its answer may arrive any time later. */
  readonly leaseFromSending: boolean;
  /** Only heartbeats of the generation that assigned the partition extend the lease. */
  readonly leaseOfGeneration: boolean;
  /** Results of an earlier epoch of ownership are passed by, so that none of its rows is sent under a new lease. */
  readonly sameEpoch: boolean;
  /** After an unknown answer: nothing is read back before the statement's deadline has passed on the server's clock. */
  readonly settleDeadline: boolean;
  /** … nor while the statement still runs. */
  readonly settleStatements: boolean;
  /** Progress is saved only after the rows that it covers. */
  readonly progressLast: boolean;
  /** The keys that events are judged by are loaded from the store, also from below the progress. */
  readonly loadLowerKeys: boolean;
}

export const ALL_GUARDS: Guards = {
  waitOutLeases: true,
  waitOutStatements: true,
  keepOnlyDirectly: true,
  keepOnlyAsSameMember: true,
  keepWaiting: true,
  readExactSet: true,
  leaseOnInserts: true,
  leaseFromSending: true,
  leaseOfGeneration: true,
  sameEpoch: true,
  settleDeadline: true,
  settleStatements: true,
  progressLast: true,
  loadLowerKeys: true,
};
