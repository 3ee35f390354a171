/** Where a record stands in Kafka. */
interface Coordinates {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Broker's clock, milliseconds since 1970. */
  readonly appendMs: number;
}

/**
 * A record as Kafka gave it. `key` and `value` may be views that are made when they are asked for: ask once, and never
 * spread a record into another object, which would leave them behind.
 */
export interface SourceRecord extends Coordinates {
  /** As it was sent: a claim, not a fact. */
  readonly key: Buffer | null;
  /** Value of the header `docket-origin`, unread (read-origin.ts); null if there is none, or more than one. */
  readonly origin: Buffer | null;
  readonly value: Buffer | null;
  /** Length of the three together. */
  readonly bytes: number;
  /** Memory shared with other records, in which a value lies: to be read there, without a view of it. */
  readonly memory?: Buffer | undefined;
  /** In `memory`; −1 for no key. */
  readonly keyStart?: number;
  readonly keyEnd?: number;
  readonly valueStart?: number;
  readonly valueEnd?: number;
  /** Says that nobody will read the record again: its memory may be used for others. Once only. */
  release?(): void;
}
