/** When a tenant has more in quarantine than it should; over a window of append time. */
export interface ExcessLimits {
  readonly windowMs: number;
  /** Above this share of its records… */
  readonly maxRatio: number;
  /** …if at least so many of them failed; or */
  readonly minFailed: number;
  /** above this number of them, whatever their share. */
  readonly maxFailed: number;
}

/** Records of one tenant, and how many of them were quarantined. */
interface Counts {
  records: number;
  failed: number;
}

interface Bucket {
  readonly startMs: number;
  readonly tenants: Map<string, Counts>;
}

const BUCKETS = 10;
/** Tenants come from keys that anyone may write: more than these are counted together. */
const MAX_TENANTS = 100;
/** No id of a tenant: brackets are outside the grammar of codes. */
export const OTHER_TENANTS = '(other)';

/**
 * Counts the records of one partition by tenant, over the last window of append time: no clock is read, so a recorder
 * that catches up judges the past as it was. Bounded: ten buckets of at most 101 tenants.
 */
export class QuarantineExcess {
  readonly #limits: ExcessLimits;
  readonly #totals = new Map<string, Counts>();
  #buckets: Bucket[] = [];

  constructor(limits: ExcessLimits) {
    this.#limits = limits;
  }

  /** Adds what a batch held of one tenant. */
  add(appendMs: number, tenant: string, counts: Readonly<Counts>): void {
    this.advanceTo(appendMs);
    const bucketMs = this.#limits.windowMs / BUCKETS;
    const startMs = Math.floor(appendMs / bucketMs) * bucketMs;
    let bucket = this.#buckets.at(-1);
    if (bucket === undefined || bucket.startMs < startMs) {
      bucket = { startMs, tenants: new Map() };
      this.#buckets.push(bucket);
    }
    const known = this.#totals.has(tenant) || this.#totals.size < MAX_TENANTS;
    const name = known ? tenant : OTHER_TENANTS;
    for (const counted of [bucket.tenants, this.#totals]) {
      const before = counted.get(name) ?? { records: 0, failed: 0 };
      counted.set(name, {
        records: before.records + counts.records,
        failed: before.failed + counts.failed,
      });
    }
  }

  /** Forgets what was appended more than a window before; also for a partition in which nothing happens any more. */
  advanceTo(appendMs: number): void {
    const gone = this.#buckets.filter((bucket) => bucket.startMs <= appendMs - this.#limits.windowMs);
    if (gone.length === 0) return;
    this.#buckets = this.#buckets.filter((bucket) => !gone.includes(bucket));
    for (const { tenants } of gone) {
      for (const [tenant, { records, failed }] of tenants) {
        const total = this.#totals.get(tenant);
        if (total === undefined) continue;
        total.records -= records;
        total.failed -= failed;
        if (total.records === 0) this.#totals.delete(tenant);
      }
    }
  }

  /** Tenants that are above a limit now. */
  get tenants(): string[] {
    const { maxRatio, minFailed, maxFailed } = this.#limits;
    return [...this.#totals].flatMap(([tenant, { records, failed }]) =>
      failed > maxFailed || (failed >= minFailed && failed > maxRatio * records) ? [tenant] : [],
    );
  }
}
