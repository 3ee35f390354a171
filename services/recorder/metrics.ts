import type { PartitionId } from './ports.ts';
import type { RecordedBatch } from './record-batch.ts';

/** What the recorder reports of itself; the driver turns it into metrics and log lines, per batch, never per event. */
export interface RecorderReport {
  batch(at: PartitionId, batch: RecordedBatch, records: number, lastAppendMs: number): void;
  taken(at: PartitionId, nextOffset: number): void;
  failed(at: PartitionId, error: unknown): void;
  rebalanced(partitions: number): void;
  lag(at: PartitionId, records: number): void;
  /** Tenants of the partition that have too much in quarantine now; none also once it is let go of. */
  excess(at: PartitionId, tenants: readonly string[]): void;
  /** The partition waits, from an offset on, for a person; null: it goes on, or is somebody else's. */
  stopped(at: PartitionId, offset: number | null): void;
}
