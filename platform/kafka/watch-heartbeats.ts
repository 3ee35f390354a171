import { type Consumer, type PartitionAssigner, PartitionAssigners } from 'kafkajs';

/** An answered heartbeat of the assignment at hand. */
export interface Heartbeat {
  readonly memberId: string;
  readonly generation: number;
  /** When it was sent, on the scale of `performance.now()`; never later than it really was. */
  readonly sentAtMs: number;
}

/** More than a clock is slewed in a few seconds: then someone has set it. */
const CLOCK_SET_MS = 50;

/**
 * Tells of each heartbeat that surely belongs to the assignment that the consumer has told of last. kafkajs names the
 * generation in its HEARTBEAT event only, after the answer; the sending is in the REQUEST event before it. And it may
 * send heartbeats with the next generation before it tells what that assigns: an assigner is asked at the beginning of
 * every join, which is how we know.
 */
export class HeartbeatWatch {
  readonly #tell: (heartbeat: Heartbeat) => void;
  #joining = true;
  #joinedAtMs = 0;
  /** Of the requests answered since the last HEARTBEAT event, when the earliest was sent. */
  #sentAtMs = Number.POSITIVE_INFINITY;
  #clockOffsetMs = clockOffset();

  constructor(tell: (heartbeat: Heartbeat) => void) {
    this.#tell = tell;
  }

  /** To be given to the consumer instead of its own assigner. */
  get assigner(): PartitionAssigner {
    return (config) => {
      const roundRobin = PartitionAssigners.roundRobin(config);
      return {
        ...roundRobin,
        protocol: (subscription) => {
          this.#joining = true;
          return roundRobin.protocol(subscription);
        },
      };
    };
  }

  /** To be called before the consumer's own listener to GROUP_JOIN is set. */
  listen(consumer: Consumer): void {
    consumer.on(consumer.events.GROUP_JOIN, () => {
      this.#joining = false;
      this.#joinedAtMs = performance.now();
      this.#forget();
    });
    consumer.on(consumer.events.REQUEST, ({ payload }) => {
      if (payload.apiName !== 'Heartbeat') return;
      // Not `sentAt`, which kafkajs stamps when the request has left: a process can be stopped between the two.
      const sentAtMs = performance.now() - (Date.now() - payload.createdAt);
      this.#sentAtMs = Math.min(this.#sentAtMs, sentAtMs);
    });
    consumer.on(consumer.events.HEARTBEAT, ({ payload }) => {
      const sentAtMs = this.#sentAtMs;
      const clockWasSet = Math.abs(clockOffset() - this.#clockOffsetMs) > CLOCK_SET_MS;
      this.#forget();
      if (this.#joining || clockWasSet || sentAtMs < this.#joinedAtMs || !Number.isFinite(sentAtMs)) return;
      this.#tell({ memberId: payload.memberId, generation: payload.groupGenerationId, sentAtMs });
    });
  }

  #forget(): void {
    this.#sentAtMs = Number.POSITIVE_INFINITY;
    this.#clockOffsetMs = clockOffset();
  }
}

/** Changes when the wall clock is set, by which kafkajs stamps requests. */
function clockOffset(): number {
  return Date.now() - performance.now();
}
