import type { KafkaMessage } from 'kafkajs';
import { ReusedMemory } from './reused-memory.ts';

export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** When the broker appended it, in milliseconds since 1970. */
  readonly appendMs: number;
  readonly key: Buffer | null;
  /** Value of the header that the consumer was told to keep; null if there is none, or more than one. */
  readonly origin: Buffer | null;
  readonly value: Buffer | null;
  /** Length of the three together. */
  readonly bytes: number;
  /** Memory shared with other records, in which a value lies: to be read there, without a view of it. */
  readonly memory: Buffer | undefined;
  /** In `memory`; −1 for no key. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Says that nobody will read the record again: its memory may be used for others. Once only. */
  release(): void;
}

/** A record as kafkajs gives it. */
type Message = Pick<KafkaMessage, 'offset' | 'timestamp' | 'key' | 'value' | 'headers'>;

const NO_MEMORY = Buffer.alloc(0);
/** kafkajs asks for a mebibyte of each partition: under load, a run is nearly that long. */
const runMemory = new ReusedMemory({ smallestBytes: 512 * 1024, pieceBytes: 1024 * 1024, mostIdle: 64 });

/** What a fetch brought of a partition, a cell for each record: where it stands in the log, and where in `memory`. */
export class KeptRun {
  readonly topic: string;
  readonly partition: number;
  #memory: Buffer = NO_MEMORY;
  readonly offsets: Float64Array;
  readonly appendMs: Float64Array;
  /** −1 where there is no key. */
  readonly keyStarts: Int32Array;
  readonly keyEnds: Int32Array;
  /** −1 where there is no value. */
  readonly valueStarts: Int32Array;
  readonly valueEnds: Int32Array;
  readonly origins = new Map<number, Buffer>();
  #unreleased: number;

  constructor(topic: string, partition: number, count: number) {
    this.topic = topic;
    this.partition = partition;
    this.#unreleased = count;
    this.offsets = new Float64Array(count);
    this.appendMs = new Float64Array(count);
    this.keyStarts = new Int32Array(count).fill(-1);
    this.keyEnds = new Int32Array(count).fill(-1);
    this.valueStarts = new Int32Array(count).fill(-1);
    this.valueEnds = new Int32Array(count).fill(-1);
  }

  get memory(): Buffer {
    return this.#memory;
  }

  /** Takes memory for all that is kept; to be filled at once. */
  takeMemory(bytes: number): Buffer {
    this.#memory = runMemory.take(bytes);
    return this.#memory;
  }

  /** To be told for each record once. Behind the last one there is nothing more to read. */
  releaseOne(): void {
    if (--this.#unreleased > 0) return;
    runMemory.giveBack(this.#memory);
    this.#memory = NO_MEMORY;
  }

  records(): KeptRecord[] {
    return Array.from(this.offsets, (_, index) => new KeptRecord(this, index));
  }
}

/**
 * A number into a run. Thousands wait, and the garbage collector goes through all that they refer to: so they refer to
 * one thing only, and views of key and value are made when they are asked for.
 */
export class KeptRecord implements LogRecord {
  readonly #run: KeptRun;
  readonly #index: number;

  constructor(run: KeptRun, index: number) {
    this.#run = run;
    this.#index = index;
  }

  release(): void {
    this.#run.releaseOne();
  }

  get topic(): string {
    return this.#run.topic;
  }

  get partition(): number {
    return this.#run.partition;
  }

  get offset(): number {
    return this.#run.offsets[this.#index] as number;
  }

  get appendMs(): number {
    return this.#run.appendMs[this.#index] as number;
  }

  get origin(): Buffer | null {
    return this.#run.origins.get(this.#index) ?? null;
  }

  get bytes(): number {
    return this.keyEnd - this.keyStart + this.valueEnd - this.valueStart + (this.origin?.length ?? 0);
  }

  get memory(): Buffer | undefined {
    return this.valueStart === -1 ? undefined : this.#run.memory;
  }

  get keyStart(): number {
    return this.#run.keyStarts[this.#index] as number;
  }

  get keyEnd(): number {
    return this.#run.keyEnds[this.#index] as number;
  }

  get valueStart(): number {
    return this.#run.valueStarts[this.#index] as number;
  }

  get valueEnd(): number {
    return this.#run.valueEnds[this.#index] as number;
  }

  get key(): Buffer | null {
    return this.keyStart === -1 ? null : this.#run.memory.subarray(this.keyStart, this.keyEnd);
  }

  get value(): Buffer | null {
    return this.valueStart === -1 ? null : this.#run.memory.subarray(this.valueStart, this.valueEnd);
  }
}

/**
 * Copies what one fetch brought of a partition into memory of its own. kafkajs gives slices of the whole answer to a
 * fetch, which holds the records of every partition: one that waits would keep those of all others in memory.
 * @param originHeader name of the one header whose value is kept
 */
export function keepTogether(
  topic: string,
  partition: number,
  messages: readonly Message[],
  originHeader: string,
): KeptRecord[] {
  const run = new KeptRun(topic, partition, messages.length);
  let total = 0;
  for (const { key, value } of messages) total += (key?.length ?? 0) + (value?.length ?? 0);
  const memory = run.takeMemory(total);
  let filled = 0;
  messages.forEach(({ offset, timestamp, key, value, headers }, index) => {
    run.offsets[index] = Number(offset);
    run.appendMs[index] = Number(timestamp);
    if (key !== null) {
      run.keyStarts[index] = filled;
      filled += key.copy(memory, filled);
      run.keyEnds[index] = filled;
    }
    if (value !== null) {
      run.valueStarts[index] = filled;
      filled += value.copy(memory, filled);
      run.valueEnds[index] = filled;
    }
    const origin = headers?.[originHeader];
    if (Buffer.isBuffer(origin)) run.origins.set(index, Buffer.from(origin));
  });
  return run.records();
}
