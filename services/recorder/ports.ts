import type { TableColumn } from '../../domain/columnar/table-column.ts';
import type { SubjectKey } from '../../domain/erasure/erasable-box.ts';
import type { Tile } from '../../domain/merkle/append-leaves.ts';
import type { CompactRange } from '../../domain/merkle/compact-range.ts';
import type { FoundLeak } from '../../domain/recording/event-batch.ts';
import type { DayNeed, SubjectNeed } from '../../domain/recording/key-needs.ts';

/** What the recorder needs of the store and the log. Every method throws when the other side fails. */

export interface PartitionId {
  readonly topic: string;
  readonly partition: number;
}

/** Where a partition stands in the store. */
export interface Progress {
  /** Every offset below it is recorded. */
  readonly nextOffset: number;
  readonly watermarkMs: number;
  /** The Merkle tree over the leaves of offsets 0 to nextOffset − 1. */
  readonly range: CompactRange;
}

/** One offset that the store already has, at or above the progress. */
export interface StoredOffset {
  readonly offset: number;
  /** Last offset, if it is a range of lost ones; else the same. */
  readonly lastOffset: number;
  /** The leaf as it was sealed; null for a lost range, whose leaves follow from its offsets. */
  readonly leaf: Buffer | null;
  readonly lossCause: LossCause | null;
}

export type LossCause = 'TRIMMED' | 'NO_RECORD';

/** Words of a recorded event in SeenIdentities: its identity, then the low and the high half of its offset. */
export const SEEN_WORDS = 6;

/** Identities of recorded events, for telling duplicates: SEEN_WORDS words for each. */
export interface SeenIdentities {
  readonly words: Uint32Array;
}

/** A record that was taken as the replay of an origin. */
interface Replay {
  readonly offset: number;
  readonly originOffset: number;
}

