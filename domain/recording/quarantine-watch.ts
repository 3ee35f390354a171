import type { RejectReason } from '../contract/reject-reason.ts';
import {
  type DecodeFailureRun,
  extendRun,
  isDecodeFailure,
  NO_RUN,
  stopsPartition,
} from './decode-failure-run.ts';
import { type ExcessLimits, QuarantineExcess } from './quarantine-excess.ts';

/** A record that is about to be quarantined. */
export interface WatchedFailure {
  /** Position among the records of its batch, from 0. */
  readonly index: number;
  readonly offset: number;
  readonly reason: RejectReason;
  /** By the event if it could be read, else by the key; null if neither tells. */
  readonly tenant: string | null;
  /** It replays a quarantined record: that it fails again says nothing of what producers send. */
  readonly isReplay: boolean;
}

/** What became of a batch of one partition, before it is stored. */
export interface BatchOutcomes {
  /** Records that were judged, quarantined ones included. */
  readonly records: number;
  /** Append time of the last of them. */
  readonly appendMs: number;
  /** How many records each tenant has in it, quarantined ones included; those of no known tenant are left out. */
  readonly recordsByTenant: ReadonlyMap<string, number>;
  /** In the order of offsets. */
  readonly failures: readonly WatchedFailure[];
}

/** `stop`: records below `offset` are to be stored; that one and what follows waits in the log. */
export type WatchVerdict = { readonly kind: 'go' } | { readonly kind: 'stop'; readonly offset: number };

export interface QuarantineWatchOptions {
  readonly limits: ExcessLimits;
  /** The operator wants everything up to this offset quarantined, however it looks; null: nothing was said. */
  readonly through: number | null;
  /** Records at the end of what is stored that could not be decoded, one after the other: the run goes on from there. */
  readonly priorFailures: number;
}

/**
 * Watches what one partition puts into quarantine. A tenant above its limits is only reported: its records go on to
 * quarantine, and nobody else's wait. A run of a thousand records that nobody's schema fits stops the partition: they
 * are better left in the log until the recorder knows their schema.
 */
export class QuarantineWatch {
  readonly #excess: QuarantineExcess;
  readonly #through: number;
  #run: DecodeFailureRun;

  constructor({ limits, through, priorFailures }: QuarantineWatchOptions) {
    this.#excess = new QuarantineExcess(limits);
    this.#through = through ?? -1;
    this.#run = { ...NO_RUN, length: priorFailures };
  }

  /**
   * Judges a batch before it is stored. Where batches begin and end changes nothing, and a batch that is stopped
   * leaves no trace: its part below the offset is to be observed again, by itself.
   */
  observe(batch: BatchOutcomes): WatchVerdict {
    let run = this.#run;
    let next = 0;
    for (const failure of batch.failures) {
      // One in between was decoded.
      if (failure.index !== next) run = NO_RUN;
      next = failure.index + 1;
      if (!isDecodeFailure(failure.reason) || failure.offset <= this.#through) run = NO_RUN;
      else if (!failure.isReplay) run = extendRun(run, failure.tenant);
      if (stopsPartition(run)) return { kind: 'stop', offset: failure.offset };
    }
    this.#run = next === batch.records ? run : NO_RUN;
    this.#count(batch);
    return { kind: 'go' };
  }

  /** Tells that everything appended before a time is recorded, though no record came. */
  advanceTo(appendMs: number): void {
    this.#excess.advanceTo(appendMs);
  }

  /** Tenants above a limit now; at most 101. */
  get tenantsInExcess(): readonly string[] {
    return this.#excess.tenants;
  }

  #count({ appendMs, recordsByTenant, failures }: BatchOutcomes): void {
    const failed = new Map<string, number>();
    for (const { tenant, isReplay } of failures) {
      if (tenant !== null && !isReplay) failed.set(tenant, (failed.get(tenant) ?? 0) + 1);
    }
    for (const tenant of new Set([...recordsByTenant.keys(), ...failed.keys()])) {
      const bad = failed.get(tenant) ?? 0;
      const records = Math.max(recordsByTenant.get(tenant) ?? 0, bad);
      this.#excess.add(appendMs, tenant, { records, failed: bad });
    }
  }
}
