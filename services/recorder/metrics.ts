import type { FoundLeak } from '../../domain/recording/event-batch.ts';
import type { KeyReport } from './lease-keys.ts';
import type { LostRange, PartitionId } from './ports.ts';
import type { RecordedBatch } from './record-batch.ts';

/** A batch that is stored, and whose progress is saved or put off. */
export interface BatchReport extends RecordedBatch {
  readonly lost: readonly LostRange[];
  readonly records: number;
  /** Append times of its first and last record, in milliseconds since 1970; null without records. */
  readonly appended: { readonly firstMs: number; readonly lastMs: number } | null;
  /** Everything appended up to then is recorded. */
  readonly watermarkMs: number;
}

/** Why an insert was not made although its rows were ready. */
type LeaseRefusal = 'expired_before_sending' | 'refused_by_store';

/** What the recorder reports of itself; the driver turns it into metrics and log lines, per batch, never per event. */
export interface RecorderReport extends KeyReport {
  batch(at: PartitionId, batch: BatchReport): void;
  /** A partition is taken: what former owners could store is stored, and read back. */
  taken(at: PartitionId, nextOffset: number, waitedSeconds: number): void;
  failed(at: PartitionId, error: unknown): void;
  /** Texts of a batch were blanked: told before it is stored, and told again when it is judged again. */
  leaked(at: PartitionId, leaks: readonly FoundLeak[]): void;
  /** An insert's answer came, or was given up. */
  inserted(at: PartitionId, table: string, seconds: number): void;
  /** An insert has to be looked after or repeated. `code` is bounded: a code of ClickHouse's or of Node's. */
  retried(at: PartitionId, table: string, code: string): void;
  leaseRefused(at: PartitionId, cause: LeaseRefusal): void;
  /** The queue of a partition is full: nothing more is fetched until half of it is stored. */
  paused(at: PartitionId): void;
  rebalanced(partitions: { readonly kept: number; readonly taken: number; readonly released: number }): void;
  lag(at: PartitionId, records: number): void;
  /** Tenants of the partition that have too much in quarantine now; none also once it is let go of. */
  excess(at: PartitionId, tenants: readonly string[]): void;
  /** The partition waits, from an offset on, for a person; null: it goes on, or is somebody else's. */
  stopped(at: PartitionId, offset: number | null): void;
  watermark(at: PartitionId, watermarkMs: number): void;
  /** So many offsets of the raw log were deleted, which are recorded; it starts at `start` now. */
  trimmed(at: PartitionId, offsets: number, start: number): void;
  /** A topic's logs were not trimmed; null: the vault did not say how far erasures need them to be. */
  trimFailed(topic: string | null, error: unknown): void;
  /** Every log of ours starts where it should. */
  trimEnded(): void;
}
