import { subjectToken } from '../../domain/erasure/erasable-box.ts';
import {
  type BatchKeys,
  type DayNeed,
  dayKeyOf,
  type KeyNeeds,
  type PersonKey,
  personKeyOf,
  type SubjectNeed,
} from '../../domain/recording/key-needs.ts';
import { Backoff } from './back-off.ts';
import { KeyCache, type LeasedDay, type LeasedPerson } from './key-cache.ts';
import type { KeyVault, PartitionId } from './ports.ts';

/** What the vault answers at most at once. */
const MAX_ENTRIES = 5_000;
/** Of the letters of all ids in one request: as JSON, each may take six bytes, and the vault takes 4 MiB. */
const MAX_LETTERS = 400_000;

/** Whoever waits for keys. */
export interface KeyWaiter {
  /** Aborted when nobody needs them any more. */
  readonly signal: AbortSignal;
  /** Told when waiting for the vault begins and ends. */
  readonly waiting: (isWaiting: boolean) => void;
}

/** Where a batch gets its keys from. */
export interface KeySource {
  /**
   * Resolves to the keys of a batch of one partition: none of them out of date, those that are not at hand leased. While
   * the vault does not answer it waits, and tries again. Rejects when `waiter.signal` is aborted, and with what is no
   * failure of the vault.
   */
  take(at: PartitionId, needs: KeyNeeds, waiter: KeyWaiter): Promise<BatchKeys>;
}

export interface KeyReport {
  /** A lease was not given. `code` is bounded: the vault's own, or the client's. */
  leaseFailed(code: string): void;
  /** Whether anything waits for the vault. Told at each change. */
  vaultUnavailable(isUnavailable: boolean, code: string): void;
}

interface KeyLeaseOptions {
  readonly vault: KeyVault;
  readonly report: KeyReport;
  /** The code of a failure of the vault; null for anything else. */
  readonly codeOf: (error: unknown) => string | null;
  readonly nowMs?: () => number;
  /** Leases that are kept for later batches. */
  readonly maxCached?: number;
}

/** Keys from the vault, kept for as long as they were leased, by all partitions of a recorder together. */
export function createKeyLeases(options: KeyLeaseOptions): KeySource {
  const { vault, report, codeOf, nowMs = () => performance.now(), maxCached = 50_000 } = options;
  const cache = new KeyCache(maxCached);
  let waiting = 0;

  const beginWaiting = (waiter: KeyWaiter, code: string) => {
    if (waiting++ === 0) report.vaultUnavailable(true, code);
    waiter.waiting(true);
  };
  const endWaiting = (waiter: KeyWaiter) => {
    if (--waiting === 0) report.vaultUnavailable(false, 'none');
    waiter.waiting(false);
  };

  /** All that is needed, from the cache and from the vault. */
  const gather = async (at: PartitionId, needs: KeyNeeds): Promise<BatchKeys> => {
    const keys = new GatheredKeys(at);
    const now = nowMs();
    const subjects: SubjectNeed[] = [];
    const days: DayNeed[] = [];
    for (const [key, need] of needs.subjects) {
      const known = cache.person(key, at, need.offset, now);
      if (known === null) subjects.push(need);
      else keys.addPerson(need, known);
    }
    for (const [key, need] of needs.days) {
      const known = cache.day(key, now);
      if (known === null) days.push(need);
      else keys.addDay(key, known);
    }
    for (const [some, someDays] of portionsOf(subjects, days)) {
      const entries = some.map(({ tenant, subject, offset }) => ({ tenant, subject, ...at, offset }));
      const lease = await vault.lease(entries, someDays);
      if (lease.subjects.length !== some.length || lease.days.length !== someDays.length)
        throw new ShortLease();
      const untilMs = nowMs() + lease.expiresInMs;
      lease.subjects.forEach(({ key, erasedBelow }, index) => {
        const need = some[index] as SubjectNeed;
        const name = personKeyOf(need.tenant, need.subject);
        const token = key === null ? null : subjectToken(key);
        const leased = { key, token, erasedBelow, untilMs };
        cache.keepPerson(name, leased, nowMs());
        keys.addPerson(need, leased);
      });
      lease.days.forEach((key, index) => {
        const { tenant, day, purpose } = someDays[index] as DayNeed;
        const leased = { key, untilMs };
        cache.keepDay(dayKeyOf(tenant, day, purpose), leased, nowMs());
        keys.addDay(dayKeyOf(tenant, day, purpose), leased);
      });
    }
    if (keys.validUntilMs <= nowMs()) throw new ShortLease();
    return keys;
  };

  return {
    take: async (at, needs, waiter) => {
      const { signal } = waiter;
      const backoff = new Backoff();
      let isWaiting = false;
      try {
        for (;;) {
          signal.throwIfAborted();
          try {
            return await gather({ topic: at.topic, partition: at.partition }, needs);
          } catch (error) {
            const code = error instanceof ShortLease ? 'short_lease' : codeOf(error);
            if (code === null) throw error;
            report.leaseFailed(code);
            if (!isWaiting) beginWaiting(waiter, code);
            isWaiting = true;
          }
          await backoff.wait(signal);
        }
      } finally {
        if (isWaiting) endWaiting(waiter);
      }
    },
  };
}

/** Requests that are not too large, whatever people are called. */
function* portionsOf(
  subjects: readonly SubjectNeed[],
  days: readonly DayNeed[],
): Generator<readonly [readonly SubjectNeed[], readonly DayNeed[]]> {
  let portion: SubjectNeed[] = [];
  let letters = 0;
  for (const need of subjects) {
    if (portion.length === MAX_ENTRIES || letters + need.subject.length > MAX_LETTERS) {
      yield [portion, []];
      portion = [];
      letters = 0;
    }
    portion.push(need);
    letters += need.subject.length;
  }
  if (portion.length > 0) yield [portion, []];
  for (let from = 0; from < days.length; from += MAX_ENTRIES)
    yield [[], days.slice(from, from + MAX_ENTRIES)];
}

/** The vault answered fewer keys than were asked for, or such as are over already. */
class ShortLease extends Error {}

/** The keys of one batch; whatever the cache forgets meanwhile, they stay. */
class GatheredKeys implements BatchKeys {
  readonly #at: PartitionId;
  /** By the number of the need. */
  readonly #persons: PersonKey[] = [];
  readonly #days = new Map<string, LeasedDay['key']>();
  validUntilMs = Number.POSITIVE_INFINITY;

  constructor(at: PartitionId) {
    this.#at = at;
  }

  addPerson({ index }: SubjectNeed, { key, token, erasedBelow, untilMs }: LeasedPerson): void {
    const { topic, partition } = this.#at;
    let below = 0;
    for (const barrier of erasedBelow)
      if (barrier.topic === topic && barrier.partition === partition) below = Math.max(below, barrier.offset);
    this.#persons[index] = { key, token, erasedBelow: below };
    this.validUntilMs = Math.min(this.validUntilMs, untilMs);
  }

  addDay(name: string, { key, untilMs }: LeasedDay): void {
    this.#days.set(name, key);
    this.validUntilMs = Math.min(this.validUntilMs, untilMs);
  }

  person({ index }: SubjectNeed): PersonKey {
    const key = this.#persons[index];
    if (key === undefined) throw new Error('a key is needed that was not asked for');
    return key;
  }

  day(tenant: string, day: string, purpose: DayNeed['purpose']): LeasedDay['key'] {
    const key = this.#days.get(dayKeyOf(tenant, day, purpose));
    if (key === undefined) throw new Error('a day’s key is needed that was not asked for');
    return key;
  }
}
