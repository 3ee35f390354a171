import type { SubjectKey } from '../../domain/erasure/erasable-box.ts';
import type { ErasedBelow, PartitionId } from './ports.ts';

/** A person's lease. */
export interface LeasedPerson {
  readonly key: SubjectKey | null;
  readonly token: Buffer | null;
  readonly erasedBelow: readonly ErasedBelow[];
  /** Not to be used from then on. */
  readonly untilMs: number;
}

/** The lease of a day's key; null: destroyed. */
export interface LeasedDay {
  readonly key: SubjectKey | null;
  readonly untilMs: number;
}

/** Leases that are not over, for the batches to come; bounded, the oldest is forgotten first. */
export class KeyCache {
  readonly #maxEntries: number;
  // A Map keeps the order of insertion, and what is leased later lasts longer.
  readonly #persons = new Map<string, LeasedPerson>();
  readonly #days = new Map<string, LeasedDay>();

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  get size(): number {
    return this.#persons.size + this.#days.size;
  }

  /**
   * A lease that answers for records of a partition up to an offset. Null where there is none: one without a key tells
   * nothing of records behind all that was erased, for which there may be a new key.
   */
  person(name: string, at: PartitionId, offset: number, nowMs: number): LeasedPerson | null {
    const known = this.#persons.get(name);
    if (known === undefined || known.untilMs <= nowMs) return null;
    if (known.key !== null) return known;
    const covers = known.erasedBelow.some(
      (barrier) =>
        barrier.topic === at.topic && barrier.partition === at.partition && offset < barrier.offset,
    );
    return covers ? known : null;
  }

  day(name: string, nowMs: number): LeasedDay | null {
    const known = this.#days.get(name);
    return known === undefined || known.untilMs <= nowMs ? null : known;
  }

  keepPerson(name: string, lease: LeasedPerson, nowMs: number): void {
    keep(this.#persons, name, lease, nowMs, this.#maxEntries);
  }

  keepDay(name: string, lease: LeasedDay, nowMs: number): void {
    keep(this.#days, name, lease, nowMs, this.#maxEntries);
  }
}

function keep<Lease extends { readonly untilMs: number }>(
  leases: Map<string, Lease>,
  name: string,
  lease: Lease,
  nowMs: number,
  maxEntries: number,
): void {
  leases.delete(name);
  leases.set(name, lease);
  for (const [oldest, { untilMs }] of leases) {
    if (untilMs > nowMs && leases.size <= maxEntries) break;
    leases.delete(oldest);
  }
}
