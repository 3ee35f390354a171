import type { Guards } from '../../domain/recording/protocol/guards.ts';
import {
  type Effect,
  type InsertStep,
  type PartitionResult,
  type PartitionState,
  RELEASED,
} from '../../domain/recording/protocol/partition-states.ts';

/**
 * The world around the recording protocol, small enough to try everything that can happen in it: one partition, a few
 * recorders (owners) that run the real transition function, the coordinator of their group, and the store. A process
 * that is stopped, slow or cut off needs no state of its own: it is one that takes no step for a while, as long as you
 * like. Time is the store's clock in ticks, and always 0 in a state: every other time is relative to it.
 */
export interface World {
  readonly owners: readonly Owner[];
  /** The coordinator's generation, and which member each owner is for it (−1: none). */
  readonly generation: number;
  readonly members: readonly number[];
  /** Offsets (a bit for each) by table. */
  readonly stored: Readonly<Record<InsertStep, number>>;
  /** Highest saved progress. */
  readonly progress: number;
  readonly statements: readonly Statement[];
}

/** An insert between its sending and its end. It starts when the store likes, and runs as long as it likes. */
export interface Statement {
  readonly step: InsertStep;
  readonly rows: number;
  readonly deadline: number | null;
  /** Only a running one can be seen in system.processes. */
  readonly running: boolean;
  /** Index of the owner that waits for its answer; −1 after a time-out, a cut connection or a crash. */
  readonly awaitedBy: number;
}

/** A place in a generation of the group. */
export interface Seat {
  readonly generation: number;
  readonly member: number;
  /** When the coordinator last counted it in: 0 as long as it does. A heartbeat’s answer can be no younger. */
  readonly lastAt: number;
  /** Whether an answered heartbeat has told the process which generation it is in. */
  readonly confirmed: boolean;
}

export interface Owner {
  readonly machine: PartitionState;
  /** The latest assignment that gives it the partition. */
  readonly seat: Seat | null;
  /** An assignment that takes it away, on its way to the process. */
  readonly losing: Seat | null;
  /** What the driver is doing for the machine, and what came of it, if anything yet. */
  readonly doing: Doing | null;
  /** A batch that was being judged when its epoch ended; its result arrives some time. */
  readonly stale: Batch | null;
  readonly memory: Memory | null;
  readonly batch: Batch | null;
}

export interface Doing {
  readonly effect: Effect;
  readonly result: PartitionResult | null;
  /** What was read back, to be taken over with the result. */
  readonly memory: Memory | null;
}

/** What a recorder knows of its partition. */
export interface Memory {
  readonly next: number;
  /** Offsets that it takes for stored, at or above `next`. */
  readonly ahead: number;
  /** Offsets whose keys it knows from the records table. */
  readonly seen: number;
}

export interface Batch {
  readonly end: number;
  /** What it puts into each table: offsets that were not known to be stored when it was judged. */
  readonly rows: Readonly<Record<InsertStep, number>>;
  /** Those of them that turned out to be stored. */
  readonly found: number;
}

export interface WorldRules {
  readonly owners: number;
  /** What each offset holds: a key (two offsets with one key are the same event), or null for what cannot be read. */
  readonly log: readonly (string | null)[];
  readonly maxBatch: number;
  readonly leaseTicks: number;
  readonly guards: Guards;
  /** Whether an insert may become several parts, and an engine that dies leave only some of them. */
  readonly partialInserts: boolean;
  /** Whether the coordinator may forget the group and count its generations anew. */
  readonly forgetsGroups: boolean;
}

export const NO_ROWS: Readonly<Record<InsertStep, number>> = {
  lost: 0,
  quarantine: 0,
  duplicates: 0,
  records: 0,
};

export const FRESH_OWNER: Owner = {
  machine: RELEASED,
  seat: null,
  losing: null,
  doing: null,
  stale: null,
  memory: null,
  batch: null,
};

export function firstWorld(rules: WorldRules): World {
  return {
    owners: Array.from({ length: rules.owners }, () => FRESH_OWNER),
    generation: 0,
    members: Array.from({ length: rules.owners }, () => -1),
    stored: NO_ROWS,
    progress: 0,
    statements: [],
  };
}

export function allStored(world: World): number {
  const { lost, quarantine, duplicates, records } = world.stored;
  return lost | quarantine | duplicates | records;
}

/** Something that must never happen. */
export class Violation extends Error {}

/** Where each offset belongs when one recorder judges the log from its beginning, undisturbed. */
export function tableOf(offset: number, log: readonly (string | null)[], seen: number): InsertStep {
  const key = log[offset];
  if (key === null || key === undefined) return 'quarantine';
  for (let other = 0; other < offset; other++) {
    if (log[other] === key && (seen & (1 << other)) !== 0) return 'duplicates';
  }
  return 'records';
}

/** Table of every offset, as it has to be. */
export function rightTables(log: readonly (string | null)[]): readonly InsertStep[] {
  let seen = 0;
  return log.map((_, offset) => {
    const table = tableOf(offset, log, seen);
    if (table === 'records') seen |= 1 << offset;
    return table;
  });
}
