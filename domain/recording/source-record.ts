/** Where a record stands in Kafka. */
interface Coordinates {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Broker's clock, milliseconds since 1970. */
  readonly appendMs: number;
}

/** A record as Kafka gave it. */
export interface SourceRecord extends Coordinates {
  readonly value: Buffer | null;
}
