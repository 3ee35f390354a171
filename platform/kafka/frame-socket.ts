import { connect, type Socket } from 'node:net';
import { ReusedMemory } from './reused-memory.ts';

/** What kafkajs asks for a connection with. */
interface SocketWish {
  readonly host: string;
  readonly port: number;
  readonly onConnect: () => void;
}

const KEEP_ALIVE_MS = 60_000;
const READ_BYTES = 256 * 1024;
/** Kafka's answers begin with their length, which does not count itself. */
const LENGTH_BYTES = 4;
/** Far above what a fetch brings. */
const MOST_ANSWER_BYTES = 256 * 1024 * 1024;

/** Of this process: connections come and go. A piece takes what a fetch brings by default. */
export const answerMemory = new ReusedMemory({
  smallestBytes: 64 * 1024,
  pieceBytes: 12 * 1024 * 1024,
  mostIdle: 2,
});

/**
 * A connection that hands over whole answers (receive-answers.ts). A plain socket makes a buffer for each chunk that
 * arrives, and kafkajs joins them: twice the memory of what is fetched, all of it outside the heap, where every 64 MB
 * cause a full garbage collection.
 */
export function frameSocket({ host, port, onConnect }: SocketWish): Socket {
  const frames = new FrameReader((answer) => socket.emit('data', answer));
  const onread = {
    buffer: Buffer.allocUnsafeSlow(READ_BYTES),
    callback: (count: number, chunk: Uint8Array) => {
      try {
        frames.read(chunk.subarray(0, count));
      } catch (error) {
        socket.destroy(error instanceof Error ? error : undefined);
      }
      return true;
    },
  };
  const socket: Socket = connect({ host, port, onread }, onConnect);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  framing.add(socket);
  return socket;
}

const framing = new WeakSet<object>();

/** Whether a connection hands over whole answers. */
export function handsOverWhole(socket: object): boolean {
  return framing.has(socket);
}

/** Puts a stream of answers together, each with its length in front. */
export class FrameReader {
  readonly #take: (answer: Buffer) => void;
  readonly #length = Buffer.alloc(LENGTH_BYTES);
  /** Its length included; null until that is known. */
  #answer: Buffer | null = null;
  #filled = 0;

  /** @param take gets each answer, its length included */
  constructor(take: (answer: Buffer) => void) {
    this.#take = take;
  }

  /** Throws RangeError for what cannot be the length of an answer: then this is not Kafka. */
  read(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const target = this.#answer ?? this.#length;
      const end = Math.min(chunk.length, at + target.length - this.#filled);
      target.set(chunk.subarray(at, end), this.#filled);
      this.#filled += end - at;
      at = end;
      if (this.#filled === LENGTH_BYTES && this.#answer === null) this.#begin(this.#length.readInt32BE(0));
      if (this.#filled === this.#answer?.length) this.#handOver(this.#answer);
    }
  }

  #begin(bytes: number): void {
    if (bytes < 0 || bytes > MOST_ANSWER_BYTES)
      throw new RangeError('kafka: an answer of an impossible length');
    this.#answer = answerMemory.take(LENGTH_BYTES + bytes);
    this.#answer.set(this.#length);
  }

  #handOver(answer: Buffer): void {
    this.#answer = null;
    this.#filled = 0;
    this.#take(answer);
  }
}
