import { createRequire } from 'node:module';
import { handsOverWhole } from './frame-socket.ts';

/** A connection, as far as it takes answers. */
interface Connection {
  /** Set while it authenticates. */
  readonly authHandlers: object | null;
  readonly socket: object;
  readonly requestQueue: {
    fulfillRequest(answer: { size: number; correlationId: number; payload: Buffer }): void;
  };
}

interface ConnectionPrototype {
  processData(this: Connection, bytes: Buffer): void;
}

const LENGTH_BYTES = 4;
const ID_END = 8;

const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/connection') as {
  readonly prototype: ConnectionPrototype;
};
const joinChunks = prototype.processData;

/**
 * From now on, connections of this process that read by frame-socket.ts take what that hands over for one whole answer,
 * instead of copying it behind what is left of the one before.
 */
export function receiveWholeAnswers(): void {
  prototype.processData = processAnswer;
}

const processAnswer: ConnectionPrototype['processData'] = function (this: Connection, answer: Buffer) {
  if (this.authHandlers !== null || !handsOverWhole(this.socket)) return joinChunks.call(this, answer);
  const size = answer.length - LENGTH_BYTES;
  const correlationId = answer.readInt32BE(LENGTH_BYTES);
  this.requestQueue.fulfillRequest({ size, correlationId, payload: answer.subarray(ID_END) });
};