/** Records of a partition below the offset were erased for somebody. */
export interface ErasedBelow {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** What the vault gives for a while. */
interface KeyLease {
  /** How long it may be used from now on; at most 60 s. */
  readonly expiresInMs: number;
  /** In the order asked for; a key that is null was destroyed. */
  readonly subjects: readonly {
    readonly key: SubjectKey | null;
    readonly erasedBelow: readonly ErasedBelow[];
  }[];
  readonly days: readonly (SubjectKey | null)[];
}

/** Where keys come from: the vault alone makes and keeps them. */
export interface KeyVault {
  /** Keys that there are, new ones for whom there is none. Durable when it resolves. At most 5,000 of both together. */
  lease(
    subjects: readonly (Readonly<Omit<SubjectNeed, 'index'>> & PartitionId)[],
    days: readonly DayNeed[],
  ): Promise<KeyLease>;
}

/** One row of one table, ready to be stored. */
export interface RecordedRow {
  readonly table: string;
  readonly offset: number;
  readonly appendMs: number;
  /** In the form of the table's recorded schema. */
  readonly record: Readonly<Record<string, unknown>>;
  /** Of a quarantined record: its value, encrypted; null if none is kept. Outside the leaf, like all boxes. */
  readonly payloadBox?: Buffer | null;
  readonly leaf: Buffer;
}

/** The rows of one table in one batch, ready to be stored as one part. */
export interface TableBlock {
  readonly table: string;
  /** Offsets of the rows, ascending. */
  readonly offsets: readonly number[];
  readonly rows: ColumnRows | readonly RecordedRow[];
}

/** Rows as columns: the one at `offsets[i]` is row `numbers[i]` of each. Valid until the next batch is judged. */
export interface ColumnRows {
  readonly columns: readonly TableColumn[];
  readonly numbers: readonly number[];
}

/** What became of the records of one batch. */
export interface JudgedBatch {
  /** In the order in which they are stored: quarantine, duplicates, records. None is empty. */
  readonly blocks: readonly TableBlock[];
  /** One leaf (32 bytes) for each record that was judged, in the order of the records. */
  readonly leaves: Uint8Array;
  /** What was refused, in the order of the records: the rows of `quarantine`. */
  readonly refused: readonly RecordedRow[];
  /** Texts that the final gate blanked, in the order of the records. */
  readonly leaks: readonly FoundLeak[];
}

export interface LostRange {
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly cause: LossCause;
}

/** What became of an insert, as far as its answer says. `code` is a bounded error code. */
export type InsertOutcome =
  | { readonly kind: 'stored' }
  /** The store answered with an error; the statement is over. `late`: its deadline had passed. */
  | { readonly kind: 'refused'; readonly code: string; readonly late: boolean }
  /** Cut off or timed out: it may be stored, running, or about to start. */
  | { readonly kind: 'unanswered'; readonly code: string };

export interface RecordStore {
  /** Binds an empty store to a Kafka cluster. Throws when it is bound to another one. */
  bindTo(clusterId: string): Promise<void>;
  /** Milliseconds since 1970 on the store's clock, by which deadlines are judged. */
  readClock(): Promise<number>;
  /** Whether an insert of records or lost ranges of the partition runs, whoever sent it. */
  hasStatements(at: PartitionId): Promise<boolean>;
  readProgress(at: PartitionId): Promise<Progress | null>;
  /** The exact set of offsets stored at or above `fromOffset`, over all tables, ascending. */
  readStored(at: PartitionId, fromOffset: number): Promise<readonly StoredOffset[]>;
  /** Identities recorded at `fromOffset` ≤ offset < `toOffset`, ascending. Only what is in the record table counts. */
  readSeen(at: PartitionId, fromOffset: number, toOffset: number): Promise<SeenIdentities>;
  /**
   * Replays stored at `fromOffset` ≤ offset < `toOffset`, ascending, over all tables. Those that were refused as
   * `already_replayed` are not among them.
   */
  readReplays(at: PartitionId, fromOffset: number, toOffset: number): Promise<readonly Replay[]>;
  /** Recorded records at the given offsets, by offset. */
  readRecords(
    at: PartitionId,
    offsets: readonly number[],
  ): Promise<ReadonlyMap<number, Record<string, unknown>>>;
  /** Which of these offsets a table does not have. For `lost`, of these first offsets of ranges. */
  readAbsent(at: PartitionId, table: string, offsets: readonly number[]): Promise<ReadonlySet<number>>;
  /**
   * Sends one insert of a block's rows, all of one append day, as one part: those of `absent`, or all for null. The
   * store refuses it after `deadlineMs` of its own clock. It is sent before this returns its promise, as far as that
   * can be. Rejects only for what no answer explains.
   */
  insertBlock(
    at: PartitionId,
    block: TableBlock,
    absent: ReadonlySet<number> | null,
    deadlineMs: number,
  ): Promise<InsertOutcome>;
  insertLost(at: PartitionId, ranges: readonly LostRange[], deadlineMs: number): Promise<InsertOutcome>;
  /** Facts that stay true, whoever states them and however often: neither this nor progress needs a lease. */
  saveTiles(at: PartitionId, tiles: readonly Tile[]): Promise<void>;
  saveProgress(entries: readonly (PartitionId & Progress)[]): Promise<void>;
}

export interface LogBounds {
  readonly partition: number;
  readonly start: number;
  readonly end: number;
}

/** What is known of the log, from the broker. */
export interface LogBoundsReader {
  read(topic: string): Promise<readonly LogBounds[]>;
}

/** Deletes from the log what is recorded. */
export interface LogTrimmer {
  /** First offset of each partition that was appended at or after a time (Unix milliseconds); the end if none was. */
  offsetsAt(topic: string, timeMs: number): Promise<ReadonlyMap<number, number>>;
  /** Deletes everything below an offset, of each partition named. */
  trim(topic: string, firstOffsets: ReadonlyMap<number, number>): Promise<void>;
}

/** An erasure is complete only when a raw log starts here or later. */
export interface Barrier extends PartitionId {
  readonly offset: number;
}

/** Offsets that one fetch covered, both ends included; those without a record hold none. */
export interface FetchedRange {
  readonly firstOffset: number;
  readonly lastOffset: number;
}

/** Flow control of the consumer, for one partition. */
export interface PartitionFlow {
  resumeAt(offset: number): void;
  pause(): void;
  resume(): void;
  commit(nextOffset: number): Promise<void>;
}
