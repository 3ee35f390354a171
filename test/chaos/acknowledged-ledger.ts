import { formatUuid } from '../../domain/contract/uuid.ts';

/** What must become of an event that Kafka acknowledged. */
const FATES = ['RECORDED', 'SAME', 'CONFLICT', 'QUARANTINED'] as const;
export type Fate = (typeof FATES)[number];

export interface Acknowledged {
  readonly offset: number;
  readonly fate: Fate;
  /** In the form of a UUID; null where the record has no readable id. */
  readonly id: string | null;
  /** Offset of the event that it is a copy of, or null. */
  readonly copyOf: number | null;
}

const ID_BYTES = 16;

/** The sender's own list of one partition: 25 bytes an event, in offset order, so that millions fit. */
class PartitionLedger {
  #offsets = new Float64Array(1024);
  #fates = new Uint8Array(1024);
  #ids = Buffer.alloc(1024 * ID_BYTES);
  readonly #copies = new Map<number, number>();
  count = 0;

  add(offset: number, fate: Fate, id: Uint8Array | null, copyOf: number | null): void {
    if (this.count === this.#offsets.length) this.#grow();
    this.#offsets[this.count] = offset;
    this.#fates[this.count] = FATES.indexOf(fate);
    if (id !== null) this.#ids.set(id, this.count * ID_BYTES);
    if (copyOf !== null) this.#copies.set(offset, copyOf);
    this.count++;
  }

  at(index: number): Acknowledged {
    const offset = this.#offsets[index] ?? 0;
    const fate = FATES[this.#fates[index] ?? 0] ?? 'RECORDED';
    const id = fate === 'QUARANTINED' ? null : formatUuid(this.#ids.subarray(index * 16, index * 16 + 16));
    return { offset, fate, id, copyOf: this.#copies.get(offset) ?? null };
  }

  #grow(): void {
    const offsets = new Float64Array(this.count * 2);
    offsets.set(this.#offsets);
    this.#offsets = offsets;
    const fates = new Uint8Array(this.count * 2);
    fates.set(this.#fates);
    this.#fates = fates;
    this.#ids = Buffer.concat([this.#ids, Buffer.alloc(this.#ids.length)]);
  }
}

/** Every event that Kafka acknowledged, with its coordinates and what must become of it. */
export class AcknowledgedLedger {
  readonly #partitions = new Map<string, PartitionLedger>();
  events = 0;

  /** Per partition in ascending order of offsets. */
  add(at: string, offset: number, fate: Fate, id: Uint8Array | null, copyOf: number | null): void {
    let partition = this.#partitions.get(at);
    if (partition === undefined) {
      partition = new PartitionLedger();
      this.#partitions.set(at, partition);
    }
    partition.add(offset, fate, id, copyOf);
    this.events++;
  }

  /** Those of one partition (`topic/number`), in offset order. */
  *of(at: string): Generator<Acknowledged> {
    const partition = this.#partitions.get(at);
    for (let index = 0; index < (partition?.count ?? 0); index++) {
      const entry = partition?.at(index);
      if (entry !== undefined) yield entry;
    }
  }

  /** Behind the last acknowledged offset of each partition. */
  ends(): Map<string, number> {
    return new Map(
      [...this.#partitions].map(([at, partition]) => [at, partition.at(partition.count - 1).offset + 1]),
    );
  }
}
