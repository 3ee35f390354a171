import { connect } from 'node:net';

const METADATA_REQUEST = metadataRequest();

/**
 * Asks a broker for its metadata (Kafka protocol: Metadata v1, no topics).
 * @returns whether at least one broker is alive (registered and unfenced) in the answer; false when nothing answers.
 * Written by hand because the stack must not depend on the Kafka client that the services use.
 */
export function probeBroker(port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: timeoutMs });
    let answer = Buffer.alloc(0);
    const finish = (alive: boolean) => {
      socket.destroy();
      resolve(alive);
    };
    socket.once('connect', () => socket.write(METADATA_REQUEST));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length >= 12) finish(answer.readInt32BE(8) > 0);
    });
    socket.once('timeout', () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
  });
}

/** size · api key 3 · version 1 · correlation id · client id · zero topics. The answer: size · id · broker count … */
function metadataRequest(): Buffer {
  const clientId = 'docket-stack';
  const body = Buffer.alloc(2 + 2 + 4 + 2 + clientId.length + 4);
  body.writeInt16BE(3, 0);
  body.writeInt16BE(1, 2);
  body.writeInt32BE(1, 4);
  body.writeInt16BE(clientId.length, 8);
  body.write(clientId, 10, 'latin1');
  body.writeInt32BE(0, 10 + clientId.length);
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length, 0);
  return Buffer.concat([size, body]);
}
